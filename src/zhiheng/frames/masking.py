"""Withhold small groups in result tables before they are shown to somebody who may not see those pupils.

The rule is `core.masking`; here are only the wholes that units are parts of. Who may see more, scopes decide.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from zhiheng.core.masking import MINIMUM, Relation, withheld
from zhiheng.frames.engine import gathered
from zhiheng.frames.population import OF_SCHOOLS
from zhiheng.frames.schema import TOTAL
from zhiheng.standards.loader import load

KEPT = ("level", "unit", "subject", "full_mark", "seen", "own", "masked", "small")
"""Columns of GROUPS that masking leaves alone."""
COUNTED_ITSELF = {"item_stats": ("item",), "tags": ("kind", "tag", "items", "full_mark")}
"""Tables with a count `n` of their own, and the columns that stand beside the unit in their key."""
COMPARING = ("best_ratio", "rank_points")
"""Kinds of composites whose value rests on the other units of the level."""

GIVING_WAY = "town"
"""A whole withheld with a part that would follow from it, sooner than a further part that mends no more."""
Whole = tuple[str, str, str]  # level and unit of the whole, level of the parts (and trait)


@dataclass(frozen=True)
class Units:
    """Which units make up which: what a table of figures does not say itself.

    Attributes
    ----------
    schools : unit of a school → its town, type and area.
    classes : unit of a class → unit of its school.
    teachers : (unit of a class, subject) → units of its teachers.
    """

    schools: Mapping[str, Mapping[str, str | None]]
    classes: Mapping[str, str]
    teachers: Mapping[tuple[str, str], tuple[str, ...]]

    @classmethod
    def of(
        cls, schools: nw.LazyFrame, classes: nw.LazyFrame, teaching: nw.LazyFrame | None = None
    ) -> "Units":
        """Read the dimensions of a dataset."""
        teachers: dict[tuple[str, str], tuple[str, ...]] = {}
        taught = [] if teaching is None else gathered(teaching).iter_rows(named=True)
        for row in taught:
            key = str(row["class"]), row["subject"]
            teachers[key] = (*teachers.get(key, ()), str(row["teacher"]))
        return cls(
            {
                str(row["school"]): {name: row[name] for name in OF_SCHOOLS}
                for row in gathered(schools.select("school", *OF_SCHOOLS)).iter_rows(named=True)
            },
            {
                str(row["class"]): str(row["school"])
                for row in gathered(classes.select("class", "school")).iter_rows(named=True)
            },
            teachers,
        )

    def wholes(self, level: str, unit: str, subject: str) -> Iterator[Whole]:
        """Yield every whole that a unit is a part of, but for teachers, who give way to classes (`_taught`)."""
        if level in OF_SCHOOLS:
            yield "county", "", level
        elif level == "school":
            yield "county", "", level
            places = self.schools.get(unit, {})
            yield from ((name, place, level) for name, place in places.items() if place is not None)
        elif level == "class" and unit in self.classes:
            yield "school", self.classes[unit], level
        elif level == "group":
            yield "county", "", f"group {unit.partition(':')[0]}"
        elif level == "school_group":
            school, _, group = unit.partition("|")
            yield "school", school, f"group {group.partition(':')[0]}"
            yield "group", group, level


def for_reader(
    table: nw.LazyFrame,
    units: Units,
    *,
    schools: Collection[str],
    classes: Collection[str],
    levels: Collection[str],
) -> nw.LazyFrame:
    """Add `seen` and `own` to a table with units, for a reader who may see the rows of some schools' or classes' pupils.

    Parameters
    ----------
    schools, classes : units whose pupils' rows the reader may see.
    levels : levels shown whole; of the others the reader sees only what is own.
    """
    mine = {
        "school": set(schools),
        "class": set(classes) | {unit for unit, school in units.classes.items() if school in schools},
    }
    for name in OF_SCHOOLS:
        others = {places[name] for school, places in units.schools.items() if school not in schools}
        mine[name] = {word for places in units.schools.values() if (word := places[name])} - others
    level, unit = nw.col("level"), nw.col("unit")
    own = nw.lit(set(units.schools) <= set(schools)) | (
        (level == "school_group") & unit.str.split("|").list.get(0).is_in(sorted(schools))
    )
    for name, words in mine.items():
        own = own | ((level == name) & unit.is_in(sorted(words)))
    return table.with_columns(own.alias("own")).with_columns(
        (level.is_in(list(levels)) | nw.col("own")).alias("seen")
    )


def masked(
    groups: nw.LazyFrame,
    schools: nw.LazyFrame,
    classes: nw.LazyFrame,
    minimum: int = MINIMUM,
    *,
    teaching: nw.LazyFrame | None = None,
) -> nw.LazyFrame:
    """Return GROUPS with the columns `masked` and `small`; in masked rows every figure is null.

    Beside groups under `minimum`, as many neighbours are masked as it takes that no masked group can be had
    by subtraction: classes within their school and among their teacher's, schools within the county and within
    their town, type and area, groups of pupils within school and county, and any of these together.

    Parameters
    ----------
    groups : the whole table. Where it has the columns `seen` and `own` (bool), it is masked for one reader: rows
        not `seen` are unknown to the reader and come back masked; `own` rows are shown, `small` where they are.
    teaching : class, subject, teacher; without it nobody reads rows of teachers.
    """
    table = gathered(groups)
    hidden = _hidden(table, Units.of(schools, classes, teaching), minimum, "taken", ())
    counts = table["taken"].fill_null(0).to_numpy()
    unseen = ~_flags(table, "seen", default=True)
    return _blanked(table, hidden | unseen, (counts > 0) & (counts < minimum), KEPT).lazy()


def masked_like(
    name: str,
    table: nw.LazyFrame,
    groups: nw.LazyFrame,
    units: Units,
    minimum: int = MINIMUM,
) -> nw.LazyFrame:
    """Return a further result table masked where GROUPS is, and where its own counts ask for more.

    Parameters
    ----------
    name : a key of `results.RESULTS`.
    table : that table whole, with `seen` and `own` as in `masked`.
    groups : what `masked` returned.
    """
    flags = gathered(groups.select("level", "unit", "subject", "masked", "small"))
    rows = gathered(table).join(flags, on=["level", "unit", "subject"], how="left")
    rows = rows.with_columns(nw.col("masked").fill_null(False), nw.col("small").fill_null(False))
    hidden, small = rows["masked"].to_numpy().copy(), rows["small"].to_numpy().copy()
    kept: tuple[str, ...] = (*KEPT, "scheme", "kind", "band", "from", "to")
    if name in COUNTED_ITSELF:
        kept = (*KEPT, *COUNTED_ITSELF[name])
        counts = rows["n"].fill_null(0).to_numpy()
        few = (counts > 0) & (counts < minimum)
        own = _flags(rows, "own")
        small |= few
        if (few & ~own & ~hidden).any():
            hidden |= _hidden(rows, units, minimum, "n", COUNTED_ITSELF[name], also=hidden)
    if name == "composites":
        hidden |= _yardstick_hidden(rows, hidden)
    return _blanked(rows.drop("masked", "small"), hidden, small, kept).lazy()


def gaps_masked(between: nw.LazyFrame, groups: nw.LazyFrame) -> nw.LazyFrame:
    """Return BETWEEN without the gaps that would lead from a shown area to a masked one."""
    flags = gathered(groups.select("level", "unit", "subject", "masked").filter(nw.col("level") == "area"))
    withheld_areas = {(row["unit"], row["subject"]) for row in flags.iter_rows(named=True) if row["masked"]}
    table = gathered(between)
    hidden = [
        bool({(row["gap_high"], row["subject"]), (row["gap_low"], row["subject"])} & withheld_areas)
        for row in table.iter_rows(named=True)
    ]
    flag = nw.new_series("hidden", hidden, nw.Boolean(), backend=table.implementation)
    gap = [nw.when(~nw.col("hidden")).then(nw.col(name)).alias(name) for name in ("gap", "gap_lo", "gap_hi")]
    return table.with_columns(flag).with_columns(*gap).drop("hidden").lazy()


def _hidden(
    table: nw.DataFrame,
    units: Units,
    minimum: int,
    count: str,
    also_by: Sequence[str],
    also: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Return which seen rows to mask, subjects of one total together."""
    level, unit, subject = (table[name].to_list() for name in ("level", "unit", "subject"))
    beside = list(zip(*(table[name].to_list() for name in also_by), strict=True)) or [()] * len(level)
    counts = table[count].fill_null(0).to_numpy()
    seen, own = _flags(table, "seen", default=True), _flags(table, "own")
    if own.all():
        return np.zeros(len(level), dtype=bool)
    at_school = np.array([each in ("school", "school_group") for each in level], dtype=bool)
    known = {
        "seen": seen,
        "own": own,
        # Somebody who is shown own rows only must not work out another school, however large.
        "guarded": at_school & ~seen if own.any() else np.zeros(len(level), dtype=bool),
        "lasting": np.array([each == "county" for each in level], dtype=bool),
        "size": _sizes(level, unit, counts),
    }
    relations = _relations(level, unit, subject, beside, units)
    together = _one_population(level, unit, subject, counts) if not also_by else []
    hidden = np.zeros(len(level), dtype=bool) if also is None else also
    while True:
        found = withheld(counts, relations, minimum, also=hidden, **known)
        grown = found.copy()
        for rows in together:
            grown[rows] |= found[rows].any() and seen[rows] & ~own[rows]
        if (grown == hidden).all() or (grown == found).all():
            return grown | (_taught(level, unit, subject, grown, units) & seen & ~own)
        hidden = grown


