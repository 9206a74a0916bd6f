"""One dataset under one 口径: every table of `results.RESULTS`.

Only arranges; each table is made in the module of its name.
"""

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from zhiheng.frames.between import between_of
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.composites import composites_of
from zhiheng.frames.distribution import distribution_of
from zhiheng.frames.engine import opened
from zhiheng.frames.groups import groups_of
from zhiheng.frames.item_stats import item_cells, item_stats_of, sheet_sums
from zhiheng.frames.options import options_of, suspicions
from zhiheng.frames.paper_stats import paper_stats_of
from zhiheng.frames.population import prepare
from zhiheng.frames.responses import responses_of
from zhiheng.frames.tags import tags_of


def analyse(tables: Mapping[str, Any], caliber: Caliber) -> dict[str, nw.LazyFrame]:
    """Return every result table of a dataset.

    Parameters
    ----------
    tables : the tables of `schema.TABLES`, lazy frames of any engine Narwhals speaks.
    caliber : the 口径.

    Returns
    -------
    Result tables by the names of `results.RESULTS`, ready to be written; figures are not masked
    (`frames.masking` is for whoever shows them).
    """
    own = opened(tables)
    population = prepare(own, caliber)
    groups = groups_of(population)
    responses = responses_of(own, population)
    cells = item_cells(responses)
    sheets = sheet_sums(responses, population)
    options = options_of(responses, population)
    high_group = dict(zip(sheets["subject"].to_list(), sheets["n_high"].to_list(), strict=True))
    return {
        "groups": groups,
        "composites": composites_of(groups, own["schools"], own["classes"], caliber),
        "distribution": distribution_of(population),
        "paper_stats": paper_stats_of(groups, cells, sheets, responses, population),
        "item_stats": item_stats_of(cells, sheets, responses, suspicions(options, high_group), population),
        "options": options,
        "tags": tags_of(responses, population),
        "between": between_of(groups, own["schools"], caliber),
    }
