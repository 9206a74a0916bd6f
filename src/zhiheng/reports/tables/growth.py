"""Value added and growth percentiles of schools, or of one school's subjects. Never in the order of a figure."""

from collections.abc import Sequence
from itertools import chain

from zhiheng.files.document import Cell, Column, Table
from zhiheng.files.number_formats import COUNT
from zhiheng.reports.facts.growth import POINTS_ADDED, SchoolGrowth
from zhiheng.reports.facts.results import Results
from zhiheng.standards.subjects import subject_name

HOW_TO_READ = (
    "增值是比全县起点相同的学生平均多考的分，区间含 0 就是与全县无显著差异；成长百分位区间含 50 就不能说高或低。"
    "一年的增值不稳定，不得单独用于考核、绩效和通报。"
)


def school_growth_table(results: Results, subject: str) -> Table:
    """Return every school in one subject, in the bureau's order; the other subjects for a spreadsheet only."""
    others = [each for each in results.subjects_and_total if each != subject and results.school_growth(each)]
    told = {
        school: [results.growth_of(school, each) for each in (subject, *others)] for school in results.schools
    }
    columns = [Column("学校", width=1.6), *_columns()]
    for other in others:
        columns += _columns(subject_name(other), paper=False)
    rows = tuple(
        (results.unit_name("school", school), *chain.from_iterable(map(_cells, measured)))
        for school, measured in told.items()
        if any(measured)
    )
    note = "按局定学校顺序排列，不排名次。" + HOW_TO_READ
    title = f"各校{subject_name(subject)}增值与成长"
    return Table(title, tuple(columns), rows, note=note, sheet="增值与成长")


def own_growth_table(subjects: Sequence[SchoolGrowth]) -> Table:
    """Return one school's subjects."""
    columns = (Column("学科"), *_columns())
    rows = tuple((subject_name(each.subject), *_cells(each)) for each in subjects)
    if not any(each.reason for each in subjects):
        columns, rows = columns[:-1], tuple(row[:-1] for row in rows)
    return Table("本校增值与成长", columns, rows, note=HOW_TO_READ, sheet="增值与成长")


def _columns(group: str = "", *, paper: bool = True) -> tuple[Column, ...]:
    return (
        Column("两次都有", COUNT, group, paper=paper),
        Column("本次", COUNT, group, paper=paper),
        Column("增值（分）", POINTS_ADDED, group, interval=True, paper=paper),
        Column("判断", None, group, width=1.3, paper=paper),
        Column("成长百分位（中位）", COUNT, group, interval=True, width=1.3, paper=paper),
        Column("说明", None, group, width=1.8, paper=paper),
    )


def _cells(each: SchoolGrowth | None) -> tuple[Cell, ...]:
    if each is None:
        return (None, None, None, "不列", None, "没有成绩")
    verdict = each.verdict or "不列"
    return (each.matched, each.pupils, each.added, verdict, each.percentile, each.reason)
