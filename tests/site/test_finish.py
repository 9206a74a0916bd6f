"""Every page is finished: one heading, who it is for, every control named, and no word of the program's own."""

import re
from html.parser import HTMLParser

import pytest
from test_access import MATRIX, address, signed_in

pytestmark = pytest.mark.django_db
PARTS = {"jobs:progress"}
"""Answers that are a part of a page."""
ORDER = ["RO", "BE", "DL", "PR", "AD", "RS", "BL", "CA", "PA"]
CODE_WORDS = re.compile(
    r"\b(None|nan|True|False|null|undefined)\b|\{\{|\}\}|\{%|[a-z]{2,}_[a-z_]+|\b[a-z]+\.[a-z]+_?[a-z]*\("
)
# What people write themselves: file names, settings of the demonstration, addresses.
WRITTEN = re.compile(r"\S+\.xlsx|https?://\S+|[a-z]+_\d+(_\d+)+")


class Page(HTMLParser):
    """What a reader of a page meets.

    Attributes
    ----------
    text : the visible words.
    headings : how many h1.
    unnamed : controls without a label.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.headings, self.purpose = 0, False
        self.labels: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self._silent, self._label = 0, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self._silent += tag in {"script", "style"}
        self._label += tag == "label"
        self.headings += tag == "h1"
        self.purpose |= "purpose" in (found.get("class") or "").split()
        if tag == "label" and found.get("for"):
            self.labels.add(found["for"])
        if tag in {"input", "select", "textarea"} and found.get("type") not in {"hidden", "submit"}:
            self.controls.append(found | {"inside": "yes" if self._label else None})
        self.words += [found[name] or "" for name in ("placeholder", "title", "aria-label") if name in found]

    def handle_endtag(self, tag):
        self._silent -= tag in {"script", "style"}
        self._label -= tag == "label"

    def handle_data(self, data):
        if not self._silent:
            self.words.append(data)

    @property
    def text(self) -> str:
        return WRITTEN.sub(" ", " ".join(self.words))

    @property
    def unnamed(self) -> list[str]:
        return [
            each.get("name") or "?"
            for each in self.controls
            if not (each["inside"] or each.get("aria-label") or each.get("id") in self.labels)
        ]


def pages(shown):
    """Yield (name, role, page) of every page, as one of those who use it."""
    clients = {role: signed_in(shown, role) for role in ORDER}
    for name, (method, may, query) in MATRIX.items():
        if method != "get" or name in PARTS:
            continue
        for role in [each for each in ORDER if each in may][:1]:
            response = clients[role].get(address(name, shown.ids) + query)
            if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
                yield name, role, Page(response.content.decode())


def test_every_page_is_finished(shown):
    faults, seen = [], 0
    for name, role, page in pages(shown):
        seen += 1
        if page.headings != 1:
            faults.append((name, role, f"{page.headings} 个一级标题"))
        if not page.purpose:
            faults.append((name, role, "没有适合谁·何时用·怎么用"))
        faults += [(name, role, f"没有名字的控件 {each}") for each in page.unnamed]
        faults += [(name, role, found.group()) for found in CODE_WORDS.finditer(page.text)]
    assert faults == []
    assert seen > 40


def test_the_reader_of_pages_finds_faults():
    page = Page("<h1>一</h1><h1>二</h1><input name=a><label>名<input name=b></label>course_list.take None")
    assert (page.headings, page.unnamed, page.purpose) == (2, ["a"], False)
    assert [found.group() for found in CODE_WORDS.finditer(page.text)] == ["course_list", "None"]
