"""Dependability of totals: against psych on public data, then by models whose truth is known."""

import json

import numpy as np
import pytest

from zhiheng.core.items import cronbach_alpha, item_analysis
from zhiheng.core.reliability import alpha_interval, alpha_without_each, covariance_of_complete, omega


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "file"),
    [("irt_sat12", "sat12_scored.csv"), ("irt_ability", "ability.csv"), ("irt_science", "science.csv")],
)
def test_alpha_without_each_item_agrees_with_psych(shared, name, file):
    reference = json.loads((shared / "data" / name / "reference.json").read_text())["ctt"]
    responses = np.genfromtxt(shared / "data" / name / file, delimiter=",", skip_header=1)
    covariance, n = covariance_of_complete(responses)
    assert n == reference["n"]
    np.testing.assert_allclose(
        alpha_without_each(covariance), reference["items"]["alpha_if_deleted"], atol=1e-12
    )


def one_factor(loadings: list[float], own: list[float]) -> np.ndarray:
    return np.outer(loadings, loadings) + np.diag(own)


def test_omega_is_the_share_of_the_factor_where_there_is_one():
    loadings, own = [0.9, 0.7, 0.5, 1.4, 0.2], [1.0, 0.4, 0.8, 2.0, 0.3]
    s = one_factor(loadings, own)
    true = sum(loadings) ** 2 / (sum(loadings) ** 2 + sum(own))
    assert omega(s) == pytest.approx(true, abs=1e-8)
    assert cronbach_alpha(np.diag(s), s.sum()) < true


def test_omega_is_alpha_where_items_depend_alike():
    s = one_factor([0.8] * 6, [0.5, 1.0, 1.5, 2.0, 0.3, 0.7])
    assert omega(s) == pytest.approx(cronbach_alpha(np.diag(s), s.sum()), abs=1e-8)


def test_omega_does_not_depend_on_the_unit_of_marks():
    s = one_factor([0.9, 0.7, 0.5, 1.4], [1.0, 0.4, 0.8, 2.0])
    assert omega(100 * s) == pytest.approx(omega(s), abs=1e-10)


def test_what_cannot_be_known_is_not_said():
    assert np.isnan(omega(one_factor([1, 1], [1, 1])))
    assert np.isnan(omega(np.diag([1.0, 1.0, 0.0])))
    # Two items nearly the same and a third against both: no factor can do that.
    assert np.isnan(omega(np.array([[1.0, 0.9, 0.5], [0.9, 1.0, 0.05], [0.5, 0.05, 1.0]])))
    assert covariance_of_complete([[1, np.nan], [2, 3]])[1] == 1
    assert np.isnan(alpha_interval(np.nan, 10, 5)).all()


def test_the_interval_of_alpha_covers_as_often_as_it_says():
    rng = np.random.default_rng(70)
    n_items, n, hits = 8, 60, 0
    true = n_items / (n_items + 1.5)  # equal items: own variance 1.5 beside a factor of variance 1
    for _ in range(1000):
        x = rng.normal(size=(n, 1)) + rng.normal(0, np.sqrt(1.5), (n, n_items))
        low, high = alpha_interval(item_analysis(x, np.ones(n_items)).alpha, n, n_items)
        hits += low < true < high
    assert 0.93 < hits / 1000 < 0.97
