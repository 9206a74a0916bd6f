"""SchoolFacts: one school's own slice. Other schools appear only as the middle half of their type, never one by one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zhiheng.files.document import Estimate
from zhiheng.frames.schema import TOTAL
from zhiheng.reports.facts.comparison import SchoolStanding, Standing, standings
from zhiheng.reports.facts.measured import Measured, Tag
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.statements import direction, rates_apart
from zhiheng.standards.loader import load

WORST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Band:
    """The schools of one type in one subject, without names.

    Attributes
    ----------
    schools : how many there are, this one included.
    mean : mean of all their pupils; None where there are too few schools to hide any.
    q1, q3 : the middle half of the schools' means; None likewise.
    """

    schools: int
    mean: float | None
    q1: float | None
    q3: float | None


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """One knowledge point of the school beside the county's; `apart` is own minus county."""

    own: Tag
    county: Estimate
    apart: Estimate

    @property
    def below(self) -> bool:
        """Whether the school can be told to lie below the county."""
        return direction(self.apart) < 0


@dataclass(frozen=True, slots=True)
class SubjectSlice:
    """One subject of the school: own, county, band of its type, classes, weakest points, and what the interval says."""

    own: Measured
    county: Measured
    band: Band
    standing: Standing
    classes: tuple[Measured, ...]
    weak_points: tuple[WeakPoint, ...]


@dataclass(frozen=True, slots=True)
class SchoolFacts:
    """What one school's report says.

    Attributes
    ----------
    school, name, school_type : which school.
    headline : one sentence, only what intervals support.
    subjects : slices of each subject and the total, in the order of the papers.
    hidden_classes : classes under the 口径's minimum, left out.
    """

    results: Results
    school: str
    name: str
    school_type: str
    headline: str
    subjects: tuple[SubjectSlice, ...]
    hidden_classes: int
    today: dt.date

    @property
    def main(self) -> SubjectSlice:
        """The total, or the only subject."""
        return self.subjects[-1]


def quartiles(means: Sequence[float]) -> tuple[float, float]:
    """Return the quartiles of school means by the median-unbiased rule (Hyndman & Fan, type 8).

    At ¼ and ¾ that rule always falls between two schools, so a printed quartile is never one school's own figure.
    """
    q1, q3 = np.quantile(np.asarray(means), [0.25, 0.75], method="median_unbiased")
    return float(q1), float(q3)


class SchoolSlices:
    """What all schools' reports share, prepared once: bands by type and standings by subject."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.minimum: int = load("reporting")["same_type_schools"]["minimum"]
        self._standings = {subject: self._by_school(subject) for subject in results.subjects_and_total}
        self._bands: dict[tuple[str, str], Band] = {}

    def _by_school(self, subject: str) -> dict[str, SchoolStanding]:
        return {each.school.unit: each for each in standings(self.results, subject)}

    def band(self, school_type: str, subject: str) -> Band:
        """Return the band of a type; empty where too few schools of at least the 口径's minimum size have it."""
        key = (school_type, subject)
        if key not in self._bands:
            self._bands[key] = self._band(school_type, subject)
        return self._bands[key]

    def _band(self, school_type: str, subject: str) -> Band:
        results = self.results
        means = [
            row.mean_taken
            for row in results.level("school", subject)
            if row.mean_taken is not None
            and row.taken >= results.caliber.min_group
            and results.schools.get(row.unit, {}).get("school_type") == school_type
        ]
        whole = results.unit("school_type", school_type, subject) if school_type else None
        if len(means) < self.minimum or whole is None:
            return Band(len(means), None, None, None)
        return Band(len(means), whole.mean_taken, *quartiles(means))

    def standing(self, school: str, subject: str) -> Standing:
        """Return how the school stands to the county."""
        found = self._standings[subject].get(school)
        return found.standing if found else Standing.TOO_FEW


def school_facts(slices: SchoolSlices, school: str, *, today: dt.date) -> SchoolFacts:
    """Return one school's slice.

    Parameters
    ----------
    slices : prepared once for all schools of an analysis.
    school : the dataset's number of the school, as text.

    Raises
    ------
    KeyError
        The school took no part.
    """
    results = slices.results
    row = results.schools[school]
    school_type = row["school_type"] or ""
    classes = [unit for unit, each in results.classes.items() if str(each["school"]) == school]
    subjects = []
    for subject in results.subjects_and_total:
        own = results.unit("school", school, subject)
        if own is None:
            continue
        subjects.append(
            SubjectSlice(
                own,
                results.county(subject),
                slices.band(school_type, subject),
                slices.standing(school, subject),
                _classes(results, classes, subject),
                _weak_points(results, school, subject),
            )
        )
    if not subjects:
        raise KeyError(f"school {school} took no part")
    shown = len(subjects[-1].classes)
    sat = sum(results.unit("class", unit, subjects[-1].own.subject) is not None for unit in classes)
    headline = _headline(subjects)
    return SchoolFacts(
        results, school, row["name"], school_type, headline, tuple(subjects), sat - shown, today
    )


def _classes(results: Results, classes: Sequence[str], subject: str) -> tuple[Measured, ...]:
    rows = (results.unit("class", unit, subject) for unit in classes)
    return tuple(row for row in rows if row is not None and row.taken >= results.caliber.min_group)


def _weak_points(results: Results, school: str, subject: str) -> tuple[WeakPoint, ...]:
    """Return the school's lowest knowledge points beside the county's."""
    county = {tag.tag: tag.rate for tag in results.tags("county", "", subject)}
    own = [tag for tag in results.tags("school", school, subject) if tag.n >= results.caliber.min_group]
    return tuple(
        WeakPoint(tag, county[tag.tag], rates_apart(tag.rate, county[tag.tag]))
        for tag in own[:WORST_SHOWN]
        if tag.tag in county
    )


def _headline(subjects: Sequence[SubjectSlice]) -> str:
    """Say what stands out of the county's interval, and what cannot be told apart."""
    single = [each for each in subjects if each.own.subject != TOTAL]
    if all(each.standing is Standing.TOO_FEW for each in single):
        return "参考人数不足，各科均分不与全县比较。"
    words = {Standing.ABOVE: "显著高于全县", Standing.BELOW: "显著低于全县"}
    parts = []
    for standing, word in words.items():
        names = "、".join(each.own.subject_name for each in single if each.standing is standing)
        if names:
            parts.append(f"{names}均分{word}")
    same = [each for each in single if each.standing is Standing.SAME]
    if same:
        rest = "其余学科" if parts else "各科均分"
        parts.append(f"{rest}与全县无法区分")
    return "，".join(parts) + "。"
