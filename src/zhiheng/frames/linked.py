"""Two tests of one cohort side by side: what each pupil had before and has now, on one scale.

Only joins and standardises; what a school added, and how pupils grew, `core` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from zhiheng.core.moments import standard_deviation
from zhiheng.frames.caliber import Caliber
from zhiheng.frames.engine import gathered, opened, settled
from zhiheng.frames.population import Population, prepare
from zhiheng.frames.schema import HUNDREDTHS, TOTAL

PRIOR = "prior_"
"""Prefix of the columns that hold earlier scores, before the subject's code."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Pupils of a later test with their scores in an earlier one.

    Attributes
    ----------
    rows : one row per pupil and subject with a mark in the later test, for pupils who count at their school:
        pupil, school, class, subject (text), score, and for every earlier subject `prior_<subject>`; null where the
        pupil was not found in the earlier test or has no mark there. Scores are standard deviations from the mean of
        everybody who counts and has a mark in that test and subject (z), so tests of different years compare.
    priors : the earlier subjects, in the order of their columns.
    spread : later subject → one standard deviation in points.
    """

    rows: nw.LazyFrame
    priors: tuple[str, ...]
    spread: Mapping[str, float]


def linked(current: Mapping[str, Any], baseline: Mapping[str, Any], caliber: Caliber) -> Linked:
    """Link two datasets by the pupils' own ids, whichever school or class they were in at the time.

    Parameters
    ----------
    current, baseline : tables of `schema.TABLES`, on one engine.
    caliber : who counts, in both.
    """
    later, earlier = opened(current), opened(baseline)
    scores, spread = _scores(prepare(later, caliber))
    before, known = _scores(prepare(earlier, caliber))
    subjects = tuple(subject for subject in known if subject != TOTAL)
    wide = before.join(earlier["pupils"].select("pupil", "uuid"), on="pupil", how="inner")
    priors = wide.group_by("uuid").agg(
        nw.when(nw.col("subject") == subject).then(nw.col("score")).max().alias(PRIOR + subject)
        for subject in subjects
    )
    rows = (
        scores.join(later["pupils"].select("pupil", "uuid"), on="pupil", how="inner")
        .join(priors, on="uuid", how="left")
        .drop("uuid")
    )
    return Linked(settled(rows), subjects, spread)


def _scores(population: Population) -> tuple[nw.LazyFrame, dict[str, float]]:
    """One row per pupil and subject with a mark: pupil, school, class, subject, score (z); and subject → points of 1 z.

    Sums are of whole hundredths, so every engine standardises to the same bits. A subject in which all are equal
    tells nobody apart and is left out.
    """
    scale = (nw.col("scale_score") * HUNDREDTHS).round(0)
    value = nw.when(~nw.col("mark").is_null()).then(nw.col("mark").cast(nw.Float64)).otherwise(scale)
    marked = population.rows.select(
        "pupil", "school", "class", "subject", "in_school", value.cast(nw.Int64).alias("value")
    ).filter(nw.col("in_school") & ~nw.col("value").is_null())
    value = nw.col("value")
    sums = gathered(
        marked.group_by("subject").agg(
            nw.len().cast(nw.Int64).alias("n"),
            value.sum().alias("total"),
            (value * value).sum().alias("squares"),
        )
    ).sort("subject")
    n, total, squares = (sums[name].to_numpy() for name in ("n", "total", "squares"))
    sd = standard_deviation(n, total, squares, sample=False)
    names = [population.subjects[number] for number in sums["subject"].to_list()]
    parts = [
        marked.filter(nw.col("subject") == number).select(
            "pupil",
            "school",
            "class",
            nw.lit(name).alias("subject"),
            ((nw.col("value") - mean) / spread).alias("score"),
        )
        for number, name, mean, spread in zip(sums["subject"].to_list(), names, total / n, sd, strict=True)
        if spread > 0
    ]
    points = {name: float(spread) / HUNDREDTHS for name, spread in zip(names, sd, strict=True) if spread > 0}
    return nw.concat(parts, how="vertical"), points
