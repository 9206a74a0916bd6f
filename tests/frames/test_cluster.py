"""The estimators give on a cluster what they give in one process: models to 1e-8, growth the same."""

import numpy as np
import polars as pl
import pytest
from py4j.protocol import Py4JJavaError
from pyspark.sql import functions as columns

from frames.small_county import dataset
from frames.test_engines import on_spark
from zhiheng.core.growth import GrowthRefused, growth_percentiles
from zhiheng.core.irt import CannotCalibrate, fit_irt
from zhiheng.core.value_added import mixed_model
from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.frames.caliber import caliber_from_body
from zhiheng.frames.cluster import (
    fit_irt_on,
    growth_norms_on,
    growth_percentiles_by,
    growth_percentiles_on,
    mixed_model_on,
)
from zhiheng.frames.linked import linked

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


def test_mixed_models_agree_to_eight_digits(pupils, on_cluster, monkeypatch):
    monkeypatch.setattr("zhiheng.frames.cluster.models.TOGETHER", 2)  # of three partitions two sums come home
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


def test_cohorts_grow_beside_each_other(pupils, on_cluster):
    cohorts = columns.when(columns.col("pupil") < 20, "few").otherwise(columns.col("girl").cast("string"))
    placed = growth_percentiles_by(on_cluster.withColumn("cohort", cohorts), ["cohort"], ["prior"], "current")
    told = placed.select("pupil", "cohort", "growth_percentile", "growth_refused").toArrow()
    theirs = pl.from_arrow(told).sort("pupil").with_columns(pl.col("growth_percentile").fill_null(np.nan))
    for name in ("0.0", "1.0"):
        ours = pupils.filter(theirs["cohort"] == name)
        grown = growth_percentiles(ours["prior"].fill_null(np.nan).to_numpy(), ours["current"].to_numpy())
        own = theirs.filter(pl.col("cohort") == name)
        np.testing.assert_array_equal(own["growth_percentile"].to_numpy(), grown.percentile)
        assert own["growth_refused"].null_count() == own.height
    few = theirs.filter(pl.col("cohort") == "few")
    assert few["growth_percentile"].is_nan().all()
    assert few["growth_refused"].unique().to_list() == [
        "算成长百分位的学生太少：两次成绩都有的只有 19 人，至少需要 40 人。请并入更多学校或年份，或改用已有的基准年常模。"
    ]


ITEMS = ["第 1 题", "第 2 题", "第 3 题", "第 4 题", "第 5 题"]
MODELS = ["2pl", "2pl", "3pl", "grm", "gpcm"]


@pytest.fixture(scope="module")
def answers() -> pl.DataFrame:
    """Right or wrong, then marks of 0 to 3; one in twenty not given, and some pupils gave no answer at all."""
    rng = np.random.default_rng(12)
    group = rng.integers(0, 2, N)
    ability = rng.normal(0.3 * group, 1 + 0.2 * group)
    steps = [[-1.0], [0.2], [0.8], [-1.0, 0.0, 1.0], [-0.5, 0.3, 1.2]]
    marks = np.column_stack(
        [(1.3 * (ability[:, None] - at) > rng.logistic(size=(N, 1))).sum(axis=1) for at in steps]
    ).astype(float)
    marks[rng.random(marks.shape) < 0.05] = np.nan
    marks[:7] = np.nan
    table = pl.DataFrame(marks, schema=ITEMS, nan_to_null=True)
    return table.with_columns(pl.Series("area", np.where(group, "村", "城")))


