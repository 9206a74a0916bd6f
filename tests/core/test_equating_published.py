"""Equating against the tables of Kolen & Brennan, their own program, and the R package equate."""

import csv
import json

import numpy as np
import pytest

from published import equating as printed
from zhiheng.core.equating import equate, loglinear, tabulate
from zhiheng.core.equating.linear import LINES, Design, Moments
from zhiheng.core.equating.percentiles import density
from zhiheng.core.equating.spline import inverse, smoothed_curve


def cells(table: np.ndarray) -> dict[str, np.ndarray]:
    """Scores, common-item scores and pupils of each cell."""
    score, common = np.indices(table.shape)
    return {"score": score.ravel(), "common": common.ravel(), "pupils": table.ravel()}


@pytest.fixture(scope="module")
def act(shared) -> np.ndarray:
    """Scores, pupils with form X, pupils with form Y: (3, 41)."""
    with (shared / "data/equate_actmath/actmath.csv").open() as file:
        return np.array([[float(v) for v in row] for row in list(csv.reader(file))[1:]]).T


@pytest.fixture(scope="module")
def r_equate(shared) -> dict:
    """What the R package equate 2.0.8 says of the same two forms."""
    return json.loads((shared / "data/equate_actmath/reference.json").read_text())["results"]


def act_equated(act, **options):
    return equate(act[0], act[0], x_counts=act[1], y_counts=act[2], **options)


def test_equipercentile_of_the_four_items_as_printed():
    got = equate(range(5), range(5), x_counts=printed.FOUR_ITEMS_X, y_counts=printed.FOUR_ITEMS_Y)
    assert got.equated == pytest.approx(printed.FOUR_ITEMS_EQUATED, abs=0.00005)


@pytest.mark.parametrize(("key", "line"), printed.FIVE_ITEMS_LINES.items())
def test_lines_through_common_items(key, line):
    method, w1, internal = key
    x, y = cells(printed.FIVE_ITEMS_X), cells(printed.FIVE_ITEMS_Y)
    got = equate(
        x["score"],
        y["score"],
        method=method,
        x_anchor=x["common"],
        y_anchor=y["common"],
        # A hundred million pupils: the program divides by n, we by n − 1.
        x_counts=x["pupils"] * 10**6,
        y_counts=y["pupils"] * 10**6,
        w1=w1,
        internal=internal,
    )
    assert (got.intercept, got.slope) == pytest.approx(line, abs=5e-6)
    assert got.equated == pytest.approx(line[0] + line[1] * got.scale, abs=1e-5)


@pytest.mark.parametrize(("key", "curve"), printed.FIVE_ITEMS_CURVES.items())
def test_curves_through_common_items(key, curve):
    method, w1 = key
    x, y = cells(printed.FIVE_ITEMS_X), cells(printed.FIVE_ITEMS_Y)
    got = equate(
        x["score"],
        y["score"],
        method=method,
        x_anchor=x["common"],
        y_anchor=y["common"],
        x_counts=x["pupils"],
        y_counts=y["pupils"],
        w1=w1,
    )
    assert got.equated == pytest.approx(curve, abs=5e-7)


@pytest.mark.parametrize(("method", "line"), printed.COMMON_LINES.items())
def test_lines_from_the_printed_moments_of_a_real_examination(method, line):
    one, two = (
        Moments(mean, sd**2, common, common_sd**2, covariance)
        for mean, sd, common, common_sd, covariance in (printed.COMMON_X, printed.COMMON_Y)
    )
    # Moments of four decimals leave the slope about 1e-4 and the intercept about 2e-3.
    got = LINES[method](one, two, Design(1.0, True))
    assert got.slope == pytest.approx(line[1], abs=1e-4)
    assert got.intercept == pytest.approx(line[0], abs=2e-3)


@pytest.mark.shared
@pytest.mark.parametrize("method", ["mean", "linear", "equipercentile", "circle_arc"])
def test_act_mathematics_as_in_r(act, r_equate, method):
    got = act_equated(act, method=method)
    assert got.equated == pytest.approx(r_equate[method]["yx"], abs=1e-12)
    if method in ("mean", "linear"):
        coefficients = r_equate[method]["coefficients"]
        assert (got.intercept, got.slope) == pytest.approx(
            (coefficients["intercept"], coefficients["slope"]), abs=1e-12
        )


@pytest.mark.shared
def test_act_mathematics_smoothed_as_in_r(act, r_equate):
    expected = r_equate["loglinear_smoothed"]
    for name, counts in (("x", act[1]), ("y", act[2])):
        fit = loglinear(tabulate(name, act[0], act[0], counts=counts), 6)
        assert fit.p[:, 0] * fit.n == pytest.approx(expected[f"smoothed_freq_{name}"], abs=1e-7)
    got = act_equated(act, presmooth=6)
    assert got.equated == pytest.approx(expected["equipercentile"]["yx"], abs=5e-8)


@pytest.mark.shared
def test_act_mathematics_chi_squares_as_printed(act):
    for counts, chi2 in ((act[1], printed.ACT_CHI2_X), (act[2], printed.ACT_CHI2_Y)):
        sample = tabulate("卷", act[0], act[0], counts=counts)
        fits = [loglinear(sample, degree) for degree in range(2, 11)]
        assert [fit.chi2 for fit in fits] == pytest.approx(chi2, abs=0.0051)
        assert [fit.df for fit in fits] == list(range(38, 29, -1))
        # The degree the book settles on.
        assert min(range(9), key=lambda k: fits[k].aic) + 2 == 6


@pytest.mark.shared
def test_act_mathematics_standard_errors_as_printed(act):
    got = act_equated(act)
    # The printed formula treats a score as a random place within its unit; ours counts it at half, as the estimate
    # does, which takes f/4n off the variance of each rank. With that put back all printed digits agree.
    pupils = act[1].sum()
    by_rank = density(act[0], act[2] / act[2].sum(), got.equated)[1:21]
    printed_formula = np.sqrt(got.se[1:21] ** 2 + (act[1] / pupils)[1:21] / (4 * pupils * by_rank**2))
    assert printed_formula == pytest.approx(printed.ACT_SE, abs=0.000051)


@pytest.mark.shared
def test_cubic_spline_as_the_authors_program(act):
    x, y = (tabulate(name, act[0], act[0], counts=counts) for name, counts in (("X", act[1]), ("Y", act[2])))
    curves = []
    for one, two in ((x, y), (y, x)):
        share = (one.counts / one.n).ravel()
        direct = equate(act[0], act[0], x_counts=one.counts.ravel(), y_counts=two.counts.ravel())
        by_rank = density(act[0], (two.counts / two.n).ravel(), direct.equated)
        with np.errstate(invalid="ignore", divide="ignore"):
            # The program's standard errors; see the test above.
            se = np.sqrt(direct.se**2 + share / (4 * one.n * by_rank**2))
        curves.append(smoothed_curve(one, two, share, direct.equated, se, 0.3))
    got = (curves[0](act[0]) + inverse(curves[1], -0.5, 40.5, act[0])) / 2
    assert got[::4] == pytest.approx(printed.ACT_SPLINE_30, abs=5e-5)
    # With our own standard errors, 1 to 5 % smaller, the curve moves by little.
    assert np.abs(act_equated(act, postsmooth=0.3).equated - got).max() < 0.012
