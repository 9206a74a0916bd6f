"""综合分 of units under the schemes the 口径 lists, beside the mean and rates they are made of."""

from zhiheng.files.document import Cell, Column, Table
from zhiheng.files.number_formats import (
    COUNT,
    MARK,
    PERCENT,
)
from zhiheng.frames.results import WEIGHTED
from zhiheng.reports.facts.composites import schemes_of
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.school import SchoolFacts
from zhiheng.standards.subjects import subject_name

WEIGHTED_NAME = "各科加权"


def composite_columns(results: Results, *, comparing: bool) -> tuple[Column, ...]:
    """Return a column for each 综合分 the 口径 lists, and for their weighted sums over subjects where it has weights."""
    schemes = schemes_of(results.caliber, comparing=comparing)
    groups = ("综合分", *((WEIGHTED_NAME,) if results.caliber.subject_weights else ()))
    return tuple(
        Column(scheme.short.removesuffix(" 综合分"), scheme.format, group)
        for group in groups
        for scheme in schemes
    )


def composite_table(facts: ExamFacts, level: str, first: str) -> Table | None:
    """Return mean, rates and 综合分 of the units of a level in the total; None where the 口径 lists no scheme.

    Schemes that set units beside each other are made for schools, so they stand in the table of schools only.
    """
    results, main = facts.results, facts.results.main_subject
    scored = composite_columns(results, comparing=level == "school")
    rows = [row for row in results.level(level, main) if row.masked or row.taken >= results.caliber.min_group]
    if not scored or len(rows) < 2:
        return None
    columns = (
        Column(first),
        Column("实考", COUNT),
        Column("均分", MARK),
        *(
            Column(title, form, group)
            for group in ("及格", "优秀")
            for title, form in (("人数", COUNT), ("率", PERCENT))
        ),
        *scored,
    )
    body = tuple(
        (*_composite_head(row), *composites_of(results, row, comparing=level == "school")) for row in rows
    )
    cited = "、".join(scheme.cited for scheme in schemes_of(results.caliber, comparing=level == "school"))
    return Table(
        f"{first}{subject_name(main)}综合分", columns, body, note=f"{cited}。", sheet=f"{first}综合分"
    )


def _composite_head(row: Measured) -> tuple[Cell, ...]:
    rates = (
        cell for rate in ("pass", "excellent") for cell in (row.rates[rate].count, row.rates[rate].value)
    )
    return (row.name_and_warning, None if row.masked else row.taken, row.mean.value, *rates)


def composites_of(results: Results, row: Measured, *, comparing: bool) -> tuple[float | None, ...]:
    """Return a unit's 综合分 in the order of `composite_columns`."""
    subjects = (row.subject, *((WEIGHTED,) if results.caliber.subject_weights else ()))
    return tuple(
        results.composite(row.level, row.unit, subject, scheme.key)
        for subject in subjects
        for scheme in schemes_of(results.caliber, comparing=comparing)
    )


def school_composite_table(facts: SchoolFacts) -> Table | None:
    """Return a school's own 综合分 by subject; schemes that rest on other schools are left out, which it could work out."""
    results = facts.results
    schemes = schemes_of(results.caliber, comparing=False)
    if not schemes:
        return None
    columns = (
        Column("学科"),
        Column("实考", COUNT),
        *(Column(scheme.short, scheme.format) for scheme in schemes),
    )
    own = [(each.own.subject_name, each.own.subject, each.own.taken) for each in facts.subjects]
    if results.caliber.subject_weights:
        own.append((WEIGHTED_NAME, WEIGHTED, facts.main.own.taken))
    rows = tuple(
        (name, n, *(results.composite("school", facts.school, subject, scheme.key) for scheme in schemes))
        for name, subject, n in own
    )
    cited = "、".join(scheme.cited for scheme in schemes)
    note = f"{cited}。与他校相比的方案不列，以免推知他校。"
    return Table("本校综合分", columns, rows, note=note, sheet="综合分")
