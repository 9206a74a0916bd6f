"""Subjects, schools and groups: means, rates, and what their intervals tell."""

from collections.abc import Iterable
from itertools import chain
from string import ascii_uppercase

from zhiheng.files.document import Cell, Column, Estimate, Table
from zhiheng.files.number_formats import (
    COEFFICIENT,
    COUNT,
    MARK,
    MARK_CHANGE,
    PERCENT,
    SHARE,
)
from zhiheng.reports.facts.comparison import SchoolStanding, Standing
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.levels import LEVELS, level_shares
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.school import SchoolFacts
from zhiheng.reports.facts.telling import direction
from zhiheng.reports.tables.changes import NOT_COMPARED, change_cell, compared_briefly
from zhiheng.standards.subjects import subject_name


def subject_table(facts: ExamFacts, title: str = "") -> Table:
    """Return 均分, 及格率, 低分率 and 可比变化 of each subject."""
    since = facts.changes
    columns = [
        Column("学科"),
        Column("实考", MARK, "均分"),
        Column("应考", MARK, "均分"),
        Column("及格率", PERCENT),
        Column("低分率", PERCENT),
    ]
    if since:
        columns.append(Column("可比变化", width=2.0))
    rows = []
    for subject in facts.results.subjects_and_total:
        row = facts.results.county(subject)
        figures = (row.mean_taken, row.mean_expected.value, row.rates["pass"].value, row.rates["low"].value)
        changed = (change_cell(facts, subject),) if since else ()
        rows.append((row.subject_name, *figures, *changed))
    note = compared_briefly(since) if since else NOT_COMPARED
    return Table(title, tuple(columns), tuple(rows), note=note, sheet="学科")


def rates_table(
    title: str, first: str, rows: Iterable[Measured], by_subject: bool, sheet: str, note: str = ""
) -> Table:
    """Return mean and rates with their intervals, a row for each unit or for each subject."""
    columns = (
        Column(first),
        Column("实考", COUNT),
        Column("均分", MARK, interval=True),
        Column("优秀率", PERCENT, interval=True),
        Column("及格率", PERCENT, interval=True),
        Column("低分率", PERCENT, interval=True),
        Column("标准差", MARK),
        Column("变异\n系数", COEFFICIENT),
    )
    body = tuple(
        (
            row.subject_name if by_subject else row.name_and_warning,
            None if row.masked else row.taken,
            row.mean,
            *(row.rates[rate].estimate for rate in ("excellent", "pass", "low")),
            row.sd,
            row.cv,
        )
        for row in rows
    )
    return Table(title, columns, body, note=note, sheet=sheet)


def levels_table(results: Results) -> Table:
    """Return the share of pupils on each level (优秀 … 待提高) in each subject."""
    columns = (
        Column("学科"),
        Column("实考", COUNT),
        *(Column(name, PERCENT, interval=True) for name in LEVELS),
    )
    county = [each for subject in results.subjects for each in level_shares(results, subject)[:1]]
    rows: list[tuple[Cell, ...]] = [(subject_name(each.subject), each.n, *each.shares) for each in county]
    return Table("各科等级比例", columns, tuple(rows), note="每人只在一个等级里。", sheet="等级")


def ends_table(results: Results, level: str, first: str) -> Table:
    """Return both ends of a level's units in the total: top marks, every subject passed, the county's lowest share."""
    main, bottom = results.main_subject, f"后{results.caliber.bottom * 100:.0f}%学生"
    names = {"top": "特优", "all_pass": "全科及格", "bottom": bottom}
    rows = [row for row in results.level(level, main) if row.taken >= results.caliber.min_group]
    shown = [name for name in names if any(row.rates[name].value is not None for row in rows)]
    columns = [Column(first), Column("实考", COUNT)]
    for name in shown:
        columns += [Column("人数", COUNT, names[name]), Column("占比", PERCENT, names[name], interval=True)]
    body: list[tuple[Cell, ...]] = []
    for row in rows:
        rates = (row.rates[name] for name in shown)
        body.append(
            (row.name, row.taken, *chain.from_iterable((rate.count, rate.estimate) for rate in rates))
        )
    note = f"{bottom}：在全县{subject_name(main)}最低的 {results.caliber.bottom * 100:.0f}% 里的学生；占比越低越好。"
    return Table(
        f"{first}{subject_name(main)}：特优与后段",
        tuple(columns),
        tuple(body),
        note=note,
        sheet="特优与后段",
    )


