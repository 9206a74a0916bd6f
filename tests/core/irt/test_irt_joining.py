"""Joined marks keep order and mean; the size of a misfit and the reliability of a calibration mean what they say."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.core.irt import fit_irt, items_from, joined_marks, score_fit
from zhiheng.core.irt.items import curves

MARKS = st.lists(st.integers(0, 12), min_size=1, max_size=400)


@given(MARKS, st.integers(2, 6), st.integers(1, 60))
def test_no_pupil_overtakes_another_and_the_mean_stays(marks, most, fewest):
    x = np.array(marks, dtype=float)
    got = joined_marks(x, most=most, fewest=fewest)
    order = np.argsort(x, kind="stable")
    assert (np.diff(got[order]) >= -1e-12).all()
    assert got.mean() == pytest.approx(x.mean())
    kinds, pupils = np.unique(got.round(9), return_counts=True)
    assert len(kinds) <= most
    assert len(kinds) == 1 or pupils.min() >= fewest


def test_few_marks_earned_by_many_stay_as_they_are():
    x = np.repeat([0.0, 2.0, 5.0], 40)
    assert (joined_marks(x) == x).all()


def test_a_rare_full_mark_joins_what_lies_below_and_a_rare_nothing_what_lies_above():
    x = np.repeat([0.0, 1.0, 2.0, 3.0], [10, 90, 80, 20])
    assert np.unique(joined_marks(x)).tolist() == [0.9, 2.2]


def test_no_answer_stays_none():
    assert np.isnan(joined_marks([np.nan, 1.0])).tolist() == [True, False]
    assert np.isnan(joined_marks([np.nan])).all()


def test_the_size_of_a_misfit_does_not_grow_with_the_pupils():
    """An item whose weak pupils guess does not follow 2PL, however many there are; its neighbours do."""
    rng = np.random.default_rng(61)
    n = 20_000
    a, d = np.full(12, 1.5), -1.5 * np.linspace(-1.5, 1.5, 12)[:, None]
    truth = items_from(["2pl"] * 12, a, d)
    theta = rng.normal(size=n)
    x = (rng.random((n, 12)) < curves(truth, theta).p[1::2].T).astype(float)
    x[:, 0] = rng.random(n) < 0.45 + 0.5 / (1 + np.exp(-6 * (theta - 1)))
    sizes = []
    for pupils in (4000, n):
        fit = fit_irt(x[:pupils], model="2pl")
        found = score_fit(fit.items, x[:pupils], fit.abilities)
        sizes.append(found.rmsea)
        assert found.rmsea[0] > 1.5 * found.rmsea[1:].max()
    assert sizes[1][0] == pytest.approx(sizes[0][0], rel=0.25)
    assert sizes[1][1:].max() < 0.015


def test_reliability_is_the_squared_correlation_with_true_ability():
    rng = np.random.default_rng(62)
    theta = rng.normal(size=20_000)
    truth = items_from(["2pl"] * 20, np.full(20, 1.3), -1.3 * np.linspace(-1.5, 1.5, 20)[:, None])
    x = (rng.random((len(theta), 20)) < curves(truth, theta).p[1::2].T).astype(float)
    fit = fit_irt(x, model="2pl")
    assert fit.reliability == pytest.approx(np.corrcoef(fit.eap, theta)[0, 1] ** 2, abs=0.01)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "file"), [("irt_lsat", "lsat.csv"), ("irt_sat12", "sat12_scored.csv")])
def test_reliability_agrees_with_mirt(shared, folder, file):
    answers = np.genfromtxt(shared / "data" / folder / file, delimiter=",", skip_header=1)
    reference = json.loads((shared / "data" / folder / "reference.json").read_text())["models"]["mirt_2pl"]
    assert fit_irt(answers, model="2pl").reliability == pytest.approx(reference["empirical_rxx"], abs=1e-4)
