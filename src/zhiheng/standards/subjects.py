"""Subjects: codes, names and display order. 政治 in primary and junior schools is 道德与法治."""

from dataclasses import dataclass
from functools import cache

from zhiheng.standards.loader import load


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


def subject_name(code: str) -> str:
    """Return the printed name; 总分 for the total, the code itself for a subject unknown to the file."""
    if code == "total":
        return "总分"
    known = subjects().get(code)
    return known.name if known else code