def class_table(facts: SchoolFacts) -> Table:
    """Return a school's classes in every subject beside the county, for its own people; teachers where known."""
    results = facts.results
    rows = [
        (row, results.taught_by(row.unit, row.subject)) for each in facts.subjects for row in each.classes
    ]
    named = any(teacher for _, teacher in rows)
    columns = [
        Column("学科"),
        Column("班级"),
        *([Column("任课教师")] if named else []),
        Column("实考", COUNT),
    ]
    columns.append(Column("均分", MARK, interval=True))
    for rate, label in CLASS_RATES.items():
        columns.append(Column(f"{label}人数", COUNT, paper=False))
        columns.append(Column(f"{label}率", PERCENT, interval=True, paper=rate != "good"))
    columns += [
        Column("离均差", MARK_CHANGE),
        Column("超均率", PERCENT, paper=False),
        Column("超均人数", COUNT, paper=False),
    ]
    body = tuple(
        (
            row.subject_name,
            row.name_and_warning,
            *([teacher or "—"] if named else []),
            None if row.masked else row.taken,
            row.mean,
            *(cell for rate in CLASS_RATES for cell in (row.rates[rate].count, row.rates[rate].estimate)),
            row.deviation,
            row.over_mean_ratio,
            row.above_mean,
        )
        for row, teacher in rows
    )
    note = f"离均差为本班均分减{results.whole}均分。供诊断教学，不得单独用于考核、绩效。"
    return Table("各班成绩", tuple(columns), body, note=note, sheet="班级")


CLASS_RATES = {"excellent": "优秀", "good": "良好", "pass": "及格", "low": "低分"}


def standing_table(facts: ExamFacts) -> Table:
    """Return schools by what their interval supports, in the bureau's order inside each class.

    In compulsory education no raw mean stands beside the name; above it does, with its spread and A to E shares.
    """
    results, open_list = facts.results, not facts.results.exam.compulsory
    columns = [Column("与全县比较"), Column("学校"), Column("类型"), Column("应考", COUNT, paper=False)]
    columns += [Column("实考", COUNT), Column("参考率", PERCENT)]
    if open_list:
        columns += [
            Column("均分", MARK, interval=True),
            Column("离均差", MARK_CHANGE),
            Column("标准差", MARK),
        ]
        columns += [Column("变差数", COEFFICIENT, paper=False), Column("平均标准分", MARK_CHANGE)]
        columns += [
            Column(letter, PERCENT, "各等占比", paper=False)
            for letter, _ in zip(ascii_uppercase, results.caliber.grade_shares, strict=False)
        ]
    rows = []
    for standing in Standing:
        for each in facts.standings:
            if each.standing is standing:
                row = each.school
                figures = (row.mean, each.deviation, row.sd, row.cv, row.z_mean, *results.grade_shares(row))
                rows.append((*_standing_head(results, each), *(figures if open_list else ())))
    note = "同一档内按局定学校顺序排列，不排名次。" + ("" if open_list else "义务教育阶段不列各校均分。")
    return Table("各校与全县比较", tuple(columns), tuple(rows), note=note, sheet="学校比较")


def _standing_head(results: Results, each: SchoolStanding) -> tuple[Cell, ...]:
    row = each.school
    kind = results.schools.get(row.unit, {}).get("school_type") or "—"
    expected, taken = (None, None) if row.masked else (row.expected, row.taken)
    return each.standing.value, row.name, kind, expected, taken, row.participation


def balance_table(results: Results) -> Table:
    """Return how uneven schools are in each subject."""
    columns = (
        Column("学科"),
        Column("学校数", COUNT),
        Column("差异系数", SHARE),
        Column("校际差异率", PERCENT),
        Column("城乡差距（分）", MARK_CHANGE, interval=True),
        Column("判断"),
    )
    rows = []
    for subject in results.subjects_and_total:
        gap = results.gaps.get(subject)
        if gap is None:
            continue
        rows.append(
            (
                subject_name(subject),
                gap.units,
                gap.cv,
                gap.share,
                gap.gap,
                _told(gap.gap),
            )
        )
    first = next(iter(results.gaps.values()), None)
    ends = f"城乡差距：{first.high}均分减{first.low}均分。" if first and first.high else ""
    note = "校际差异率：学校之间的方差占总方差的比例。" + ends
    return Table(
        "校际与城乡差异",
        columns,
        tuple(rows),
        note=note,
        sheet="校际差异",
    )


def _told(gap: Estimate) -> str:
    """Say whether a gap can be told; without limits there were too few schools to judge by."""
    if gap.lo is None:
        return "学校太少，不判断"
    return "可以区分" if direction(gap) else "尚不能区分"
