"""Growth percentiles beside the SGP package on a public state assessment: pupils, cuts, coefficients, objective."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from zhiheng.core.growth import GrowthPercentiles, growth_percentiles, spline_of

pytestmark = pytest.mark.shared
ORDERS = [("g34", 1), ("g345", 1), ("g345", 2), ("g5678", 1), ("g5678", 2), ("g5678", 3)]
YEAR = 2025


class Run(NamedTuple):
    ours: GrowthPercentiles
    theirs: pl.DataFrame
    reference: dict
    check_loss: dict


@pytest.fixture
def run(shared):
    return lambda name: _run(shared / "data" / "sgp_public", name)


@cache
def _run(folder: Path, name: str) -> Run:
    reference = json.loads((folder / "reference.json").read_text())["runs"][name]
    direct = json.loads((folder / "direct_check.json").read_text())["runs"]
    grades = reference["grade_progression"]
    wide = pl.read_csv(folder / "sgp_wide.csv").filter(pl.col(f"GRADE_{YEAR}") == grades[-1])
    years = range(YEAR - len(grades) + 1, YEAR + 1)
    # A score counts only where the pupil sat in the grade of the progression that year.
    scores = wide.select(
        "ID",
        *(
            pl.when(pl.col(f"GRADE_{year}") == grade).then(f"SS_{year}").cast(pl.Float64).alias(str(year))
            for year, grade in zip(years, grades, strict=True)
        ),
    )
    theirs = scores.select("ID").join(
        pl.read_csv(folder / f"{name}_sgp.csv"), on="ID", how="left", maintain_order="left"
    )
    table = scores.drop("ID").to_numpy()
    given = reference["knots_boundaries"]["MATHEMATICS"]
    ours = growth_percentiles(
        table[:, :-1],
        table[:, -1],
        knots=[given[f"knots_{grade}"] for grade in grades[:-1]],
        boundaries=[given[f"boundaries_{grade}"] for grade in grades[:-1]],
    )
    losses = {order: direct[f"{name}_k{order}"] for order in range(1, len(grades))}
    return Run(ours, theirs, reference, losses)


@pytest.mark.parametrize(("name", "order"), ORDERS)
def test_every_pupil_has_the_percentile_of_the_package(run, name, order):
    at = run(name)
    theirs = at.theirs[f"SGP_ORDER_{order}"].cast(pl.Float64).to_numpy()
    # The issue asks for 99.9 % equal and none off by more than 1; in fact all are equal.
    np.testing.assert_array_equal(at.ours.by_order[:, order - 1], theirs)
    assert at.ours.norms.fits[order - 1].n_used == at.check_loss[order]["n"] == np.isfinite(theirs).sum()


@pytest.mark.parametrize("name", ["g34", "g345", "g5678"])
def test_each_pupil_is_judged_by_all_the_terms_there_are(run, name):
    at = run(name)
    np.testing.assert_array_equal(at.ours.percentile, at.theirs["SGP"].cast(pl.Float64).to_numpy())
    assert at.ours.n_used == at.reference["n"]


@pytest.mark.parametrize(("name", "order"), ORDERS)
def test_the_check_loss_is_the_least(run, name, order):
    at = run(name)
    theirs = at.check_loss[order]
    np.testing.assert_allclose(at.ours.norms.taus, theirs["tau"], rtol=1e-12)
    np.testing.assert_allclose(at.ours.norms.fits[order - 1].check_loss, theirs["check_loss"], rtol=1e-12)


@pytest.mark.parametrize(("name", "order"), ORDERS)
def test_the_coefficients_are_those_of_the_package(run, name, order):
    at = run(name)
    grade = at.reference["grade_progression"][-1]
    theirs = np.array(at.reference["coefficient_matrices"][f"qrmatrix_{grade}_{order}"]["coef"])
    np.testing.assert_allclose(at.ours.norms.fits[order - 1].coef, theirs, rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize("name", ["g34", "g345", "g5678"])
@pytest.mark.parametrize("percent", [10, 50, 90])
def test_cuts_are_those_of_the_package(run, name, percent):
    at = run(name)
    grade = at.reference["grade_progression"][-1]
    lowest, highest = at.reference["knots_boundaries"]["MATHEMATICS"][f"loss.hoss_{grade}"]
    theirs = at.theirs[f"PERCENTILE_CUT_{percent}"].cast(pl.Float64).to_numpy()
    ours = np.clip(np.round(at.ours.cuts[:, percent]), lowest, highest)
    known = np.isfinite(theirs)
    np.testing.assert_array_equal(ours[known], theirs[known])


@pytest.mark.parametrize(("name", "years"), [("g34", 1), ("g345", 2), ("g5678", 3)])
def test_knots_come_from_all_scores_of_the_grade(shared, run, name, years):
    reference = run(name).reference
    wide = pl.read_csv(shared / "data" / "sgp_public" / "sgp_wide.csv")
    for grade in reference["grade_progression"][:-1]:
        pooled = np.concatenate(
            [
                wide.filter(pl.col(f"GRADE_{year}") == grade)[f"SS_{year}"].cast(pl.Float64).to_numpy()
                for year in range(YEAR - years, YEAR)
            ]
        )
        spline = spline_of(pooled)
        theirs = reference["knots_boundaries"]["MATHEMATICS"]
        assert list(spline.knots) == theirs[f"knots_{grade}"]
        assert list(spline.boundaries) == theirs[f"boundaries_{grade}"]
