"""Read the county's filed tests with the number of the mock among the two a school year may have."""

from collections import Counter
from dataclasses import dataclass

from zhiheng.base.scopes import Scope
from zhiheng.evidence.exams.models import Exam
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.registry.schools.grades import academic_year

MOCK = "graduation_mock"
MOST_MOCKS = 2
"""Mocks of a graduating grade in one school year (教基厅〔2025〕3号, rule G3)."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One test as it was filed. `mocks` is how many mocks its grade has that school year; 0 for other tests."""

    exam: Exam
    year: int
    mocks: int

    @property
    def year_name(self) -> str:
        """2026—2027学年."""
        return f"{self.year}—{self.year + 1}学年"


def filings(scope: Scope) -> list[Filing]:
    """Return the tests of the county that a scope may see, the latest first."""
    exams = list(exams_visible(scope).filter(school=None))
    mocks = Counter((academic_year(exam.starts_on), exam.grade) for exam in exams if exam.kind == MOCK)
    return [
        Filing(
            exam,
            academic_year(exam.starts_on),
            mocks[academic_year(exam.starts_on), exam.grade] if exam.kind == MOCK else 0,
        )
        for exam in exams
    ]
