"""What documents say of the exam itself and of how its data came in. No results."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

LAST_COMPULSORY_GRADE = 9


@dataclass(frozen=True, slots=True)
class ExamDescription:
    """What the documents say of the exam itself.

    Attributes
    ----------
    name : 2027届九年级一模.
    grade : 1 to 12.
    ended_on : last day of the test; the fourteen-day clock starts here.
    organisation, office : who speaks (安禾县教育局) and who made it (教研室).
    filing_number : 备案号, "" where the kind of exam needs none.
    basis : sampling design or approval, as filed; "" where the kind needs none.
    sampled : a sampled monitoring, not a census.
    """

    name: str
    grade: int
    ended_on: dt.date
    organisation: str
    office: str = "教研室"
    filing_number: str = ""
    basis: str = ""
    sampled: bool = False

    @property
    def compulsory(self) -> bool:
        """Whether the rules for compulsory education hold: no school list by raw score."""
        return self.grade <= LAST_COMPULSORY_GRADE


@dataclass(frozen=True, slots=True)
class Baseline:
    """The earlier test that value added and growth start from: its name, which version of its data, which method."""

    exam: str
    dataset_version: str
    method_version: str


@dataclass(frozen=True, slots=True)
class Intake:
    """How the data came in: rows read = rows taken + rows listed; `problems` is Chinese name → how many."""

    rows_in: int
    rows_accepted: int
    rows_listed: int
    problems: Mapping[str, int]
