"""SchoolFacts: one school's own slice. Other schools appear only as the middle half of their type, never one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhiheng.files.document import Estimate
from zhiheng.frames.schema import TOTAL
from zhiheng.reports.facts.changes import Change, Changes
from zhiheng.reports.facts.comparison import Band, Standing
from zhiheng.reports.facts.exam import ExamFacts
from zhiheng.reports.facts.growth import SchoolGrowth
from zhiheng.reports.facts.measured import WITHHELD, Measured, Tag
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.telling import direction, estimates_apart

WORST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """One knowledge point of the school beside the county's; `apart` is own minus county.

    `by_class` holds the score rate of each class of the slice, in its order; None where not known.
    """

    own: Tag
    county: Estimate
    apart: Estimate
    by_class: tuple[float | None, ...]

    @property
    def below(self) -> bool:
        """Whether the school can be told to lie below the county."""
        return direction(self.apart) < 0


@dataclass(frozen=True, slots=True)
class SubjectSlice:
    """One subject of the school: own, county, band of its type, classes, weakest points, and what the interval says.

    `change` is its change of place since a comparable exam; None where nothing compares. `growth` is its value added
    and growth; None where there is no earlier test to measure them from.
    """

    own: Measured
    county: Measured
    band: Band
    standing: Standing
    classes: tuple[Measured, ...]
    weak_points: tuple[WeakPoint, ...]
    change: Change | None
    growth: SchoolGrowth | None


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """What one school's report says.

    Attributes
    ----------
    school, name, school_type : which school.
    alone : the exam is this school's own; there is no county to compare with.
    headline : one sentence, only what intervals support.
    moved : one sentence on its places since the earlier exam; "" where no interval tells of any.
    since : how the earlier exam is compared with; None where nothing compares.
    subjects : slices of each subject and the total, in the order of the papers.
    """

    results: Results
    school: str
    name: str
    school_type: str
    alone: bool
    headline: str
    moved: str
    since: Changes | None
    subjects: tuple[SubjectSlice, ...]

    @property
    def main(self) -> SubjectSlice:
        """The total, or the only subject."""
        return self.subjects[-1]


def school_facts(facts: ExamFacts, school: str) -> SchoolFacts:
    """Return one school's slice of an exam.

    Parameters
    ----------
    facts : the exam's.
    school : the dataset's number of the school, as text.

    Raises
    ------
    KeyError
        The school took no part.
    """
    results = facts.results
    row = results.schools[school]
    school_type = row["school_type"] or ""
    classes = [unit for unit, each in results.classes.items() if str(each["school"]) == school]
    slices = tuple(
        _slice(facts, own, school_type, classes)
        for subject in results.subjects_and_total
        if (own := results.unit("school", school, subject)) is not None
    )
    if not slices:
        raise KeyError(f"school {school} took no part")
    alone = len(results.level("school", results.main_subject)) == 1
    return SchoolFacts(
        results=results,
        school=school,
        name=row["name"],
        school_type=school_type,
        alone=alone,
        headline=facts.headline if alone else _headline(slices),
        moved=_moved(slices, facts.changes),
        since=facts.changes,
        subjects=slices,
    )


_NO_BAND = Band(0, None, None, None)


def _slice(facts: ExamFacts, own: Measured, school_type: str, classes: Sequence[str]) -> SubjectSlice:
    results, subject = facts.results, own.subject
    sat = _classes(results, classes, subject)
    standing = next(
        (each.standing for each in facts.standings_in[subject] if each.school.unit == own.unit),
        Standing.TOO_FEW,
    )
    return SubjectSlice(
        own,
        results.county(subject),
        facts.bands.get((school_type, subject), _NO_BAND),
        standing,
        sat,
        _weak_points(results, own.unit, subject, sat),
        facts.changes.school(own.unit, subject) if facts.changes else None,
        results.growth_of(own.unit, subject),
    )


def _classes(results: Results, classes: Sequence[str], subject: str) -> tuple[Measured, ...]:
    rows = (results.unit("class", unit, subject) for unit in classes)
    return tuple(row for row in rows if row is not None and row.taken)


def _weak_points(
    results: Results, school: str, subject: str, classes: Sequence[Measured]
) -> tuple[WeakPoint, ...]:
    """Return the school's lowest knowledge points beside the county's."""
    of_class = [
        {tag.tag: tag.rate.value for tag in results.tags("class", row.unit, subject)} for row in classes
    ]
    county = {tag.tag: tag.rate for tag in results.tags("county", "", subject)}
    own = [tag for tag in results.tags("school", school, subject) if tag.n >= results.caliber.min_group]
    return tuple(
        WeakPoint(
            tag,
            county[tag.tag],
            estimates_apart(tag.rate, county[tag.tag]),
            tuple(rates.get(tag.tag) for rates in of_class),
        )
        for tag in own[:WORST_SHOWN]
        if tag.tag in county
    )


def _headline(subjects: Sequence[SubjectSlice]) -> str:
    """Say what stands out of the county's interval, and what cannot be told apart."""
    single = [each for each in subjects if each.own.subject != TOTAL]
    if all(each.standing is Standing.WITHHELD for each in single):
        return f"{WITHHELD}。"
    if all(each.standing in (Standing.TOO_FEW, Standing.WITHHELD) for each in single):
        return "参考人数不足，各科均分不与全县比较。"
    words = {Standing.ABOVE: "显著高于全县", Standing.BELOW: "显著低于全县"}
    parts = []
    for standing, word in words.items():
        names = [each.own.subject_name for each in single if each.standing is standing]
        if len(names) == len(single) > 1:
            return f"各科均分都{word}。"
        if names:
            parts.append(f"{'、'.join(names)}均分{word}")
    same = [each for each in single if each.standing is Standing.SAME]
    if same:
        rest = "其余学科" if parts else "各科均分"
        parts.append(f"{rest}与全县无法区分")
    return "，".join(parts) + "。"


def _moved(subjects: Sequence[SubjectSlice], since: Changes | None) -> str:
    """Say in which subjects the school's place in the county rose or fell."""
    changes = {
        each.own.subject_name: each.change for each in subjects if each.own.subject != TOTAL and each.change
    }
    parts = []
    for sign, word in ((1, "上升"), (-1, "下降")):
        names = [name for name, change in changes.items() if change.direction == sign]
        if names:
            shown = "各科" if len(names) == len(changes) > 1 else "、".join(names)
            parts.append(f"{shown}在全县的位置{word}")
    return f"比{since.earlier.name}，{'，'.join(parts)}。" if since and parts else ""
