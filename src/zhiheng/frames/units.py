"""Units: add rows up by county, town, school, class, teacher or group of pupils, and name what comes home.

Works on pupils' rows and on sums of them alike. Inside the engine units and subjects are small integers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import narwhals as nw

from zhiheng.frames.engine import gathered
from zhiheng.frames.population import OF_SCHOOLS, TRAITS, Population

BY_CLASS = ("class", "teacher")
BY_TRAIT = ("group", "school_group")


@dataclass(frozen=True, slots=True)
class _Placed:
    """Rows with the columns that tell the units of a level apart, and the unit's text made of those."""

    rows: nw.LazyFrame
    keys: tuple[str, ...]
    unit: nw.Expr


def by_unit(
    rows: nw.LazyFrame,
    level: str,
    population: Population,
    aggregates: Sequence[nw.Expr],
    *,
    also_by: Sequence[str] = (),
    only_counted: bool = True,
) -> nw.DataFrame:
    """Aggregate `rows` for every unit of a level, and bring the result home with names.

    Parameters
    ----------
    rows : has subject, school, class, in_school and in_class; for the trait levels the four traits instead of class.
    aggregates : expressions over the rows.
    also_by : further columns to tell apart, e.g. item.
    only_counted : leave out rows that do not count at this level; otherwise `counts` (bool) tells them apart.

    Returns
    -------
    level, unit, subject (text), `also_by`, and the aggregates. A pupil is in one row for each trait somebody stated.
    """
    counts = nw.col("in_class" if level in BY_CLASS else "in_school")
    parts = []
    for placed in _placements(rows, level, population):
        known = placed.rows
        if placed.keys:
            known = known.filter(*(~nw.col(key).is_null() for key in placed.keys))
        known = known.filter(counts) if only_counted else known.with_columns(counts.alias("counts"))
        sums = known.group_by(*placed.keys, "subject", *also_by).agg(*aggregates)
        parts.append(gathered(sums).with_columns(placed.unit.alias("unit")).drop(*placed.keys))
    table = _named_units(nw.concat(parts, how="vertical"), level, population)
    table = named_subjects(table, population).with_columns(nw.lit(level).alias("level"))
    first = ["level", "unit", "subject", *also_by]
    return table.select(*first, *(name for name in table.columns if name not in first))


def named_subjects(table: nw.DataFrame, population: Population) -> nw.DataFrame:
    """Replace the integers of `subject` by the dataset's codes of subjects."""
    names = population.subjects
    return table.with_columns(
        nw.col("subject").replace_strict(list(names), list(names.values()), return_dtype=nw.String())
    )


def _placements(rows: nw.LazyFrame, level: str, population: Population) -> Iterator[_Placed]:
    if level == "county":
        yield _Placed(rows, (), nw.lit(""))
    elif level in OF_SCHOOLS:
        key = f"{level}_at"
        schools = population.schools.select("school", key)
        yield _Placed(rows.join(schools, on="school", how="inner"), (key,), nw.col(key).cast(nw.String))
    elif level == "teacher":
        taught = rows.join(population.teaching, on=["class", "subject"], how="inner")
        yield _Placed(taught, ("teacher",), nw.col("teacher").cast(nw.String))
    elif level in BY_TRAIT:
        for trait in TRAITS:
            unit = nw.concat_str([nw.lit(f"{trait}:"), _word(trait)])
            if level == "group":
                yield _Placed(rows, (trait,), unit)
            else:
                school = nw.col("school").cast(nw.String)
                yield _Placed(rows, ("school", trait), nw.concat_str([school, nw.lit("|"), unit]))
    else:
        yield _Placed(rows, (level,), nw.col(level).cast(nw.String))


def _word(trait: str) -> nw.Expr:
    if trait == "gender":
        return nw.col(trait)
    return nw.when(nw.col(trait)).then(nw.lit("yes")).otherwise(nw.lit("no"))


def _named_units(table: nw.DataFrame, level: str, population: Population) -> nw.DataFrame:
    """Units made of schools stand under the number of their first school until here."""
    if level not in OF_SCHOOLS:
        return table
    names = gathered(
        population.schools.select(nw.col(f"{level}_at").cast(nw.String).alias("unit"), level)
    ).unique()
    return table.join(names, on="unit", how="inner").drop("unit").rename({level: "unit"})
