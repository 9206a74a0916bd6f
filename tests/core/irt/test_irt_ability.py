"""Abilities, information, linking and fit: against mirt and ltm, then by identities and simulation."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest
from simulated_answers import draw, paper

from zhiheng.core.irt import (
    CannotCalibrate,
    Link,
    expected_marks,
    fit_irt,
    item_information,
    items_from,
    link,
    mean_squares,
    measure,
    relinked,
    score_fit,
    standardized_likelihood,
)
from zhiheng.core.irt import (
    test_information as information_of_test,
)
from zhiheng.core.irt.item_fit import score_distribution
from zhiheng.core.irt.items import curves, locations

LSAT6 = Path(__file__).parents[2] / "published" / "lsat6.csv"
MODELS = [
    ("irt_lsat", "lsat.csv", "rasch"),
    ("irt_lsat", "lsat.csv", "2pl"),
    ("irt_sat12", "sat12_scored.csv", "rasch"),
    ("irt_sat12", "sat12_scored.csv", "2pl"),
    ("irt_science", "science.csv", "graded"),
    ("irt_science", "science.csv", "gpcm"),
]


def test_modes_of_lsat6_as_ltm_prints_them():
    table = np.genfromtxt(LSAT6, delimiter=",", names=True)
    answers = np.column_stack([table[f"item{k}"] for k in range(1, 6)])
    fit = fit_irt(answers, model="2pl", weights=table["pupils"])
    got = measure(fit.items, answers, method="map")
    np.testing.assert_allclose(got.theta, table["map_2pl"], atol=1.5e-3)
    np.testing.assert_allclose(got.se, table["map_se_2pl"], atol=1.5e-3)
    theta = np.linspace(-6, 6, 121)
    weights = np.exp(-(theta**2) / 2)
    p = curves(fit.items, theta).p[
        fit.items.start + answers[:, None, :].astype(int)
    ]  # (patterns, 1, items, K)
    expected = 1000 * (p.prod(axis=2)[:, 0] * weights).sum(axis=1) / weights.sum()
    np.testing.assert_allclose(expected, table["expected_2pl"], atol=0.03)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "file", "model"), MODELS)
def test_weighted_likelihood_information_and_totals_agree_with_mirt(shared, folder, file, model):
    answers = np.genfromtxt(shared / "data" / folder / file, delimiter=",", skip_header=1)
    text = (shared / "data" / folder / "reference.json").read_text()
    reference = json.loads(text)["models"][f"mirt_{model}"]
    fit = fit_irt(answers, model=model)
    wle = measure(fit.items, answers[:50], method="wle")
    np.testing.assert_allclose(wle.theta, reference["wle_first50"]["theta"], atol=1e-3)
    # mirt takes the curvature for the error; asymptotically, and for most pupils, both are near.
    information = information_of_test(fit.items, reference["test_info"]["theta"])
    np.testing.assert_allclose(information, reference["test_info"]["info"], rtol=1e-4)
    theta, p = fit.abilities.theta, np.split(curves(fit.items, fit.abilities.theta).p, fit.items.start[1:])
    joint = score_distribution(p) * fit.abilities.weights()
    by_total = (joint * theta).sum(axis=1) / joint.sum(axis=1)
    np.testing.assert_allclose(by_total, reference["eapsum"]["theta"], atol=1e-3)


def test_known_items_measure_as_the_calibration_does():
    rng = np.random.default_rng(50)
    x = draw(paper("gpcm", 8, 3, rng), rng.normal(size=700), rng)
    x[rng.random(x.shape) < 0.2] = np.nan
    x[0] = np.nan
    fit = fit_irt(x, model="gpcm")
    got = measure(fit.items, x)
    np.testing.assert_allclose(got.theta, fit.eap, atol=1e-5)
    np.testing.assert_allclose(got.se, fit.eap_se, atol=1e-5)
    for method in ("eap", "map", "wle"):
        assert np.isnan(measure(fit.items, x, method=method).theta[0])


def test_weighted_likelihood_is_hardly_biased_where_the_others_are():
    rng = np.random.default_rng(51)
    items = paper("2pl", 30, 1, rng)
    x = draw(items, np.full(4000, 1.5), rng)
    bias = {method: measure(items, x, method=method).theta.mean() - 1.5 for method in ("wle", "map", "eap")}
    assert abs(bias["wle"]) < 0.03
    assert bias["eap"] < -0.1
    assert bias["map"] < -0.1
    wle = measure(items, x, method="wle")
    assert wle.theta.std() == pytest.approx(wle.se.mean(), rel=0.05)


def test_information_is_the_slope_squared_over_the_variance():
    items = items_from(["2pl"], [1.7], [0.4])
    theta = np.linspace(-3, 3, 7)
    p = 1 / (1 + np.exp(-(1.7 * theta + 0.4)))
    np.testing.assert_allclose(item_information(items, theta)[0], 1.7**2 * p * (1 - p), rtol=1e-12)
    guessing = items_from(["3pl"], [1.7], [0.4], [0.2])
    with_guessing = 1.7**2 * (p * (1 - p)) * (0.8 * p) / (0.2 + 0.8 * p)
    np.testing.assert_allclose(item_information(guessing, theta)[0], with_guessing, rtol=1e-9)
    np.testing.assert_allclose(expected_marks(guessing, theta)[0], 0.2 + 0.8 * p, rtol=1e-9)


@pytest.mark.parametrize("method", ["mean/sigma", "mean/mean", "haebara", "stocking-lord"])
@pytest.mark.parametrize("model", ["2pl", "3pl", "grm", "gpcm"])
def test_every_method_finds_a_line_that_is_there(method, model):
    base = paper(model, 9, 1 if model in ("2pl", "3pl") else 3, np.random.default_rng(52))
    new = relinked(base, Link(1 / 1.2, -0.3 / 1.2, 0.0))
    got = link(new, base, method=method)
    assert (got.slope, got.intercept) == (pytest.approx(1.2, abs=1e-5), pytest.approx(0.3, abs=1e-5))
    back = relinked(new, got)
    np.testing.assert_allclose(back.parameters[:, :-1], base.parameters[:, :-1], atol=1e-4)
    theta = np.linspace(-2, 2, 5)
    np.testing.assert_allclose(curves(new, (theta - 0.3) / 1.2).p, curves(base, theta).p, atol=1e-10)


def test_two_cohorts_are_linked_by_their_common_items():
    rng = np.random.default_rng(53)
    items = paper("2pl", 25, 1, rng)
    first = fit_irt(draw(items, rng.normal(size=5000), rng), model="2pl")
    second = fit_irt(draw(items, rng.normal(0.4, 1.2, size=5000), rng), model="2pl")
    for method in ("mean/sigma", "haebara", "stocking-lord"):
        got = link(second.items, first.items, method=method)
        assert got.slope == pytest.approx(1.2, abs=0.08)
        assert got.intercept == pytest.approx(0.4, abs=0.08)
    with pytest.raises(ValueError, match="same items"):
        link(second.items, paper("grm", 25, 1, rng))
    with pytest.raises(ValueError, match="unknown method"):
        link(second.items, first.items, method="guess")


@pytest.mark.parametrize(("model", "steps"), [("2pl", 1), ("rasch", 1), ("grm", 3), ("gpcm", 3)])
def test_fit_statistics_are_quiet_where_the_model_is_true(model, steps):
    rng = np.random.default_rng(54)
    p, ratio = [], []
    for _ in range(15):
        theta = rng.normal(size=1500)
        x = draw(paper(model, 12, steps, rng), theta, rng)
        fit = fit_irt(x, model=model)
        p.extend(score_fit(fit.items, x, fit.abilities).p)
        squares = mean_squares(fit.items, x, theta)
        ratio.append((squares.infit.mean(), squares.outfit.mean()))
    assert kstest(p, "uniform").pvalue > 0.01
    np.testing.assert_allclose(np.mean(ratio, axis=0), 1, atol=0.02)


def test_item_fit_is_judged_in_one_group():
    rng = np.random.default_rng(59)
    x = draw(paper("rasch", 5, 1, rng), rng.normal(size=200), rng)
    fit = fit_irt(x, model="rasch", groups=np.arange(200) % 2)
    with pytest.raises(ValueError, match="2 groups"):
        score_fit(fit.items, x, fit.abilities)


def test_fit_statistics_find_the_item_that_is_not_as_modelled():
    rng = np.random.default_rng(55)
    theta = rng.normal(size=4000)
    x = draw(paper("rasch", 15, 1, rng), theta, rng)
    flat = draw(items_from(["3pl"], [0.8], [-0.5], [0.35]), theta, rng)[:, 0]
    x[:, 7] = flat
    fit = fit_irt(x, model="rasch")
    got = score_fit(fit.items, x, fit.abilities)
    assert np.argmin(got.p) == 7
    assert got.p[7] < 1e-6
    assert got.n == 4000
    squares = mean_squares(fit.items, x, measure(fit.items, x, method="wle").theta)
    assert np.argmax(squares.outfit) == 7
    assert np.argmax(squares.infit) == 7


def test_a_pupil_who_answers_upside_down_stands_out():
    rng = np.random.default_rng(56)
    items = paper("2pl", 30, 1, rng)
    theta = rng.normal(size=2000)
    x = draw(items, theta, rng)
    usual = standardized_likelihood(items, x, theta)
    assert abs(usual.mean()) < 0.08
    assert usual.std() == pytest.approx(1, abs=0.08)
    upside_down = (locations(items)[:, 0] > np.median(locations(items))).astype(float)
    strange = np.vstack((upside_down, np.full(30, np.nan)))
    got = standardized_likelihood(items, strange, measure(items, strange, method="wle").theta)
    assert got[0] < -4
    assert np.isnan(got[1])


def test_guessing_leaves_nobody_without_a_peak():
    rng = np.random.default_rng(58)
    items = paper("3pl", 20, 1, rng)
    theta = rng.normal(size=4000)
    x = draw(items, theta, rng)
    for method in ("map", "wle"):
        got = measure(items, x, method=method)
        assert np.isfinite(got.theta).all()
        assert np.corrcoef(got.theta, theta)[0, 1] > 0.8


def test_nobody_to_measure():
    items = paper("2pl", 4, 1, np.random.default_rng(57))
    for method in ("eap", "map", "wle"):
        assert measure(items, np.empty((0, 4)), method=method).theta.shape == (0,)
        assert np.isnan(measure(items, np.full((3, 4), np.nan), method=method).se).all()
    assert standardized_likelihood(items, np.empty((0, 4)), []).shape == (0,)
    with pytest.raises(CannotCalibrate, match="没有一名学生答完全部题目"):
        score_fit(
            items, np.full((3, 4), np.nan), fit_irt([[1, 0], [0, 1], [1, 1]], model="rasch", most=1).abilities
        )
