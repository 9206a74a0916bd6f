"""Mixed models against printed tables: nested, crossed, with slopes, and one with nothing between groups."""

import csv
from pathlib import Path

import numpy as np
import pytest

from zhiheng.core.value_added import mixed_model

PUBLISHED = Path(__file__).parents[2] / "published"


def columns(name: str) -> dict[str, np.ndarray]:
    """A typed-in table, column by column, as text."""
    with (PUBLISHED / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def batches(table: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Yield, the constant and batch of one of the two dyestuff tables."""
    data = columns("dyestuff")
    these = data["table"] == table
    y = data["yield"][these].astype(float)
    return y, np.ones((len(y), 1)), data["batch"][these]


def test_six_batches_of_dyestuff():
    y, X, batch = batches("dyestuff")
    fit = mixed_model(y, X, {"batch": batch})
    assert fit.loglik == pytest.approx(-159.827138421, abs=1e-8)
    assert fit.coef == pytest.approx([1527.5])
    assert fit.coef_se == pytest.approx([19.38341], abs=5e-6)
    assert fit.components["batch"] == pytest.approx(np.array([[1764.05]]), abs=5e-3)
    assert fit.sigma2 == pytest.approx(2451.25)
    assert fit.aic == pytest.approx(325.6542768, abs=1e-6)


def test_six_batches_of_dyestuff_by_maximum_likelihood():
    y, X, batch = batches("dyestuff")
    fit = mixed_model(y, X, {"batch": batch}, reml=False)
    assert fit.deviance == pytest.approx(2 * 163.66352994, abs=2e-8)
    assert fit.components["batch"][0, 0] == pytest.approx(1388.33333, abs=5e-3)


def test_a_component_of_zero_is_exactly_zero_and_said():
    y, X, batch = batches("dyestuff2")
    fit = mixed_model(y, X, {"batch": batch})
    assert fit.loglik == pytest.approx(-80.9141389061, abs=1e-9)
    assert fit.components["batch"] == 0
    assert (fit.effects["batch"].effects == 0).all()
    assert fit.coef_se == pytest.approx([0.6783880312], abs=1e-9)
    assert fit.singular == ("batch",)
    assert fit.converged
    assert "“batch”一级的方差估计为 0" in fit.notes[0]


def test_plates_crossed_with_samples():
    data = columns("penicillin")
    y = data["diameter"].astype(float)
    fit = mixed_model(y, np.ones((len(y), 1)), {"plate": data["plate"], "sample": data["sample"]})
    assert fit.loglik == pytest.approx(-165.4302945, abs=5e-8)
    assert fit.coef == pytest.approx([22.97222222], abs=1e-8)
    assert fit.coef_se == pytest.approx([0.80857331], rel=1e-6)
    assert fit.components["plate"][0, 0] == pytest.approx(0.71690823, rel=1e-6)
    assert fit.components["sample"][0, 0] == pytest.approx(3.730917096, rel=1e-6)
    assert fit.sigma2 == pytest.approx(0.30241546, rel=1e-7)
    samples = fit.effects["sample"]
    assert list(samples.levels) == list("ABCDEF")
    assert samples.effects == pytest.approx(
        [2.187057966, -1.010476149, 1.937899463, -0.096894973, -0.013842139, -3.003744168], abs=1e-7
    )
    assert samples.sd == pytest.approx(np.full(6, 0.2021708072), rel=1e-6)
    assert fit.effects["plate"].sd == pytest.approx(np.full(24, 0.271359534), rel=1e-6)


def sleep() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reaction times, (1, days), person."""
    data = columns("sleepstudy")
    days = data["days"].astype(float)
    return data["reaction"].astype(float), np.column_stack([np.ones(len(days)), days]), data["subject"]


def test_slopes_of_people_without_sleep():
    y, X, person = sleep()
    fit = mixed_model(y, X, {"person": person}, random_slopes={"person": [1]})
    assert fit.loglik == pytest.approx(-871.81413598, abs=5e-9)
    assert fit.coef == pytest.approx([251.40510485, 10.46728596], abs=1e-7)
    assert fit.coef_se == pytest.approx([6.824556829, 1.5457888542], rel=1e-6)
    # The three variances and the correlation as the journal prints them, then with more digits.
    assert np.sqrt(np.diag(fit.components["person"])) == pytest.approx([24.740, 5.922], abs=1e-3)
    assert fit.components["person"] == pytest.approx(
        np.array([[612.0900125, 9.6043322], [9.6043322, 35.0716582]]), rel=2e-6
    )
    assert fit.sigma2 == pytest.approx(654.9410246, rel=1e-6)
    effects = fit.effects["person"]
    assert effects.effects[:2] == pytest.approx(
        np.array([[2.258565857, 9.198971799], [-40.39858173, -8.619702402]]), abs=1e-5
    )
    assert effects.sd[0] == pytest.approx([12.070857, 2.304839], abs=2e-4)


def test_slopes_apart_from_intercepts():
    y, X, person = sleep()
    fit = mixed_model(y, X, {"person": person}, random_slopes={"person": [1]}, uncorrelated=["person"])
    assert fit.loglik == pytest.approx(-871.834646791, abs=5e-9)
    assert np.diag(fit.components["person"]) == pytest.approx([627.5691510, 35.8581993], rel=2e-6)
    assert fit.components["person"][0, 1] == 0


@pytest.mark.parametrize("reml", [True, False])
def test_everybody_with_the_same_days_gives_the_slope_of_their_means(reml: bool):
    # A balanced table: coefficients are those of ordinary least squares, whatever the components.
    y, X, person = sleep()
    fit = mixed_model(y, X, {"person": person}, random_slopes={"person": [1]}, reml=reml)
    assert fit.coef == pytest.approx(np.linalg.lstsq(X, y, rcond=None)[0], rel=1e-9)