def _taught(
    level: Sequence[str],
    unit: Sequence[str],
    subject: Sequence[str],
    hidden: NDArray[np.bool_],
    units: Units,
) -> NDArray[np.bool_]:
    """Tell which rows are of teachers with a withheld class: it would follow from the teacher's other classes.

    Withholding another class of the teacher instead would go from class to class and from subject to subject.
    """
    teachers = {
        (teacher, subject[row])
        for row in map(int, np.flatnonzero(hidden))
        if level[row] == "class"
        for teacher in units.teachers.get((unit[row], subject[row]), ())
    }
    return np.array(
        [each == "teacher" and (unit[row], subject[row]) in teachers for row, each in enumerate(level)],
        dtype=bool,
    )


def _relations(
    level: Sequence[str], unit: Sequence[str], subject: Sequence[str], beside: Sequence[tuple], units: Units
) -> list[Relation]:
    place = {key: row for row, key in enumerate(zip(level, unit, subject, beside, strict=True))}
    parts: dict[tuple[int, str], list[int]] = {}
    for (of_level, of_unit, of_subject, of_beside), row in place.items():
        for whole_level, whole, kind in units.wholes(of_level, of_unit, of_subject):
            at = place.get((whole_level, whole, of_subject, of_beside))
            if at is not None:
                parts.setdefault((at, kind), []).append(row)
    return [Relation(at, tuple(rows)) for (at, _), rows in parts.items()]


