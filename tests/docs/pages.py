"""The documentation as tests read it: pages, their tables, their links. Knows nothing of the program."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def reference(name: str) -> str:
    """Return the text of a reference page."""
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next heading of the same or a higher level."""
    level, lines, inside = heading.count("#"), [], False
    for line in text.splitlines():
        if line.startswith("#") and len(line) - len(line.lstrip("#")) <= level:
            inside = line.startswith(heading)
        elif inside:
            lines.append(line)
    return "\n".join(lines)


def rows(text: str) -> list[list[str]]:
    """Return the cells of every table row, header rows and rulers included."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]


def first_codes(text: str) -> list[str]:
    """Return the code words in the first column of the tables of a text."""
    return [code for row in rows(text) for code in _CODE.findall(row[0])]


def codes(text: str) -> set[str]:
    """Return every code word of a text; blocks of code are left out."""
    return set(_CODE.findall(_FENCED.sub("", text)))


def pages() -> list[Path]:
    """Return every page written for people."""
    folders = [ROOT / "benchmarks/README.md", ROOT / "deploy/README.md"]
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), *folders]


def relative_links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links to other files, without their fragments."""
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            yield target.partition("#")[0]
