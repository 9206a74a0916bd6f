"""Items that cannot be calibrated, and calibrations that do not come to rest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from simulated_answers import draw, paper

from zhiheng.core.irt import CannotCalibrate, fit_irt, measure


def answers(n: int = 300) -> np.ndarray:
    rng = np.random.default_rng(40)
    return draw(paper("2pl", 5, 1, rng), rng.normal(size=n), rng)


def test_an_item_all_get_right_is_named():
    x = answers()
    x[:, 2] = 1
    with pytest.raises(CannotCalibrate, match=r"^第 3 题所有作答学生都得 1 分，分不出高低"):
        fit_irt(x, model="2pl")


def test_an_item_nobody_answered_is_named_as_the_paper_names_it():
    x = answers()
    x[:, 4] = np.nan
    with pytest.raises(CannotCalibrate, match=r"^数学 20\(1\)没有任何学生作答"):
        fit_irt(x, model="rasch", names=["数学 1", "数学 2", "数学 3", "数学 4", "数学 20(1)"])


def test_more_than_two_marks_are_too_many_for_the_two_parameter_model():
    x = answers()
    x[:2, 0] = [0.5, 2]
    with pytest.raises(CannotCalibrate, match=r"第 1 题出现了 4 种得分.*GRM、PCM 或 GPCM"):
        fit_irt(x, model="2pl")


def test_a_mark_the_item_never_had_is_named():
    fit = fit_irt(answers(), model="2pl")
    with pytest.raises(CannotCalibrate, match=r"第 2 题出现得分 3，标定时这道题只有 0、1 分"):
        measure(fit.items, [[1, 3, 0, 1, 1]])


def test_pupils_of_weight_nothing_do_not_make_a_category():
    x = answers()
    x[0, 0] = 7
    weights = np.ones(len(x))
    weights[0] = 0
    with pytest.raises(CannotCalibrate, match="第 1 题"):
        fit_irt(x, model="2pl", weights=weights)
    x[0, 0] = np.nan
    assert fit_irt(x, model="2pl", weights=weights).n_used == len(x) - 1


def test_two_equal_items_have_no_best_slope_and_it_is_said():
    x = answers()
    x[:, 1] = x[:, 0]
    fit = fit_irt(x, model="2pl")
    assert not fit.converged
    assert np.isfinite(fit.loglik)


@settings(deadline=None, max_examples=60)
@given(
    x=arrays(
        float, st.tuples(st.integers(1, 25), st.integers(1, 5)), elements=st.sampled_from([0, 1, 2, np.nan])
    ),
    model=st.sampled_from(["rasch", "2pl", "3pl", "grm", "pcm", "gpcm"]),
)
def test_any_answers_give_a_result_or_a_sentence(x, model):
    try:
        fit = fit_irt(x, model=model, most=40)
    except CannotCalibrate:
        return
    assert np.isfinite(fit.loglik)
    assert fit.loglik <= 0
    assert np.isfinite(fit.a).all()
    answered = ~np.isnan(x).all(axis=1)
    assert np.isfinite(fit.eap[answered]).all()
    assert (fit.eap_se[answered] > 0).all()
    assert fit.se.a.shape == fit.a.shape


def test_too_few_steps_are_reported_not_hidden():
    fit = fit_irt(answers(), model="2pl", most=2)
    assert not fit.converged
    assert fit.iterations == 2
    assert np.isfinite(fit.loglik)


def test_a_wrong_key_gives_a_falling_curve_and_still_converges():
    rng = np.random.default_rng(42)
    x = draw(paper("2pl", 12, 1, rng), rng.normal(size=1500), rng)
    x[:, 3] = 1 - x[:, 3]
    fit = fit_irt(x, model="2pl")
    assert fit.converged
    assert np.flatnonzero(fit.a < 0).tolist() == [3]


def test_shapes_and_names_are_checked():
    with pytest.raises(ValueError, match="shape"):
        fit_irt([1, 0, 1], model="2pl")
    with pytest.raises(ValueError, match="unknown models"):
        fit_irt(answers(), model="4pl")
    with pytest.raises(ValueError, match="2 models for 5 items"):
        fit_irt(answers(), model=["2pl", "2pl"])
    with pytest.raises(ValueError, match="do not fit"):
        fit_irt(answers(), model="2pl", weights=[1, 2])
    with pytest.raises(ValueError, match="negative"):
        fit_irt(answers(), model="2pl", weights=-np.ones(300))
    with pytest.raises(ValueError, match="finite"):
        fit_irt(np.where(answers() == 1, np.inf, 0), model="2pl")
    with pytest.raises(ValueError, match="unknown method"):
        measure(fit_irt(answers(), model="2pl").items, answers(), method="ml")
