"""Ask the guard before a deed that the law touches. A refusal cannot be switched off by a setting."""

from collections.abc import Mapping
from typing import Any

from zhiheng.base.errors import Explained
from zhiheng.base.guard.rules import Verdict, verdict_of


class Refused(Explained):
    """The law does not allow it, or its basis is not written down. `verdict` says which."""

    exit_code = 4  # of the command line

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.for_user)
        self.verdict = verdict


def guard_check(rule_code: str, facts: Mapping[str, Any]) -> Verdict:
    """Return what rule `rule_code` (G1 to G10) says about the facts.

    What is not said counts against: a rule without a fitting case answers as its `otherwise` does.

    Raises
    ------
    KeyError
        There is no such rule: a mistake of the program.
    """
    return verdict_of(rule_code, facts)


def guard_enforce(verdict: Verdict) -> Verdict:
    """Return a verdict that allows.

    Raises
    ------
    Refused
        The verdict does not allow; `for_user` tells the rule and the lawful way.
    """
    if not verdict.allowed:
        raise Refused(verdict)
    return verdict


def exam_verdict(
    *,
    kind: str,
    grade: int,
    scope_kind: str,
    mock_number: int | None = None,
    mocks_already: int = 0,
    sitting: str = "final",
    same_sitting_already: int = 0,
    filing_number: str = "",
    basis: str = "",
) -> Verdict:
    """Tell whether a test may be held and analysed (教基厅〔2025〕3号); `guard_enforce` makes it binding.

    Parameters
    ----------
    kind : graduation_mock, academic_level, zhongkao, gaokao, monitoring or school_final.
    grade : 1 to 12.
    scope_kind : "county" for a test of several schools, "school" for one school's own.
    mock_number, mocks_already : which mock of the school year this is; how many others there were.
    sitting, same_sitting_already : final or midterm of a school's own test; how many of that sitting this
        school and grade already had in this term.
    filing_number : 备案号.
    basis : the sampling design of a 监测; document, approver and expiry of what is left to local discretion.
    """
    return verdict_of(
        "G3",
        {
            "kind": kind,
            "grade": grade,
            "scope_kind": scope_kind,
            "mock_number": mock_number,
            "mocks_already": mocks_already,
            "sitting": sitting,
            "same_sitting_already": same_sitting_already,
            "filing_number": filing_number.strip(),
            "sampling_design": basis.strip(),
            "local_basis": basis.strip(),
        },
    )
