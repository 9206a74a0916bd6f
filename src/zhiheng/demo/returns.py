"""What one school means to send: its pupils with marks, ranks and statuses in words, not yet on a page.

Deliberate mistakes change the cells here; `layouts` then decides where each cell stands.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from zhiheng.demo.county import County
from zhiheng.demo.exams import Sitting
from zhiheng.demo.people import GRADE_NAMES
from zhiheng.standards.subjects import subject_name

STATUS_TEXT = {
    "absent": "缺考",
    "deferred": "缓考",
    "cheat": "作弊",
    "exempt_special": "免考",
    "not_scanned": "未扫描",
    "not_taken": "--",
}
GENDERS = {"male": "男", "female": "女"}
ENROLMENT_TEXT = {
    "regular": "在籍在读",
    "guest": "借读",
    "transferred_in": "转入",
    "transferred_out": "转出",
    "exempt_special": "随班就读",
}

Row = tuple[int, dict[str, Any]]
"""(row of the sitting, field → what the cell will show). A pupil entered twice has two rows of one key."""


@dataclass
class Return:
    """One school's marks of one test, ready to be laid out.

    Attributes
    ----------
    school, grade, exam, date : for titles and file names.
    subjects : (code, printed name, full mark).
    rows : sorted by class and seat. Fields: school, town, class, seat, name, ticket, student_no, gender,
        enrolment, one per subject code, `<code>.class` and `<code>.school` ranks, total and its ranks, `<code>.scaled` where there is 赋分.
    """

    school: str
    grade: int
    exam: str
    date: date
    subjects: list[tuple[str, str, float]]
    rows: list[Row] = field(default_factory=list)

    @property
    def grade_name(self) -> str:
        """九年级, 高三."""
        return GRADE_NAMES[self.grade - 1]

    def by_class(self) -> dict[int, list[Row]]:
        """Class number → rows, in order."""
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row[1]["class"], []).append(row)
        return found


def returns(county: County, sitting: Sitting) -> dict[int, Return]:
    """Gather what every school would send; returns school id → return, in the county's order."""
    subjects = [(p["subject"], subject_name(p["subject"]), p["full_mark"]) for p in sitting.plan["papers"]]
    frame = _shown(county, sitting)
    made = {}
    for (school,), part in frame.group_by("school_id", maintain_order=True):
        rows = part.drop("school_id", "key").to_dicts()
        made[int(school)] = Return(
            school=rows[0]["school"],
            grade=sitting.plan["grade"],
            exam=sitting.plan["name"],
            date=sitting.plan["date"],
            subjects=subjects,
            rows=list(zip(part["key"].to_list(), rows, strict=True)),
        )
    return dict(sorted(made.items()))


def _shown(county: County, sitting: Sitting) -> pl.DataFrame:
    """Every cell any layout may show, one row per pupil; marks become numbers or the words for a status."""
    codes = sitting.subjects
    marks = sitting.marks.with_columns(total_mark(sitting))
    site = pl.col("school_id")
    frame = pl.concat(
        [
            sitting.pupils.rename({"school": "school_id", "class": "class_id", "number": "class"}),
            marks,
            sitting.status.rename({code: f"{code}.status" for code in codes}),
            sitting.scaled.rename({code: f"{code}.scaled" for code in sitting.scaled.columns}),
        ],
        how="horizontal",
    ).with_row_index("key")
    ranks = [
        pl.col(code).rank("min", descending=True).over(over).alias(f"{code}.{name}")
        for code in [*codes, "total"]
        for name, over in (("class", "class_id"), ("school", "school_id"))
    ]
    names = county.schools.select(pl.col("school").alias("school_id"), pl.col("name").alias("school"), "town")
    frame = frame.with_columns(ranks).join(names, on="school_id", how="left", maintain_order="left")
    return frame.with_columns(
        pl.col("gender").replace_strict(GENDERS),
        pl.col("enrolment").replace_strict(ENROLMENT_TEXT),
    ).sort(site, "class", "seat").select(
        "key", "school_id", "school", "town", "class", "seat", "name", "ticket", "student_no", "gender",
        "enrolment", *codes, "total", pl.col("^.*\\.(status|class|school|scaled)$"),
    )  # fmt: skip


def total_mark(sitting: Sitting) -> pl.Series:
    """Return the sum over the pupil's own subjects; null where one of them has no mark."""
    lacking = pl.any_horizontal(~pl.col(code).is_in(["normal", "not_taken"]) for code in sitting.subjects)
    complete = sitting.status.select(~lacking).to_series()
    total = sitting.marks.sum_horizontal()
    return total.set(~complete, None).alias("total")


def settle(made: Return, absent_text: str = "缺考") -> None:
    """Write every cell as a clerk would: the mark, else the word for why there is none, else nothing."""
    words = {**STATUS_TEXT, "absent": absent_text}
    for _, cells in made.rows:
        for code, _, _ in made.subjects:
            word = words.get(cells[f"{code}.status"], "")
            for name in (code, f"{code}.scaled"):
                if name in cells:
                    cells[name] = _tidy(cells[name], word)
        cells["total"] = _tidy(cells["total"], "")


def _tidy(mark: float | None, word: str) -> float | int | str:
    """A whole number without its point, a word where there is no mark."""
    if mark is None:
        return word
    return int(mark) if mark == int(mark) else mark
