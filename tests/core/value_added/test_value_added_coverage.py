"""Do 95 % intervals hold the truth in about 95 of 100 counties, and do wrong verdicts stay rare."""

import numpy as np
import pytest

from zhiheng.core.value_added import mixed_model, residual_value_added, value_added

pytestmark = pytest.mark.slow
COUNTIES, SCHOOLS = 500, 30


def test_intervals_cover_in_five_hundred_counties():
    rng = np.random.default_rng(20240617)
    covered = {"effect": [], "slope": [], "residual": []}
    wrong, shown = 0, 0
    for _ in range(COUNTIES):
        pupils = rng.integers(20, 90, SCHOOLS)
        school = np.repeat(np.arange(SCHOOLS), pupils)
        truth = 2 * rng.standard_normal(SCHOOLS)
        prior = 70 + (4 * rng.standard_normal(SCHOOLS))[school] + 9 * rng.standard_normal(len(school))
        current = 20 + 0.75 * prior + truth[school] + 7 * rng.standard_normal(len(school))
        result = value_added(current, prior, school)
        covered["effect"].append((result.lo <= truth) & (truth <= result.hi))
        wrong += int(((result.verdict == "显著高") & (truth < 0)).sum())
        wrong += int(((result.verdict == "显著低") & (truth > 0)).sum())
        shown += int((result.verdict != "无显著差异").sum())
        fit = mixed_model(current, np.column_stack([np.ones(len(prior)), prior]), {"s": school})
        covered["slope"].append(abs(fit.coef[1] - 0.75) < 1.959964 * fit.coef_se[1])
        # Mean residuals are judged where the regression is right: no school effects going with intake.
        plain = residual_value_added(current - truth[school], prior, school)
        covered["residual"].append((plain.lo <= 0) & (plain.hi >= 0))
    shares = {name: float(np.mean(hits)) for name, hits in covered.items()}
    assert all(0.92 <= share <= 0.98 for share in shares.values()), shares
    assert shown > COUNTIES  # verdicts are given at all
    assert wrong < 0.01 * shown


def test_coefficients_and_components_are_right_on_average_when_levels_cross():
    rng = np.random.default_rng(7)
    n, classes, primaries = 600, 40, 12
    of_class = np.repeat(np.arange(classes), n // classes)
    found = []
    for _ in range(COUNTIES):
        primary = rng.integers(0, primaries, n)
        x = rng.standard_normal(n)
        effects = 0.5 * rng.standard_normal(classes)[of_class] + 0.7 * rng.standard_normal(primaries)[primary]
        y = 1 + 0.4 * x + effects + rng.standard_normal(n)
        fit = mixed_model(y, np.column_stack([np.ones(n), x]), {"class": of_class, "primary": primary})
        inside = abs(fit.coef[1] - 0.4) < 1.959964 * fit.coef_se[1]
        found.append(
            [
                fit.components["class"][0, 0],
                fit.components["primary"][0, 0],
                fit.sigma2,
                inside,
                fit.converged,
            ]
        )
    mean, error = np.mean(found, 0), np.std(found, 0) / np.sqrt(COUNTIES)
    # REML estimates of variances are unbiased but for the rare zero: within four standard errors of the truth.
    assert (abs(mean[:3] - [0.25, 0.49, 1.0]) < 4 * error[:3]).all()
    assert 0.92 <= mean[3] <= 0.98
    assert mean[4] == 1
