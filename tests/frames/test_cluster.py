"""The estimators give on a cluster what they give in one process: models to 1e-8, growth the same."""

import numpy as np
import polars as pl
import pytest
from pyspark.sql import functions as columns

from zhiheng.core.growth import growth_percentiles
from zhiheng.core.value_added import mixed_model
from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.frames.cluster import growth_norms_on, growth_percentiles_on, mixed_model_on

pytestmark = pytest.mark.slow
N = 6000


@pytest.fixture(scope="module")
def pupils() -> pl.DataFrame:
    rng = np.random.default_rng(11)
    school, primary = rng.integers(0, 40, N), rng.integers(0, 25, N)
    prior = np.round(rng.normal(500, 60, N))
    girl = rng.integers(0, 2, N).astype(float)
    effect = rng.normal(0, 12, 40)[school] + rng.normal(0, 6, 25)[primary]
    current = np.round(0.8 * prior + 5 * girl + effect + rng.normal(0, 30, N) + 100)
    table = pl.DataFrame(
        {
            "pupil": np.arange(N), "school": school, "primary": [f"小学{k}" for k in primary],
            "prior": prior, "girl": girl, "current": current,
        }
    )  # fmt: skip
    lost = pl.col("pupil") % 97 == 0
    return table.with_columns(pl.when(~lost).then("prior").alias("prior"))


@pytest.fixture(scope="module")
def on_cluster(pupils, spark, tmp_path_factory):
    path = tmp_path_factory.mktemp("pupils") / "pupils.parquet"
    pupils.write_parquet(path)
    return spark.read.parquet(str(path)).repartition(3)


def test_mixed_models_agree_to_eight_digits(pupils, on_cluster):
    known = pupils.drop_nulls()
    X = np.column_stack([np.ones(known.height), known["prior"], known["girl"]])
    groups = {"school": known["school"].to_numpy(), "primary": known["primary"].to_numpy()}
    ours = mixed_model(known["current"].to_numpy(), X, groups)
    theirs = mixed_model_on(on_cluster, "current", ["prior", "girl"], ["school", "primary"])
    assert theirs.n == ours.n == known.height
    assert theirs.loglik == pytest.approx(ours.loglik, rel=1e-8)
    np.testing.assert_allclose(theirs.coef, ours.coef, rtol=1e-8)
    for name in groups:
        assert theirs.effects[name].levels.tolist() == ours.effects[name].levels.tolist()
        np.testing.assert_allclose(
            theirs.effects[name].effects, ours.effects[name].effects, rtol=1e-6, atol=1e-8
        )


def test_growth_is_equal_pupil_by_pupil(pupils, on_cluster):
    prior, current = pupils["prior"].fill_null(np.nan).to_numpy(), pupils["current"].to_numpy()
    ours = growth_percentiles(prior, current)
    norms = growth_norms_on(on_cluster, ["prior"], "current")
    placed = growth_percentiles_on(on_cluster, norms, ["prior"], "current")
    theirs = pl.from_arrow(placed.select("pupil", "growth_percentile").toArrow()).sort("pupil")
    assert theirs["growth_percentile"].null_count() == pupils["prior"].null_count()
    np.testing.assert_array_equal(theirs["growth_percentile"].fill_null(np.nan).to_numpy(), ours.percentile)


def test_without_a_complete_row_a_sentence_says_so(on_cluster):
    empty = on_cluster.withColumn("prior", columns.lit(None).cast("double"))
    with pytest.raises(CannotEstimate, match="没有一行是完整的"):
        mixed_model_on(empty, "current", ["prior"], ["school"])
