"""One dataset under one 口径: every table of `results.RESULTS`.

Only arranges; each table is made in the module of its name.
"""

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import opened
from zhiheng.frames.groups import groups_of
from zhiheng.frames.population import prepare


def analyse(tables: Mapping[str, Any], caliber: Caliber) -> dict[str, nw.LazyFrame]:
    """Return every result table of a dataset.

    Parameters
    ----------
    tables : the tables of `schema.TABLES`, lazy frames of any engine Narwhals speaks.
    caliber : the 口径.

    Returns
    -------
    Result tables by the names of `results.RESULTS`, small, ready to be written.
    """
    population = prepare(opened(tables), caliber)
    return {"groups": groups_of(population)}
