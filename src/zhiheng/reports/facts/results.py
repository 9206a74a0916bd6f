"""The tables of one analysis, indexed by unit and subject, with names. Reads frames; says nothing yet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from zhiheng.files.document import Estimate
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.results import LEVELS
from zhiheng.frames.schema import HUNDREDTHS, TOTAL
from zhiheng.reports.facts.description import Baseline, ExamDescription, Intake
from zhiheng.reports.facts.growth import SchoolGrowth, growth_by_school, withheld
from zhiheng.reports.facts.measured import Gap, ItemFact, Measured, PaperFact, Tag, measured, number

AREAS = {"city": "城区学校", "town": "镇区学校", "village": "乡村学校"}
TRAITS = {
    "gender:female": "女生",
    "gender:male": "男生",
    "migrant:yes": "随迁子女",
    "migrant:no": "非随迁",
    "left_behind:yes": "留守儿童",
    "left_behind:no": "非留守",
    "boarding:yes": "寄宿生",
    "boarding:no": "走读生",
}
_PAPER_NUMBERS = (
    "facility",
    "expected_facility",
    "alpha",
    "sem",
    "discrimination",
    "facility_objective",
    "facility_subjective",
)


@dataclass(frozen=True)
class Results:
    """One analysis as documents read it.

    Attributes
    ----------
    tables : name in `frames.results.RESULTS` → frame; `groups` is needed, the others may be absent. Where growth
        was measured, its tables `value_added` and `growth` stand among them for whoever may read them.
    dimensions : `schools`, `classes`, `teaching`, `papers`, `items` of the dataset, as in `frames.schema`.
    dataset_version, method_version : printed where numbers are.
    teachers : dataset integer → name, for readers who may see it.
    intake : how the data came in; None where nobody tells.
    baseline : what growth was measured from; None where no earlier test may lawfully serve.
    """

    exam: ExamDescription
    caliber: Caliber
    dataset_version: str
    method_version: str
    tables: Mapping[str, pl.DataFrame]
    dimensions: Mapping[str, pl.DataFrame]
    teachers: Mapping[int, str] = field(default_factory=dict)
    intake: Intake | None = None
    baseline: Baseline | None = None
    _read: dict[str, dict[tuple[str, str], Measured]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _read_tags: dict[str, dict[tuple[str, str, str], list[Tag]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def _rows(self, table: str) -> list[dict[str, Any]]:
        frame = self.tables.get(table)
        return [] if frame is None else frame.rows(named=True)

    def _dimension(self, name: str) -> list[dict[str, Any]]:
        frame = self.dimensions.get(name)
        return [] if frame is None else frame.rows(named=True)

    @cached_property
    def schools(self) -> dict[str, dict[str, Any]]:
        """School number as text → its row, in the bureau's order."""
        rows = sorted(self._dimension("schools"), key=lambda row: (row["order"], row["school"]))
        return {str(row["school"]): row for row in rows}

    @cached_property
    def unit_of_school(self) -> dict[str, str]:
        """School id → its number here as text: numbers differ from dataset to dataset."""
        return {row["uuid"]: unit for unit, row in self.schools.items()}

    @cached_property
    def classes(self) -> dict[str, dict[str, Any]]:
        """Class number as text → its row, by school and class number."""
        rows = sorted(
            self._dimension("classes"), key=lambda row: (row["school"], row["number"], row["class"])
        )
        return {str(row["class"]): row for row in rows}

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """Subjects with results, in the order of the papers; without the total."""
        rows = sorted(self._dimension("papers"), key=lambda row: (row["order"], row["subject"]))
        return tuple(row["subject"] for row in rows if self.unit("county", "", row["subject"]))

    @property
    def subjects_and_total(self) -> tuple[str, ...]:
        """Subjects, then the total where more than one paper makes one."""
        return (*self.subjects, TOTAL) if self.unit("county", "", TOTAL) else self.subjects

    @property
    def whole(self) -> str:
        """What everyone together is called: 全县, or 本校 where the exam is one school's own."""
        return LEVELS["county"] if len(self.schools) > 1 else "本校"

    @property
    def main_subject(self) -> str:
        """The total, or the only subject there is: what counts of pupils and schools rest on."""
        return self.subjects_and_total[-1]

    def unit_name(self, level: str, unit: str) -> str:
        """Return a unit's name in print; a unit the dataset does not name keeps its own word."""
        match level:
            case "county":
                return self.whole
            case "school":
                return self.schools[unit]["name"] if unit in self.schools else unit
            case "class":
                return self.classes[unit]["label"] if unit in self.classes else unit
            case "teacher":
                return self.teachers.get(int(unit), unit)
            case "area":
                return AREAS.get(unit, unit)
            case "group":
                return TRAITS.get(unit, unit)
            case "school_group":
                return TRAITS.get(unit.partition("|")[2], unit)
            case _:
                return unit

    def _of_level(self, table: str, level: str) -> list[dict[str, Any]]:
        frame = self.tables.get(table)
        return [] if frame is None else frame.filter(pl.col("level") == level).rows(named=True)

    def _units(self, level: str) -> dict[tuple[str, str], Measured]:
        """Return the units of a level by (unit, subject), read once; a county has thousands of classes."""
        if level not in self._read:
            self._read[level] = {
                (row["unit"], row["subject"]): measured(row, self.unit_name(level, row["unit"]))
                for row in self._of_level("groups", level)
            }
        return self._read[level]

    def unit(self, level: str, unit: str, subject: str) -> Measured | None:
        """Return one unit in one subject; None where nobody there was due."""
        return self._units(level).get((unit, subject))

    def county(self, subject: str) -> Measured:
        """Return the county's row.

        Raises
        ------
        KeyError
            The analysis has no county row for the subject.
        """
        return self._units("county")["", subject]

    def level(self, level: str, subject: str) -> list[Measured]:
        """Return every unit of a level, schools and classes in the bureau's order."""
        rows = [row for row in self._units(level).values() if row.subject == subject]
        order = {"school": self.schools, "class": self.classes}.get(level)
        if order is None:
            return rows
        place = {unit: number for number, unit in enumerate(order)}
        return sorted(rows, key=lambda row: place.get(row.unit, len(place)))

    def _tags(self, level: str) -> dict[tuple[str, str, str], list[Tag]]:
        """Return the tags of a level by (unit, subject, kind), weakest first, read once."""
        if level not in self._read_tags:
            found: dict[tuple[str, str, str], list[Tag]] = {}
            for row in self._of_level("tags", level):
                rate = Estimate(number(row["score_rate"]), number(row["lo"]), number(row["hi"]))
                tag = Tag(
                    row["subject"],
                    row["kind"],
                    row["tag"],
                    row["items"],
                    (row["full_mark"] or 0) / HUNDREDTHS,
                    row["n"],
                    rate,
                )
                if rate.value is not None:
                    found.setdefault((row["unit"], row["subject"], row["kind"]), []).append(tag)
            for tags in found.values():
                tags.sort(key=lambda tag: (tag.rate.value, tag.tag))
            self._read_tags[level] = found
        return self._read_tags[level]

    def tags(self, level: str, unit: str, subject: str, kind: str = "knowledge") -> list[Tag]:
        """Return the knowledge points (or ability levels) of a unit, weakest first."""
        return self._tags(level).get((unit, subject, kind), [])

    def bands(self, level: str, unit: str, subject: str) -> list[dict[str, Any]]:
        """Return the score bands of a unit as `from`, `to` (points) and `count`, lowest first."""
        here = {"level": level, "unit": unit, "subject": subject, "kind": "width"}
        frame = self.tables.get("distribution")
        return [] if frame is None else frame.filter(**here).drop_nulls("count").sort("band").rows(named=True)

    @cached_property
    def _grades(self) -> dict[tuple[str, str, str], dict[int, int | None]]:
        frame = self.tables.get("distribution")
        found: dict[tuple[str, str, str], dict[int, int | None]] = {}
        for row in [] if frame is None else frame.filter(kind="grade").rows(named=True):
            counts = found.setdefault((row["level"], row["unit"], row["subject"]), {})
            counts[row["band"]] = row["count"]
        return found

    def grade_shares(self, row: Measured) -> tuple[float | None, ...]:
        """Return the share of a unit's pupils in each of the county's bands A, B, …; all None where not told."""
        counts = self._grades.get((row.level, row.unit, row.subject), {})
        bands = range(len(self.caliber.grade_shares))
        if not counts or not row.taken or None in counts.values():
            return (None,) * len(bands)
        # A band that nobody is in has no row.
        return tuple((counts.get(band) or 0) / row.taken for band in bands)

    @cached_property
    def _composites(self) -> dict[tuple[str, str, str, str], float | None]:
        return {
            (row["level"], row["unit"], row["subject"], row["scheme"]): number(row["value"])
            for row in self._rows("composites")
        }

    def composite(self, level: str, unit: str, subject: str, scheme: str) -> float | None:
        """Return a unit's 综合分 under one scheme; None where it has none or it is withheld."""
        return self._composites.get((level, unit, subject, scheme))

    @cached_property
    def _growth(self) -> dict[tuple[str, str], SchoolGrowth]:
        found = growth_by_school(self.tables)
        hidden = {key for key in found if (row := self.unit("school", *key)) and row.masked}
        return {key: withheld(each) if key in hidden else each for key, each in found.items()}

    def growth_of(self, school: str, subject: str) -> SchoolGrowth | None:
        """Return one school's value added and growth; None where it was not measured or this reader may not see it."""
        return self._growth.get((school, subject))

    def school_growth(self, subject: str) -> list[SchoolGrowth]:
        """Return value added and growth of every school, in the bureau's order."""
        return [found for school in self.schools if (found := self.growth_of(school, subject))]

    @cached_property
    def _taught_by(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for row in self._dimension("teaching"):
            if name := self.teachers.get(row["teacher"]):
                found.setdefault((str(row["class"]), row["subject"]), []).append(name)
        return found

    def taught_by(self, unit: str, subject: str) -> str:
        """Return who taught a class a subject on the day of the exam, several joined by 、; "" where unknown."""
        return "、".join(self._taught_by.get((unit, subject), ()))

    def weight(self, subject: str) -> float | None:
        """Return what a paper's marks are multiplied by in the total; None for a subject without a paper."""
        return next((row["weight"] for row in self._dimension("papers") if row["subject"] == subject), None)

    @cached_property
    def items(self) -> tuple[ItemFact, ...]:
        """Items over the county, in the order of the papers."""
        known = {(row["subject"], row["item"]): row for row in self._dimension("items")}
        order = {subject: place for place, subject in enumerate(self.subjects)}
        rows = self._of_level("item_stats", "county")
        rows.sort(key=lambda row: (order.get(row["subject"], len(order)), row["item"]))
        return tuple(_item(row, known.get((row["subject"], row["item"]), {})) for row in rows)

    @cached_property
    def _options(self) -> dict[tuple[str, int], dict[str, float | None]]:
        found: dict[tuple[str, int], dict[str, float | None]] = {}
        for row in self._rows("options"):
            found.setdefault((row["subject"], row["item"]), {})[row["option"]] = number(row["share"])
        return found

    def options(self, subject: str, item: int) -> dict[str, float | None]:
        """Return the share of pupils by option of an item, "" for none chosen; empty where it is no choice item."""
        return self._options.get((subject, item), {})

    @cached_property
    def papers(self) -> dict[str, PaperFact]:
        """Quality of each paper, in the order of the papers; `items` is 0 where only whole marks came."""
        by_subject = {row["subject"]: row for row in self._rows("paper_stats")}
        return {
            row["subject"]: PaperFact(
                subject=row["subject"],
                n=row["n"],
                items=row["items"],
                note=row["note"] or "",
                **{name: number(row[name]) for name in _PAPER_NUMBERS},
            )
            for subject in self.subjects
            if (row := by_subject.get(subject))
        }

    @cached_property
    def gaps(self) -> dict[str, Gap]:
        """How uneven schools are, by subject."""
        return {
            row["subject"]: Gap(
                row["subject"],
                row["units"],
                number(row["cv"]),
                number(row["share"]),
                AREAS.get(row["gap_high"], row["gap_high"] or ""),
                AREAS.get(row["gap_low"], row["gap_low"] or ""),
                Estimate(number(row["gap"]), number(row["gap_lo"]), number(row["gap_hi"])),
            )
            for row in self._rows("between")
            if row["by"] == "school"
        }


def _item(row: Mapping[str, Any], known: Mapping[str, Any]) -> ItemFact:
    return ItemFact(
        subject=row["subject"],
        item=row["item"],
        label=known.get("label") or str(row["item"] + 1),
        kind=known.get("kind") or "",
        knowledge=known.get("knowledge") or "",
        ability=known.get("ability") or "",
        full_mark=(known.get("full_mark") or 0) / HUNDREDTHS,
        n=row["n"] or 0,
        facility=Estimate(number(row["facility"]), number(row["facility_lo"]), number(row["facility_hi"])),
        discrimination=number(row["discrimination"]),
        expected_facility=number(known.get("expected_facility")),
        top_wrong=row["top_wrong"] or "",
        top_wrong_share=number(row["top_wrong_share"]),
        suspect_key=bool(row["suspect_key"]),
        reason=row["reason"] or "",
    )
