"""Missing values, tiny groups, and data from which nothing can be estimated: one Chinese sentence each."""

import numpy as np
import pytest

from core.value_added.counties import nested_and_crossed
from zhiheng.core.value_added import CannotEstimate, cross_products, fit_cross_products, mixed_model

DATA = nested_and_crossed(np.random.default_rng(11))
SCHOOL = {"school": DATA.groups["school"]}


def test_rows_with_anything_missing_are_left_out():
    y, X = DATA.y.copy(), DATA.X.copy()
    school = np.array([f"s{c}" for c in DATA.groups["school"]], dtype=object)
    y[3], X[7, 1], school[20] = np.nan, np.nan, None
    school[30] = float("nan")
    whole = np.delete(np.arange(len(y)), [3, 7, 20, 30])
    fit = mixed_model(y, X, {"school": school})
    clean = mixed_model(y[whole], X[whole], {"school": school[whole]})
    assert fit.loglik == pytest.approx(clean.loglik, abs=1e-9)
    assert fit.n_rows == len(y) - 4
    assert not fit.kept[[3, 7, 20, 30]].any()
    assert np.isnan(fit.fitted[[3, 7, 20, 30]]).all()
    assert fit.residuals[whole] == pytest.approx(clean.residuals, abs=1e-6)


def test_a_level_whose_rows_are_all_missing_is_no_level():
    y = np.where(DATA.groups["school"] == 2, np.nan, DATA.y)
    assert list(mixed_model(y, DATA.X, SCHOOL).effects["school"].levels) == [0, 1, 3, 4, 5, 6, 7]


def test_schools_of_one_pupil_are_drawn_almost_to_the_average():
    school = DATA.groups["school"].copy()
    school[:6] = np.arange(100, 106)
    fit = mixed_model(DATA.y, DATA.X, {"school": school})
    _, effects, sd = fit.effects["school"]
    between = fit.components["school"][0, 0]
    lone = between / (between + fit.sigma2)
    left = DATA.y[:6] - DATA.X[:6] @ fit.coef
    assert effects[-6:] == pytest.approx(lone * left, rel=1e-9)
    assert sd[-6:] == pytest.approx(np.full(6, np.sqrt(between * (1 - lone))), rel=1e-9)


def test_schools_exactly_alike_have_no_spread_and_it_is_said():
    y = np.tile([50.0, 60.0, 70.0, 80.0], 10)
    fit = mixed_model(y, np.ones((40, 1)), {"school": np.repeat(np.arange(10), 4)})
    assert fit.components["school"] == 0
    assert fit.singular == ("school",)
    assert fit.converged
    assert fit.icc["school"] == 0


def refusal(*args, **kwargs) -> str:
    with pytest.raises(CannotEstimate) as caught:
        mixed_model(*args, **kwargs)
    return str(caught.value)


def test_one_school():
    assert "分组“school”只有 1 个单位" in refusal(DATA.y, DATA.X, {"school": np.zeros(len(DATA.y))})


def test_every_pupil_a_school():
    said = refusal(DATA.y, DATA.X, {"school": np.arange(len(DATA.y))})
    assert "288 个单位" in said
    assert "288 名学生" in said


def test_scores_all_alike():
    assert "成绩全都相同" in refusal(np.full(len(DATA.y), 77.7), DATA.X, SCHOOL)


def test_scores_that_the_columns_give_away():
    assert "完全算出来" in refusal(DATA.X @ [1, 2, 3], DATA.X, SCHOOL)


def test_pupils_of_a_school_all_alike_are_never_called_an_estimate():
    y = np.repeat([60.0, 70.0, 75.0, 90.0], 5)
    fit = mixed_model(y, np.ones((20, 1)), {"school": np.repeat(np.arange(4), 5)})
    assert not fit.converged
    assert "没有收敛" in fit.notes[0]


def test_collinear_columns_are_named():
    X = np.column_stack([DATA.X, 2 * DATA.X[:, 1] - 5 * DATA.X[:, 2] + 1])
    said = refusal(DATA.y, X, SCHOOL, columns=["常数", "前测", "性别", "折合分"])
    assert said.startswith("自变量“折合分”可由“前测”、“性别”算出来")
    assert "第 4 列" in refusal(DATA.y, X, SCHOOL)


def test_a_second_constant_is_named():
    X = np.column_stack([DATA.X, np.full(len(DATA.y), 3.0)])
    assert "自变量第 4 列可由" in refusal(DATA.y, X, SCHOOL)


def test_nearly_collinear_columns_are_still_estimated():
    close = DATA.X[:, 1] + 1e-3 * np.random.default_rng(1).standard_normal(len(DATA.y))
    fit = mixed_model(DATA.y, np.column_stack([DATA.X, close]), SCHOOL)
    assert fit.converged
    assert fit.coef_se[3] > 100 * fit.coef_se[2]


def test_no_constant():
    assert "常数列" in refusal(DATA.y, DATA.X[:, 1:], SCHOOL)


def test_fewer_pupils_than_columns():
    assert "只有 3 名学生" in refusal(DATA.y[:3], DATA.X[:3], {"school": np.array([0, 0, 1])})


def test_nothing_complete_and_nothing_given():
    assert "没有一行是完整的" in refusal(np.full(len(DATA.y), np.nan), DATA.X, SCHOOL)
    assert "没有给出分组" in refusal(DATA.y, DATA.X, {})


def test_lengths_that_differ():
    assert "school 287 行" in refusal(DATA.y, DATA.X, {"school": DATA.groups["school"][1:]})


def test_negative_weights():
    assert "1 个负数" in refusal(DATA.y, DATA.X, SCHOOL, weights=np.append(np.ones(287), -1))


def test_slopes_on_a_group_or_column_that_is_not_there():
    assert "“town”" in refusal(DATA.y, DATA.X, SCHOOL, random_slopes={"town": [1]})
    assert "第 9 列" in refusal(DATA.y, DATA.X, SCHOOL, random_slopes={"school": [9]})


def test_sums_of_different_models_do_not_add():
    a = cross_products(DATA.y, DATA.X, SCHOOL)
    b = cross_products(DATA.y, DATA.X, {"class": DATA.groups["class"]})
    with pytest.raises(CannotEstimate, match="不能相加"):
        a + b
    assert fit_cross_products(a).n == 288


def test_comparative_intervals_of_two_alike_schools_just_touch_at_five_percent():
    fit = mixed_model(DATA.y, DATA.X, SCHOOL)
    lo, hi = fit.comparative_interval("school")
    _, _, sd = fit.effects["school"]
    # Two figures with the same spread differ significantly when 1.96·√2·sd lies between them.
    assert (hi - lo) == pytest.approx(1.959964 * np.sqrt(2) * sd)


def test_shares_of_the_variance_add_up():
    fit = mixed_model(DATA.y, DATA.X, DATA.groups)
    whole = sum(fit.icc.values()) + fit.sigma2 / (sum(fit.group_variances.values()) + fit.sigma2)
    assert whole == pytest.approx(1)
    assert 0 < fit.r2_marginal < fit.r2_conditional < 1
    assert fit.group_variances["school"] == pytest.approx(fit.components["school"][0, 0])
