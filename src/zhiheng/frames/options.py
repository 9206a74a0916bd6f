"""OPTIONS: who chose what in the choice items, and which keys look wrong.

Counts only; the rule of suspicion is `core.items.suspect_keys`.
"""

import narwhals as nw
import numpy as np

from zhiheng.core.items import OMIT, OptionTable, suspect_keys
from zhiheng.core.moments import ratio
from zhiheng.frames.engine import as_schema, gathered
from zhiheng.frames.population import Population
from zhiheng.frames.responses import Responses
from zhiheng.frames.results import OPTIONS
from zhiheng.frames.units import named_subjects

_KEYS = ["subject", "item"]
SUSPICIONS = nw.Schema(
    {
        "subject": nw.String(),
        "item": nw.Int32(),
        "top_wrong": nw.String(),
        "top_wrong_share": nw.Float64(),
        "suspect_key": nw.Boolean(),
        "reason": nw.String(),
    }
)


def options_of(responses: Responses, population: Population) -> nw.LazyFrame:
    """Return the OPTIONS table over pupils that count at school level.

    Shares are of everybody with an answer on record; `mean_rest` and the extreme groups rest on whole sheets.
    """
    whole = nw.when(nw.col("whole"))
    counted = gathered(
        responses.marks.filter(nw.col("in_school") & ~nw.col("option").is_null())
        .group_by(*_KEYS, "option")
        .agg(
            nw.len().cast(nw.Int64).alias("count"),
            nw.col("high").cast(nw.Int64).sum().alias("high"),
            nw.col("low").cast(nw.Int64).sum().alias("low"),
            nw.col("whole").cast(nw.Int64).sum().alias("whole"),
            whole.then(nw.col("total") - nw.col("mark").cast(nw.Int64)).sum().alias("rest"),
        )
    )
    counts = named_subjects(counted, population)
    keyed = responses.table.filter(~nw.col("key").is_null())
    paper = responses.table.group_by("subject").agg(nw.col("full_mark").cast(nw.Int64).sum().alias("paper"))
    table = (
        counts.join(keyed.select(*_KEYS, "key", "full_mark"), on=_KEYS, how="inner")
        .join(paper, on="subject", how="left")
        .with_columns(
            *(nw.col(name).sum().over(*_KEYS).alias(f"all_{name}") for name in ("count", "high", "low"))
        )
        .sort(*_KEYS, "option")
    )
    c = {name: table[name].to_numpy() for name in table.columns}
    return as_schema(
        {
            **{name: table[name] for name in (*_KEYS, "option", "count")},
            "share": ratio(c["count"], c["all_count"]),
            "high_share": ratio(c["high"], c["all_high"]),
            "low_share": ratio(c["low"], c["all_low"]),
            "mean_rest": ratio(c["rest"], c["whole"] * (c["paper"] - c["full_mark"])),
            "is_key": c["option"] == c["key"],
        },
        OPTIONS,
    )


def suspicions(options: nw.LazyFrame, high_group: dict[str, int]) -> nw.DataFrame:
    """Return SUSPICIONS: per choice item the wrong option chosen most, and why its key looks wrong.

    `high_group` is the size of the high group of each subject.
    """
    rows = []
    for (subject, item), block in gathered(options).group_by(*_KEYS):
        c = {name: block[name].to_numpy() for name in block.columns}
        wrong = np.flatnonzero(~c["is_key"] & (c["option"] != OMIT))
        most = wrong[np.argmax(c["count"][wrong])] if len(wrong) else None
        reason = suspect_keys(
            OptionTable(
                option=tuple(c["option"]),
                **{
                    name: c[name]
                    for name in ("count", "share", "high_share", "low_share", "mean_rest", "is_key")
                },
                n_high=high_group.get(str(subject), 0),
            )
        )
        rows.append(
            {
                "subject": subject,
                "item": item,
                "top_wrong": None if most is None else c["option"][most],
                "top_wrong_share": np.nan if most is None else c["share"][most],
                "suspect_key": bool(reason),
                "reason": reason or None,
            }
        )
    return gathered(as_schema({name: [row[name] for row in rows] for name in SUSPICIONS}, SUSPICIONS))
