"""Standard errors of equating: closed forms, drawing again, and simulated counties whose truth is known."""

import numpy as np
import pytest

from core.test_equating_identities import anchors, groups
from zhiheng.core.equating import METHODS, equate
from zhiheng.core.equating.plan import ANCHORED


def test_mean_equating_has_the_error_of_a_difference_of_means():
    data = groups()
    got = equate(data["x"], data["y"], method="mean")
    expected = np.sqrt(data["x"].var() / 400 + data["y"].var() / 400)
    assert got.se == pytest.approx(np.full(len(got.scale), expected))


def test_linear_equating_has_the_error_of_braun_and_holland():
    """Kolen & Brennan (2014), (7.10): by skewness and kurtosis, where no normal distribution is assumed."""
    data = groups()
    x, y = data["x"], data["y"]
    got = equate(x, y, method="linear")

    def standard(scores, power):
        return (((scores - scores.mean()) / scores.std()) ** power).mean()

    z = (got.scale - x.mean()) / x.std()
    skew = standard(x, 3) + standard(y, 3)
    kurtosis = standard(x, 4) + standard(y, 4) - 2
    assert got.se == pytest.approx(y.std() * np.sqrt((2 + skew * z + kurtosis / 4 * z**2) / 400), rel=2e-3)


@pytest.mark.parametrize("method", METHODS)
def test_formulas_agree_with_drawing_pupils_again(method):
    data = groups(n=3000)
    options = {"method": method, **anchors(method, data)}
    if method.endswith("equipercentile") or method == "frequency_estimation":
        options["presmooth"] = 4
    formula = equate(data["x"], data["y"], **options)
    drawn = equate(data["x"], data["y"], **options, replicates=400, rng=np.random.default_rng(5))
    # 400 draws know a standard deviation to 3.5 %: three of those, and not where the curve has a corner.
    assert drawn.se[5:25] / formula.se[5:25] == pytest.approx(np.ones(20), abs=0.12)


def test_drawing_again_is_repeatable_and_gives_errors_where_formulas_have_none():
    data = groups(n=2000)
    formula = equate(data["x"], data["y"], postsmooth=0.3)
    assert np.isnan(formula.se).all()
    first, second = (
        equate(data["x"], data["y"], postsmooth=0.3, replicates=30, rng=np.random.default_rng(1))
        for _ in "ab"
    )
    assert (first.se == second.se).all()
    assert (first.se[3:28] > 0).all()


@pytest.mark.parametrize(
    "method", ["linear", "circle_arc", "equipercentile", "chained_equipercentile", "tucker"]
)
def test_95_percent_intervals_cover_the_truth(method):
    """600 simulated pairs of groups of 500 drawn from a population of a million whose equating is known."""
    rng = np.random.default_rng(20240907)
    population = groups(seed=1, n=1_000_000)
    options = {"method": method, "x_scale": range(31), "y_scale": range(31)}
    if method.endswith("equipercentile"):
        options["presmooth"] = 5
    if method in ANCHORED:
        options["anchor_scale"] = range(11)
    truth = equate(population["x"], population["y"], **options, **anchors(method, population)).equated
    asked = [6, 10, 15, 20, 24]
    hits = np.zeros(len(asked))
    for _ in range(600):
        one, two = rng.integers(0, 1_000_000, (2, 500))
        drawn = {n: v[one if n.startswith("x") else two] for n, v in population.items()}
        got = equate(drawn["x"], drawn["y"], **options, **anchors(method, drawn))
        hits += np.abs(got.equated - truth)[asked] <= 1.96 * got.se[asked]
    assert (hits / 600).min() >= 0.92
    assert (hits / 600).max() <= 0.98
