"""Value-added of units: the worked example of the field, the rules on who is shown, and the truth of simulations."""

import numpy as np
import pytest

from zhiheng.core.value_added import (
    CannotEstimate,
    Rules,
    band_percentiles,
    entry_exit,
    expected_true_prior,
    mixed_model,
    residual_value_added,
    rolling_value_added,
    starting_bands,
    subject_profile,
    value_added,
)

# Two schools of four pupils: (earlier, now).
JIA = [(520, 560), (480, 500), (560, 585), (440, 455)]
YI = [(430, 480), (390, 420), (470, 505), (350, 400)]


def simulated(
    rng: np.random.Generator, *, schools: int = 40, pupils: int = 60, spread: float = 2.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Current, earlier score, school, and the true value added of each school."""
    school = np.repeat(np.arange(schools), pupils)
    intake = 5 * rng.standard_normal(schools)
    prior = 70 + intake[school] + 9 * rng.standard_normal(len(school))
    truth = spread * rng.standard_normal(schools)
    current = 15 + 0.8 * prior + truth[school] + 6 * rng.standard_normal(len(school))
    return current, prior, school, truth


def test_the_worked_example_of_two_schools():
    prior, current = np.array(JIA + YI, dtype=float).T
    school = np.repeat(["甲", "乙"], 4)
    result = residual_value_added(current, prior, school, normal=True)
    assert result.coef == pytest.approx([67.391, 0.9247], abs=5e-4)
    of = {unit: k for k, unit in enumerate(result.units)}
    assert result.effect[[of["甲"], of["乙"]]] == pytest.approx([-4.74, 4.74], abs=0.005)
    assert result.se[[of["甲"], of["乙"]]] == pytest.approx([6.75, 4.91], abs=0.005)
    assert (result.lo[of["甲"]], result.hi[of["甲"]]) == pytest.approx((-17.96, 8.48), abs=0.01)
    assert (result.lo[of["乙"]], result.hi[of["乙"]]) == pytest.approx((-4.88, 14.35), abs=0.01)
    assert list(result.verdict) == ["无显著差异"] * 2
    # Four pupils each: Student's law is wider than the normal one the example uses.
    assert residual_value_added(current, prior, school).hi[0] > result.hi[0]


def test_the_figures_are_those_of_the_mixed_model_and_sit_in_the_order_of_labels():
    current, prior, school, truth = simulated(np.random.default_rng(2))
    result = value_added(current, prior, school)
    fit = mixed_model(current, np.column_stack([np.ones(len(prior)), prior]), {"school": school})
    assert result.method == "hlm"
    assert list(result.units) == list(range(40))
    assert result.effect == pytest.approx(fit.effects["school"].effects, abs=1e-9)
    assert result.icc == pytest.approx(fit.icc["school"])
    assert np.corrcoef(result.effect, truth)[0, 1] > 0.9
    assert set(result.verdict) == {"显著高", "无显著差异", "显著低"}
    assert ((result.verdict == "显著高") == (result.lo > 0)).all()
    assert ((result.reliability > 0.7) & (result.reliability < 1)).all()
    assert "三年滚动" in result.notes[-1]


def test_few_schools_are_compared_by_mean_residuals():
    current, prior, school, _ = simulated(np.random.default_rng(2), schools=8)
    result = value_added(current, prior, school)
    assert result.method == "ols"
    assert result.effect == pytest.approx(residual_value_added(current, prior, school).effect)
    assert np.isnan(result.reliability).all()


def test_small_and_badly_matched_schools_are_withheld_with_the_reason():
    current, prior, school, _ = simulated(np.random.default_rng(4))
    keep = (school != 3) | (np.arange(len(school)) % 60 < 12)
    current, prior, school = current[keep], prior[keep], school[keep]
    prior[np.flatnonzero(school == 5)[:13]] = np.nan
    result = value_added(current, prior, school)
    assert "只有 12 人，不到 20 人" in result.reason[3]
    assert "60 人中只有 47 人两次成绩都有（78%），不到 80%" in result.reason[5]
    hidden = np.isin(result.units, [3, 5])
    for column in (result.effect, result.sd, result.lo, result.hi, result.reliability):
        assert (np.isnan(column) == hidden).all()
    assert (result.verdict[hidden] == "").all()
    assert result.match_rate[5] == pytest.approx(47 / 60)
    # The badly matched school takes no part in the estimate, the small one does.
    without = value_added(current[school != 5], prior[school != 5], school[school != 5])
    assert result.effect[~hidden] == pytest.approx(without.effect[without.units != 3], abs=1e-9)


def test_exactly_at_the_limits_a_school_is_shown():
    current, prior, school, _ = simulated(np.random.default_rng(4), pupils=25)
    prior[np.flatnonzero(school == 1)[:5]] = np.nan  # 20 of 25: 80 % and 20 pupils
    result = value_added(current, prior, school)
    assert result.reason[1] == ""
    prior[np.flatnonzero(school == 1)[5]] = np.nan
    assert value_added(current, prior, school).reason[1] != ""


def test_nobody_matched():
    current, prior, school, _ = simulated(np.random.default_rng(4), schools=5)
    with pytest.raises(CannotEstimate, match="5 个单位里只有 0 个"):
        value_added(current, np.full_like(prior, np.nan), school)
    with pytest.raises(CannotEstimate, match="“性别”可由"):
        value_added(
            *simulated(np.random.default_rng(4))[:3],
            covariates={"性别": np.ones(2400)},
        )


def test_a_noisy_start_blames_schools_with_weak_intakes_unless_corrected():
    rng = np.random.default_rng(8)
    school = np.repeat(np.arange(100), 80)
    intake = 6 * rng.standard_normal(100)
    true_prior = 70 + intake[school] + 8 * rng.standard_normal(len(school))
    noise = 6.0
    measured = true_prior + noise * rng.standard_normal(len(school))
    truth = 1.5 * rng.standard_normal(100)
    current = 0.9 * true_prior + truth[school] + 5 * rng.standard_normal(len(school))
    reliability = true_prior.var() / measured.var()
    naive = value_added(current, measured, school)
    corrected = value_added(current, measured, school, prior_reliability=reliability)
    assert np.corrcoef(naive.effect - truth, intake)[0, 1] > 0.8
    assert abs(np.corrcoef(corrected.effect - truth, intake)[0, 1]) < 0.35
    assert np.std(corrected.effect - truth) < 0.7 * np.std(naive.effect - truth)
    calibrated = expected_true_prior(measured, school, reliability)
    X = np.column_stack([np.ones(len(school)), calibrated])
    fit = mixed_model(current, X, {"school": school})
    assert fit.coef[1] == pytest.approx(0.9, abs=3 * fit.coef_se[1])


def test_a_perfectly_reliable_start_is_left_alone_and_an_absurd_one_refused():
    current, prior, school, _ = simulated(np.random.default_rng(4))
    assert expected_true_prior(prior, school, 1.0) == pytest.approx(prior)
    same = value_added(current, prior, school, prior_reliability=1.0)
    assert same.effect == pytest.approx(value_added(current, prior, school).effect)
    with pytest.raises(CannotEstimate, match="应大于 0"):
        value_added(current, prior, school, prior_reliability=1.2)
    with pytest.raises(CannotEstimate, match="与数据不符"):
        value_added(current, prior, school, prior_reliability=0.1)
    with pytest.raises(CannotEstimate, match="只用于一次前测"):
        value_added(current, np.column_stack([prior, current]), school, prior_reliability=0.9)


def test_bands_hold_at_least_thirty_and_never_split_equal_scores():
    rng = np.random.default_rng(0)
    prior = rng.integers(0, 40, 700).astype(float)
    band = starting_bands(prior)
    assert np.bincount(band).min() >= 30
    assert all(len(set(band[prior == score])) == 1 for score in set(prior))
    assert (np.diff(band[np.argsort(prior, kind="stable")]) >= 0).all()
    with pytest.raises(CannotEstimate, match="只有 29 人"):
        starting_bands(prior[:29])


def test_band_percentiles_by_hand():
    # One band of 30 equal starts: pupil k of 30 stands at percentile (k + ½)/30.
    current = np.arange(30.0)
    result = band_percentiles(current, np.full(30, 50.0), np.repeat(["甲", "乙"], 15))
    assert result.percentile == pytest.approx((current + 0.5) / 30 * 100)
    of = dict(zip(result.units, result.median, strict=True))
    assert of["甲"] == pytest.approx(7.5 / 30 * 100)
    assert of["乙"] == pytest.approx(22.5 / 30 * 100)
    # 15 values: the 4th from both ends is the exact 95 % interval for a median (tables: 96.5 %).
    assert result.lo[list(result.units).index("甲")] == pytest.approx(3.5 / 30 * 100)
    assert sorted(result.verdict) == ["显著低", "显著高"]


def test_band_percentiles_find_the_better_schools_and_keep_missing_apart():
    current, prior, school, truth = simulated(np.random.default_rng(1), spread=4)
    prior[5] = np.nan
    result = band_percentiles(current, prior, school, n_bands=20)
    assert np.corrcoef(result.median, truth)[0, 1] > 0.85
    assert np.isnan(result.percentile[5])
    assert result.band[5] == -1
    assert result.n[0] == 59


def test_exit_against_entry_by_hand():
    # Band A: 3 of 4 over the county, band B: 1 of 4. School 甲 has two of each, 乙 too; 甲 reached 3, 乙 1.
    reached = [1, 1, 1, 0, 1, 0, 0, 0]
    band = ["A", "A", "B", "B", "A", "A", "B", "B"]
    result = entry_exit(reached, band, ["甲"] * 4 + ["乙"] * 4)
    assert result.county_share == pytest.approx([0.75, 0.25])
    assert result.expected == pytest.approx([2, 2])
    of = dict(zip(result.units, result.difference, strict=True))
    assert (of["甲"], of["乙"]) == pytest.approx((0.25, -0.25))
    # Variance: 2 bands × 2 pupils × (1 − 2/4) × 3/16.
    half = 1.959964 * np.sqrt(2 * 2 * 0.5 * 3 / 16) / 4
    assert result.hi - result.difference == pytest.approx([half, half], rel=1e-6)
    assert (result.n @ result.county_share) == pytest.approx(result.expected)
    assert result.reached.sum() == sum(reached)


def test_three_years_weigh_by_pupils_and_two_are_not_enough():
    effect = [[1.0, 2.0, 4.0], [1.0, np.nan, 1.0], [0.0, 0.0, 0.0]]
    sd = np.full((3, 3), 0.6)
    n = [[10, 10, 20], [30, 30, 30], [30, 30, 30]]
    result = rolling_value_added(effect, sd, n)
    assert result.effect[0] == pytest.approx(2.75)
    assert result.sd[0] == pytest.approx(0.6 * np.sqrt(1 / 16 + 1 / 16 + 1 / 4))
    assert list(result.n_years) == [3, 2, 3]
    assert list(result.verdict) == ["显著高", "", "无显著差异"]
    assert result.sd[2] == pytest.approx(0.6 / np.sqrt(3))
    assert rolling_value_added(effect, sd, n, min_years=2).verdict[1] == "显著高"


def test_subjects_together_are_the_mixed_models_when_they_have_nothing_in_common():
    rng = np.random.default_rng(6)
    current, prior, school, _ = simulated(rng)
    other = simulated(rng)[0] * 0 + rng.standard_normal(len(school)) * 5 + rng.standard_normal(40)[school]
    both = subject_profile(np.column_stack([current, other]), prior, school, subjects=["语文", "数学"])
    alone = subject_profile(current[:, None], prior, school, subjects=["语文"])
    fit = mixed_model(current, np.column_stack([np.ones(len(prior)), prior]), {"s": school}, reml=False)
    assert alone.converged
    assert alone.effect[:, 0] == pytest.approx(fit.effects["s"].effects, abs=0.05)
    assert alone.between[0, 0] == pytest.approx(fit.components["s"][0, 0], rel=0.03)
    assert both.effect[:, 0] == pytest.approx(alone.effect[:, 0], abs=0.35)


def test_subjects_that_go_together_make_each_other_surer():
    rng = np.random.default_rng(9)
    schools, pupils = 200, 15
    school = np.repeat(np.arange(schools), pupils)
    truth = rng.multivariate_normal([0, 0], [[4, 3.8], [3.8, 4]], schools)
    prior = rng.standard_normal(len(school))
    current = prior[:, None] * [3, 2] + truth[school] + 7 * rng.standard_normal((len(school), 2))
    together = subject_profile(current, prior, school, subjects=["语文", "数学"])
    alone = subject_profile(current[:, :1], prior, school, subjects=["语文"])
    assert together.between[0, 1] == pytest.approx(3.8, abs=1.0)
    error = [np.mean((e[:, 0] - truth[:, 0]) ** 2) for e in (together.effect, alone.effect)]
    assert error[0] < 0.85 * error[1]
    assert (together.sd[:, 0] < alone.sd[:, 0]).all()
    inside = (together.lo <= truth) & (truth <= together.hi)
    assert inside.mean() == pytest.approx(0.95, abs=0.03)


def test_rules_may_be_set_by_the_bureau():
    current, prior, school, _ = simulated(np.random.default_rng(4), schools=8, pupils=15)
    assert all(value_added(current, prior, school).reason)
    shown = value_added(current, prior, school, rules=Rules(min_pupils=10, min_units=5, level=0.9))
    assert shown.method == "hlm"
    assert not any(shown.reason)
    assert (shown.hi - shown.effect) == pytest.approx(1.6448536 * shown.sd)
