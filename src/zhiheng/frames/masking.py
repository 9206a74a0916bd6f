"""Withhold small groups in the group table before it is shown to somebody who may not see those pupils.

The rule is `core.masking`; here are only the wholes that units are parts of. Who may see more, scopes decide.
"""

from collections.abc import Mapping

import narwhals as nw
import numpy as np

from zhiheng.core.masking import MINIMUM, suppressed
from zhiheng.frames.engine import gathered
from zhiheng.frames.population import OF_SCHOOLS

KEPT = ("level", "unit", "subject", "full_mark")


def masked(
    groups: nw.LazyFrame, schools: nw.LazyFrame, classes: nw.LazyFrame, minimum: int = MINIMUM
) -> nw.LazyFrame:
    """Return GROUPS with a column `masked`; in masked rows every figure is null.

    Beside groups under `minimum`, as many neighbours are masked as it takes that no masked group can be had
    by subtraction: classes within their school, schools within the county and within their town, type and area,
    towns, types, areas and groups of pupils within the county, groups of a school within the school.
    """
    table = gathered(groups)
    wholes = _wholes(schools, classes)
    hidden = np.zeros(len(table), dtype=bool)
    level, unit, subject = (table[name].to_list() for name in ("level", "unit", "subject"))
    counts = table["taken"].fill_null(0).to_numpy()
    parts: dict[tuple, list[int]] = {}
    for row, key in enumerate(zip(level, unit, subject, strict=True)):
        for whole in _wholes_of(key[0], key[1], wholes):
            parts.setdefault((key[0], key[2], *whole), []).append(row)
    # Masking a part for one whole can leave a lone masked part in another: repeat until nothing changes.
    while True:
        before = hidden.sum()
        for rows in parts.values():
            hidden[rows] = suppressed(counts[rows], minimum, also=hidden[rows])
        if hidden.sum() == before:
            break
    flag = nw.new_series("masked", hidden.tolist(), nw.Boolean(), backend=table.implementation)
    figures = [name for name in table.columns if name not in KEPT]
    return (
        table.with_columns(flag)
        .with_columns(*(nw.when(~nw.col("masked")).then(nw.col(name)).alias(name) for name in figures))
        .lazy()
    )


def _wholes(schools: nw.LazyFrame, classes: nw.LazyFrame) -> Mapping[str, Mapping[str, tuple]]:
    """Per level, unit → the wholes it is a part of, beside the county."""
    places = gathered(schools.select("school", *OF_SCHOOLS))
    own = gathered(classes.select("class", "school"))
    return {
        "school": {
            str(row["school"]): tuple((name, row[name]) for name in OF_SCHOOLS if row[name] is not None)
            for row in places.iter_rows(named=True)
        },
        "class": {str(row["class"]): (("school", row["school"]),) for row in own.iter_rows(named=True)},
    }


def _wholes_of(level: str, unit: str, wholes: Mapping[str, Mapping[str, tuple]]) -> tuple:
    if level == "class":
        return wholes["class"].get(unit, (("alone", unit),))
    if level == "school":
        return (("county",), *wholes["school"].get(unit, ()))
    if level in ("group", "school_group"):
        return (("trait", unit.partition(":")[0]),)  # "gender", or "<school>|gender"
    if level == "teacher":
        return (("alone", unit),)
    return (("county",),)
