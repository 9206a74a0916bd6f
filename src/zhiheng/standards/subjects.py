"""Subjects: codes, names and display order. 政治 in primary and junior schools is 道德与法治.

It reads names; whether a text is a subject's mark or its rank is decided elsewhere.
"""

from dataclasses import dataclass
from functools import cache

from zhiheng.standards.loader import load

TOTAL = "total"
PARTS = {
    "arts_combined": ("politics", "morality_law", "history", "geography"),
    "sciences_combined": ("physics", "chemistry", "biology"),
    "physics_chemistry": ("physics", "chemistry"),
    "politics_history": ("politics", "morality_law", "history"),
    "biology_geography": ("biology", "geography"),
}
"""Combined papers and the subjects in them: where the parts stand beside it, the combined one is a sum."""
ELECTIVES = frozenset({"physics", "history", "chemistry", "biology", "politics", "geography", "it"})
"""Subjects a senior pupil chooses from (3+1+2 and 3+3): blank may mean not taken."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One school subject as the bureau prints it."""

    code: str
    name: str
    short: str
    order: int
    aliases: tuple[str, ...]


@cache
def subjects() -> dict[str, Subject]:
    """Return every subject by code, in display order."""
    return {
        row["code"]: Subject(row["code"], row["name"], row["short"], place, tuple(row["aliases"]))
        for place, row in enumerate(load("subjects"))
    }


@cache
def subject_aliases() -> dict[str, str]:
    """Return alias → code, longest alias first, so that 文科数学 is found before 数学."""
    pairs = [(alias, subject.code) for subject in subjects().values() for alias in subject.aliases]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def subject_name(code: str) -> str:
    """Return the printed name; 总分 for the total, the code itself for a subject unknown to the file."""
    if code == TOTAL:
        return "总分"
    known = subjects().get(code)
    return known.name if known else code