def test_calibrations_agree_to_eight_digits(answers, spark, tmp_path):
    answers.write_parquet(tmp_path / "answers.parquet")
    frame = spark.read.parquet(str(tmp_path / "answers.parquet")).repartition(3)
    marks = answers.select(pl.col(ITEMS).fill_null(np.nan)).to_numpy()
    ours = fit_irt(marks, model=MODELS, names=ITEMS, groups=answers["area"])
    theirs = fit_irt_on(frame, ITEMS, model=MODELS, group="area")
    assert ours.converged
    assert theirs.converged
    assert theirs.items.categories == ours.items.categories
    assert (theirs.group_names, theirs.n_used) == (ours.group_names, ours.n_used) == (("城", "村"), N - 7)
    assert theirs.loglik == pytest.approx(ours.loglik, rel=1e-10)
    np.testing.assert_allclose(theirs.items.parameters, ours.items.parameters, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(theirs.abilities.parameters, ours.abilities.parameters, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(theirs.se.covariance, ours.se.covariance, rtol=1e-6, atol=1e-12)


def test_value_added_from_two_linked_tests(spark, tmp_path):
    later, earlier = two_tests(schools=30, size=20)
    caliber = caliber_from_body({}, key="test")
    here = linked(later, earlier, caliber)
    folders = [tmp_path / name for name in ("later", "earlier")]
    for folder in folders:
        folder.mkdir()
    on_workers = [on_spark(test, at, spark) for test, at in zip((later, earlier), folders, strict=True)]
    there = linked(*on_workers, caliber)
    assert there.spread == here.spread  # from sums of whole hundredths: the same to the last bit
    rows = here.rows.collect("polars").to_native().filter(pl.col("subject") == "math").drop_nulls()
    ours = mixed_model(
        rows["score"].to_numpy(),
        np.column_stack([np.ones(rows.height), rows["prior_math"]]),
        {"school": rows["school"].to_numpy()},
    )
    theirs = mixed_model_on(
        there.rows.to_native().where("subject = 'math'"), "score", ["prior_math"], ["school"]
    )
    assert theirs.n == ours.n == rows.height
    assert theirs.loglik == pytest.approx(ours.loglik, rel=1e-8)
    np.testing.assert_allclose(theirs.coef, ours.coef, rtol=1e-8, atol=1e-10)
    effects, errors = (fit.effects["school"].effects for fit in (theirs, ours))
    np.testing.assert_allclose(effects, errors, rtol=1e-6, atol=1e-8)


def two_tests(schools: int, size: int) -> list[dict[str, pl.LazyFrame]]:
    """The same pupils twice; whoever is absent the first time has no earlier score."""
    rng = np.random.default_rng(13)
    able = rng.normal(size=(schools, size)) + rng.normal(0, 0.3, (schools, 1))
    made = []
    for noise in (0.5, 0.6):
        marks = np.clip(np.round(2 * (65 + 14 * (able + rng.normal(0, noise, able.shape)))) / 2, 0, 100)
        sat = rng.random(able.shape) < 0.97
        columns = np.where(sat, marks, None).tolist()
        tables = dataset({f"学校{n}": {"math": own} for n, own in enumerate(columns)})
        uuid = pl.Series("uuid", [f"p{n}" for n in range(schools * size)])
        made.append({**tables, "pupils": tables["pupils"].with_columns(uuid)})
    return made


def test_no_estimator_brings_rows_to_the_driver(spark):
    many = spark.range(0, 100_000, numPartitions=4).selectExpr(
        "id % 500 as school",
        "round(500 + 60 * randn(1)) as prior",
        "round(500 + 60 * randn(2)) as current",
        *(f"cast(rand({seed}) < 0.6 as int) as q{seed}" for seed in (3, 4, 5)),
    )
    with pytest.raises(Py4JJavaError, match="maxResultSize"):
        many.toArrow()
    assert mixed_model_on(many, "current", ["prior"], ["school"]).n == 100_000
    assert fit_irt_on(many, ["q3", "q4", "q5"], model="rasch").n_used == 100_000


def test_norms_of_too_many_different_scores_are_refused(on_cluster, monkeypatch):
    monkeypatch.setattr("zhiheng.frames.cluster.growth.MOST_CELLS", 100)
    with pytest.raises(GrowthRefused, match="不同组合超过 100 种，合不成常模"):
        growth_norms_on(on_cluster, ["prior"], "current")


def test_without_an_answer_a_sentence_says_so(on_cluster):
    with pytest.raises(CannotCalibrate, match="没有任何学生作答"):
        fit_irt_on(on_cluster.selectExpr("cast(null as double) as q"), ["q"], model="2pl")


def test_without_a_complete_row_a_sentence_says_so(on_cluster):
    empty = on_cluster.withColumn("prior", columns.lit(None).cast("double"))
    with pytest.raises(CannotEstimate, match="没有一行是完整的"):
        mixed_model_on(empty, "current", ["prior"], ["school"])
