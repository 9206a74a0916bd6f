"""Simulated pupils: what went in comes out, and errors are as large as they say."""

import numpy as np
import pytest
from simulated_answers import draw, paper

from zhiheng.core.irt import fit_irt, items_from
from zhiheng.core.irt.items import locations


@pytest.mark.parametrize(("model", "steps"), [("rasch", 1), ("2pl", 1), ("grm", 3), ("pcm", 3), ("gpcm", 3)])
def test_parameters_come_back(model, steps):
    rng = np.random.default_rng(20)
    items = paper(model, 15, steps, rng)
    fit = fit_irt(draw(items, rng.normal(size=8000), rng), model=model)
    assert fit.converged
    b = locations(items)
    b = b[:, 0] if steps == 1 else b
    assert np.abs((fit.b - b) / fit.se.b).max() < 4
    if model in ("rasch", "pcm"):
        assert abs(fit.abilities.sd[0] - 1) < 4 * fit.se.sd[0]
        assert (fit.a == 1).all()
    else:
        assert np.abs((fit.a - items.parameters[:, 0]) / fit.se.a).max() < 4


def test_guessing_comes_back():
    rng = np.random.default_rng(21)
    items = paper("3pl", 20, 1, rng)
    fit = fit_irt(draw(items, rng.normal(size=20_000), rng), model="3pl")
    assert fit.converged
    assert np.abs(fit.c - 0.2).max() < 0.1
    assert np.abs((fit.a - items.parameters[:, 0]) / fit.se.a).max() < 4
    # Without room for guessing the same answers are less likely.
    two = fit_irt(draw(items, rng.normal(size=20_000), rng), model="2pl")
    assert fit.n_parameters == two.n_parameters + 20
    assert (fit.se.c > 0).all()


def test_a_paper_of_mixed_items_with_gaps_in_the_answers():
    rng = np.random.default_rng(22)
    kinds = ["2pl"] * 8 + ["3pl"] * 2 + ["grm"] * 4 + ["gpcm"] * 4
    a = np.exp(rng.normal(0.1, 0.2, 18))
    b = np.linspace(-1, 1, 18)[:, None] + np.array([-0.6, 0.6])
    d = -a[:, None] * b
    d[14:] = np.cumsum(d[14:], axis=1)
    d[:10, 1] = np.nan
    items = items_from(kinds, a, d, np.where(np.array(kinds) == "3pl", 0.2, 0.0))
    x = draw(items, rng.normal(size=12_000), rng)
    x[rng.random(x.shape) < 0.15] = np.nan
    fit = fit_irt(x, model=kinds)
    assert fit.converged
    assert fit.b.shape == (18, 2)
    certain = np.array(kinds) != "3pl"
    assert np.abs((fit.a - a) / fit.se.a)[certain].max() < 4
    away = np.abs((fit.b - locations(items)) / fit.se.b)[certain]
    assert np.nanmax(away) < 4
    assert np.isnan(fit.b[:10, 1]).all()


def test_groups_differ_in_mean_and_spread():
    rng = np.random.default_rng(23)
    items = paper("2pl", 20, 1, rng)
    theta = np.concatenate((rng.normal(size=6000), rng.normal(0.5, 1.3, size=6000)))
    groups = np.repeat(["A", "B"], 6000)
    fit = fit_irt(draw(items, theta, rng), model="2pl", groups=groups)
    assert fit.converged
    assert fit.group_names == ("A", "B")
    assert (fit.abilities.mean[0], fit.abilities.sd[0]) == (0, 1)
    assert abs(fit.abilities.mean[1] - 0.5) < 4 * fit.se.mean[1]
    assert abs(fit.abilities.sd[1] - 1.3) < 4 * fit.se.sd[1]
    assert np.isnan(fit.se.mean[0])
    assert np.abs((fit.a - items.parameters[:, 0]) / fit.se.a).max() < 4


def test_a_wide_spread_widens_the_grid():
    rng = np.random.default_rng(24)
    items = paper("rasch", 30, 1, rng)
    fit = fit_irt(draw(items, rng.normal(0, 2.5, size=6000), rng), model="rasch")
    assert fit.converged
    assert fit.abilities.theta[-1] > 10
    assert abs(fit.abilities.sd[0] - 2.5) < 4 * fit.se.sd[0]


def test_expected_ability_is_unbiased_within_what_it_says():
    rng = np.random.default_rng(25)
    items = paper("grm", 20, 3, rng)
    theta = rng.normal(size=5000)
    fit = fit_irt(draw(items, theta, rng), model="grm")
    z = (fit.eap - theta) / fit.eap_se
    assert abs(z.mean()) < 0.06
    assert z.std() == pytest.approx(1, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("model", "steps"), [("2pl", 1), ("grm", 2), ("gpcm", 2)])
def test_intervals_cover_as_often_as_they_say(model, steps):
    rng = np.random.default_rng(26)
    items = paper(model, 8, steps, rng)
    b = locations(items)
    b = b[:, 0] if steps == 1 else b
    hits = []
    for _ in range(500):
        fit = fit_irt(draw(items, rng.normal(size=1500), rng), model=model)
        assert fit.converged
        a_hit = np.abs(fit.a - items.parameters[:, 0]) < 1.96 * fit.se.a
        hits.append(np.concatenate((a_hit, (np.abs(fit.b - b) < 1.96 * fit.se.b).ravel())))
    covered = np.mean(hits, axis=0)
    assert covered.min() > 0.92
    assert covered.max() < 0.98
