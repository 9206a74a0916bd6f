"""Gini, Theil and ratios against the R package ineq, closed forms, and counties whose truth is known."""

import csv
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zhiheng.core.equity import (
    EquityError,
    bootstrap_interval,
    bottom_share,
    cv,
    gini,
    inequality,
    lorenz,
    quantile_ratio,
    theil,
    theil_parts,
)
from zhiheng.core.equity.formulas import of_cv, of_gini, of_theil
from zhiheng.core.equity.resampling import measure_interval

# Ten incomes of the help page of the R package ineq; it prints a Gini coefficient of 0.4620911.
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
COUNTIES = st.lists(st.tuples(st.floats(0.1, 1e4), st.integers(1, 2000)), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def schools(shared) -> dict[str, list[str]]:
    with (shared / "data/inequality_schools/schools.csv").open() as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


@pytest.fixture(scope="module")
def ineq(shared) -> dict:
    """What the R package ineq 0.2.13 says of the same schools."""
    return json.loads((shared / "data/inequality_schools/reference.json").read_text())["results"]


QUANTITIES = ["area_m2_per_pupil", "books_per_pupil", "equip_yuan_per_pupil", "teachers_per_100"]


@pytest.mark.shared
@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("kind", ["weighted", "unweighted"])
def test_every_measure_as_in_r(schools, ineq, quantity, kind):
    x = [float(v) for v in schools[quantity]]
    w = [int(v) for v in schools["n_pupils"]] if kind == "weighted" else None
    expected = ineq[quantity][kind]
    assert cv(x, w) == pytest.approx(expected["cv_population"], rel=1e-13)
    assert gini(x, w) == pytest.approx(expected["gini"], rel=1e-13)
    assert theil(x, w) == pytest.approx(expected["theil_T"], rel=1e-13)
    assert theil(x, w, index="L") == pytest.approx(expected["theil_L_mean_log_deviation"], rel=1e-13)
    assert quantile_ratio(x, w) == pytest.approx(expected["p90_p10"], rel=1e-13)
    assert quantile_ratio(x, w, high=0.8, low=0.2) == pytest.approx(expected["p80_p20"], rel=1e-13)
    for ours, theirs in zip(lorenz(x, w), (expected["lorenz"]["p"], expected["lorenz"]["L"]), strict=True):
        assert ours == pytest.approx(theirs, abs=1e-13)


@pytest.mark.shared
@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize(("index", "name"), [("T", "T"), ("L", "mld")])
def test_theil_by_kind_of_place_as_in_r(schools, ineq, quantity, index, name):
    x, w = [float(v) for v in schools[quantity]], [int(v) for v in schools["n_pupils"]]
    parts = theil_parts(x, schools["area"], w, index=index)
    expected = ineq[quantity]["decomposition"]
    assert list(parts.groups) == expected["groups"]
    assert parts.between == pytest.approx(expected[f"between_{name}"], abs=1e-14)
    assert parts.within == pytest.approx(expected[f"within_{name}"], abs=1e-14)


def test_gini_of_the_ten_incomes_of_ineq():
    assert gini(INCOMES) == pytest.approx(0.4620911, abs=5e-8)


def test_closed_forms_of_the_lognormal_distribution():
    """Cowell (2011), Measuring Inequality, appendix: the measures of a lognormal with spread σ."""
    sigma, n = 0.4, 400_000
    x = np.exp(sigma * stats.norm.ppf((np.arange(n) + 0.5) / n))
    assert gini(x) == pytest.approx(2 * stats.norm.cdf(sigma / np.sqrt(2)) - 1, abs=1e-5)
    assert theil(x) == pytest.approx(sigma**2 / 2, abs=1e-5)
    assert theil(x, index="L") == pytest.approx(sigma**2 / 2, abs=1e-5)
    assert cv(x) == pytest.approx(np.sqrt(np.exp(sigma**2) - 1), abs=1e-4)
    assert quantile_ratio(x) == pytest.approx(np.exp(2 * sigma * stats.norm.ppf(0.9)), rel=1e-5)


def test_one_school_has_everything():
    x, w = [0, 0, 0, 12], [10, 20, 30, 40]
    assert gini(x, w) == pytest.approx(0.6)
    assert theil(x, w) == pytest.approx(np.log(1 / 0.4))
    assert theil(x, w, index="L") == np.inf
    assert np.isnan(quantile_ratio(x, w))


@pytest.mark.parametrize("measure", [gini, theil, cv, quantile_ratio])
@given(county=COUNTIES)
def test_pupils_weigh_as_if_each_were_written_down(measure, county):
    x, w = [v for v, _ in county], [k for _, k in county]
    assert measure(x, w) == pytest.approx(measure(np.repeat(x, w)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("measure", [gini, theil, cv])
@given(county=COUNTIES, unit=st.floats(0.01, 100))
def test_units_and_order_do_not_matter_and_equals_are_0(measure, county, unit):
    x, w = np.array([v for v, _ in county]), np.array([k for _, k in county])
    assert measure(x * unit, w) == pytest.approx(measure(x, w), abs=1e-9)
    assert measure(x[::-1], w[::-1]) == pytest.approx(measure(x, w), abs=1e-9)
    assert measure(np.full(len(x), unit), w) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("index", ["T", "L"])
@given(county=COUNTIES, seed=st.integers(0, 99))
def test_theil_splits_without_remainder(index, county, seed):
    x, w = [v for v, _ in county], [k for _, k in county]
    places = np.random.default_rng(seed).choice(["城区", "镇区", "乡村"], len(x))
    parts = theil_parts(x, places, w, index=index)
    assert parts.between + parts.within == pytest.approx(parts.total, abs=1e-9)
    assert parts.total == pytest.approx(theil(x, w, index=index), abs=1e-12)
    assert parts.weight.sum() == pytest.approx(1)
    assert parts.between >= -1e-12


def test_moving_books_from_a_rich_school_to_a_poor_one_lowers_all():
    before, after = [2, 5, 9, 20], [3, 5, 9, 19]
    for measure in (cv, gini, theil):
        assert measure(after) < measure(before)


def test_schools_without_value_or_pupils_are_left_out():
    assert gini([5, np.nan, 9, 100], [1, 2, 3, 0]) == gini([5, 9], [1, 3])
    parts = theil_parts([5, np.nan, 9, 100], ["a", "b", "c", "c"], [1, 2, 3, 0])
    assert list(parts.groups) == ["a", "c"]
    for measure in (gini, theil, quantile_ratio):
        assert np.isnan(measure([]))
        assert np.isnan(measure([0, 0]))


def test_what_cannot_be_measured_is_refused_in_a_sentence():
    for measure in (gini, theil):
        with pytest.raises(EquityError, match="数值是 -1，这个指标只适用于不小于 0 的数量"):
            measure([3, -1])
    with pytest.raises(EquityError, match="泰尔指数写的是“X”"):
        theil([1, 2], index="X")
    with pytest.raises(EquityError, match="2 所学校的数值，却有 1 个分组"):
        theil_parts([1, 2], ["a"])
    with pytest.raises(EquityError, match="整数人数"):
        quantile_ratio([1, 2], [0.5, 0.5])
    with pytest.raises(EquityError, match="0 ≤ 低 < 高 ≤ 1"):
        quantile_ratio([1, 2], high=0.1, low=0.9)
    with pytest.raises(EquityError, match="只有 2 所学校"):
        bootstrap_interval(np.sum, 2, rng=np.random.default_rng(0))


def test_bootstrap_of_a_mean_is_the_t_interval_of_many():
    x = np.random.default_rng(1).normal(50, 10, 400)
    got = bootstrap_interval(
        lambda times: np.average(x, weights=times), 400, rng=np.random.default_rng(2), replicates=4000
    )
    half = 1.96 * x.std() / 20
    assert got.lo == pytest.approx(x.mean() - half, abs=0.08)
    assert got.hi == pytest.approx(x.mean() + half, abs=0.08)


def test_the_summary_is_repeatable_and_a_point_where_nothing_varies():
    county = np.arange(3, 23)
    first, second = (inequality(county, rng=np.random.default_rng(5), replicates=200) for _ in "ab")
    assert first == second
    assert first.cv.value == cv(county)
    for estimate in (first.cv, first.gini, first.theil, first.ratio_90_10):
        assert estimate.lo < estimate.value < estimate.hi
    same = inequality(np.full(20, 4), rng=np.random.default_rng(5), replicates=50)
    assert (same.gini.value, same.gini.lo, same.gini.hi) == (0, 0, 0)


def test_few_schools_have_figures_but_no_intervals():
    few = inequality([3, 4, 9, 7], rng=np.random.default_rng(5))
    assert few.cv.value == cv([3, 4, 9, 7])
    assert np.isnan([few.cv.lo, few.gini.hi, few.theil.lo, few.ratio_90_10.hi]).all()


@pytest.mark.slow
@pytest.mark.parametrize("schools_in_county", [15, 40, 120])
@pytest.mark.parametrize(
    ("measure", "truth", "top"),
    [
        (of_cv, np.sqrt(np.exp(0.25**2) - 1), np.inf),
        (of_gini, 2 * stats.norm.cdf(0.25 / np.sqrt(2)) - 1, 1.0),
        (of_theil, 0.25**2 / 2, np.inf),
    ],
)
def test_intervals_cover_the_truth(measure, truth, top, schools_in_county):
    """800 simulated counties whose schools' amounts are lognormal, enrolment apart from them."""
    rng = np.random.default_rng(20240907)
    hits = 0
    for _ in range(800):
        x = np.exp(rng.normal(0, 0.25, schools_in_county))
        w = rng.integers(200, 1200, schools_in_county).astype(float)
        lo, hi = measure_interval(measure, x, w, top=top, rng=rng, replicates=499)
        hits += lo <= truth <= hi
    assert 0.92 <= hits / 800 <= 0.98


@pytest.mark.slow
def test_intervals_of_the_ratio_cover_the_truth():
    """600 of the same counties."""
    rng = np.random.default_rng(7)
    truth = np.exp(2 * 0.25 * stats.norm.ppf(0.9))
    hits = 0
    for _ in range(600):
        x, w = np.exp(rng.normal(0, 0.25, 100)), rng.integers(200, 1200, 100)
        lo, hi = bootstrap_interval(
            lambda times, x=x, w=w: quantile_ratio(x, w * times), 100, rng=rng, replicates=199
        )
        hits += lo <= truth <= hi
    assert 0.92 <= hits / 600 <= 0.98


def test_bottom_share_counts_everybody_on_the_line():
    # 10 pupils, 30 % are 3; the third from below has 40, and so has one more.
    marks = [10, 40, 40, 80, 90, 30, 60, 70, 90, 95, np.nan]
    got = bottom_share(marks, ["甲"] * 5 + ["乙"] * 6)
    assert got.line == 40
    assert dict(zip(got.schools, got.count, strict=True)) == {"甲": 3, "乙": 1}
    assert list(got.n) == [5, 5]
    assert got.share == pytest.approx([0.2, 0.6])
    # Wilson's interval for 3 of 5.
    assert (got.lo[1], got.hi[1]) == pytest.approx((0.2307, 0.8824), abs=5e-5)


def test_bottom_share_moves_with_nothing_but_the_order_of_marks():
    rng = np.random.default_rng(4)
    marks, schools = rng.integers(0, 100, 500), rng.integers(0, 8, 500)
    plain = bottom_share(marks, schools)
    curved = bottom_share(np.sqrt(marks) * 10 + 3, schools)
    assert (plain.count == curved.count).all()
    assert plain.count.sum() >= 150


@pytest.mark.slow
def test_bottom_share_drawn_again_covers_the_truth():
    """500 counties of 6 schools of 80 pupils, one of them weak; the line is drawn anew each time."""
    rng = np.random.default_rng(9)
    centre = np.array([0, 0, 0, 0, 0.2, -0.8])
    schools = np.repeat(np.arange(6), 80)
    everybody = rng.normal(np.repeat(centre, 100_000), 1)
    line = np.quantile(everybody, 0.3)
    truth = stats.norm.cdf(line - centre)
    hits = np.zeros(6)
    for _ in range(500):
        # Marks of two decimals: few pupils share one.
        marks = np.round(rng.normal(np.repeat(centre, 80), 1), 2)
        got = bottom_share(marks, schools, rng=rng, replicates=200)
        hits += (got.lo <= truth) & (truth <= got.hi)
    assert (hits / 500).min() >= 0.92
    assert (hits / 500).max() <= 0.98


def test_bottom_share_of_nothing_is_refused():
    with pytest.raises(EquityError, match="没有一名学生有分数"):
        bottom_share([np.nan], ["甲"])
    with pytest.raises(EquityError, match="2 个分数，却有 1 个学校"):
        bottom_share([1, 2], ["甲"])
    with pytest.raises(EquityError, match="后段比例写的是 1"):
        bottom_share([1], ["甲"], share=1)