def _sizes(level: Sequence[str], unit: Sequence[str], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each unit's largest count, so that the same neighbour is masked in every subject; who gives way goes first."""
    largest: dict[tuple[str, str], int] = {}
    for key, count in zip(zip(level, unit, strict=True), counts, strict=True):
        largest[key] = max(largest.get(key, 0), int(count))
    first = max(largest.values(), default=0) + 1
    return np.array(
        [largest[key] - (first if key[0] == GIVING_WAY else 0) for key in zip(level, unit, strict=True)],
        dtype=np.int64,
    )


def _one_population(
    level: Sequence[str], unit: Sequence[str], subject: Sequence[str], counts: NDArray[np.int64]
) -> list[list[int]]:
    """Return the rows of each unit whose papers were all sat by the same number: total minus papers is a paper."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, key in enumerate(zip(level, unit, strict=True)):
        rows.setdefault(key, []).append(row)
    return [
        found
        for found in rows.values()
        if any(subject[row] == TOTAL for row in found) and len(set(counts[found].tolist())) == 1
    ]


def _yardstick_hidden(rows: nw.DataFrame, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which composites compare a unit with one that is masked: its figures would follow from the ratio."""
    kinds = {row["key"]: row["body"]["kind"] for row in load("composites")}
    keys = [
        (row["level"], row["subject"], row["scheme"])
        for row in rows.select("level", "subject", "scheme").iter_rows(named=True)
    ]
    spoilt = {key for key, each in zip(keys, hidden, strict=True) if each}
    return np.array(
        [key in spoilt and kinds.get(key[2].removesuffix("_z")) in COMPARING for key in keys], dtype=bool
    )


def _flags(table: nw.DataFrame, name: str, *, default: bool = False) -> NDArray[np.bool_]:
    if name not in table.columns:
        return np.full(len(table), default)
    return table[name].to_numpy().astype(bool)


def _blanked(
    table: nw.DataFrame, hidden: NDArray[np.bool_], small: NDArray[np.bool_], kept: Collection[str]
) -> nw.DataFrame:
    """Set the figures of hidden rows to null, and say which rows are hidden and which are small but shown."""
    backend = table.implementation
    figures = [name for name in table.columns if name not in kept]
    return table.with_columns(
        nw.new_series("masked", hidden.tolist(), nw.Boolean(), backend=backend),
        nw.new_series("small", (small & ~hidden).tolist(), nw.Boolean(), backend=backend),
    ).with_columns(*(nw.when(~nw.col("masked")).then(nw.col(name)).alias(name) for name in figures))
