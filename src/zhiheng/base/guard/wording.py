"""Phrases that must not leave the bureau, found in texts. The phrases are data (standards/wording.yaml).

Finds words, not meanings: a text without a finding may still say too much, so people approve what goes out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from zhiheng.base.errors import Explained
from zhiheng.standards.loader import load


@dataclass(frozen=True, slots=True)
class Breach:
    """One phrase found: of which rule, as it stands in the text, and what may be written instead."""

    code: str
    title: str
    found: str
    instead: str


class WordingRefused(Explained):
    """A text for readers outside the bureau says what must stay inside."""

    def __init__(self, breaches: list[Breach]) -> None:
        listed = "".join(f"“{each.found}”（{each.title}）：{each.instead}" for each in breaches)
        super().__init__(f"给局外人看的文件里不能这样写：{listed}（依据：{load('wording')['source']}）")
        self.breaches = breaches


def breaches_in(texts: Iterable[str]) -> list[Breach]:
    """Return every phrase in the texts that readers outside the bureau must not meet, each once."""
    found: dict[tuple[str, str], Breach] = {}
    for text in texts:
        for code, title, instead, pattern in _rules():
            for match in pattern.finditer(text):
                found.setdefault((code, match[0]), Breach(code, title, match[0], instead))
    return list(found.values())


def wording_enforce(texts: Iterable[str]) -> None:
    """Let texts for readers outside the bureau pass.

    Raises
    ------
    WordingRefused
        A phrase must not leave; the sentence names all of them.
    """
    breaches = breaches_in(texts)
    if breaches:
        raise WordingRefused(breaches)


@cache
def _rules() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    return tuple(
        (rule["code"], rule["title"], rule["instead"], re.compile("|".join(rule["patterns"])))
        for rule in load("wording")["outside"]
    )
