"""Calibration against printed results and against mirt on public data sets."""

import json
from pathlib import Path

import numpy as np
import pytest

from zhiheng.core.irt import fit_irt, score_fit

PUBLISHED = Path(__file__).parents[2] / "published"
MODELS = [
    ("irt_lsat", "lsat.csv", "rasch"),
    ("irt_lsat", "lsat.csv", "2pl"),
    ("irt_ability", "ability.csv", "rasch"),
    ("irt_ability", "ability.csv", "2pl"),
    ("irt_sat12", "sat12_scored.csv", "rasch"),
    ("irt_sat12", "sat12_scored.csv", "2pl"),
    ("irt_science", "science.csv", "graded"),
    ("irt_science", "science.csv", "gpcm"),
]


def lsat(section: int) -> dict[str, np.ndarray]:
    """The printed table, a column each; `answers` holds the items side by side."""
    table = np.genfromtxt(PUBLISHED / f"lsat{section}.csv", delimiter=",", names=True)
    answers = np.column_stack([table[f"item{k}"] for k in range(1, 6)])
    return {"answers": answers} | {name: table[name] for name in table.dtype.names[5:]}


def mirt(shared: Path, folder: str, file: str, model: str) -> tuple[np.ndarray, dict, dict]:
    """Answers, mirt's fit, and mirt's fit on a grid of 301 nodes."""
    home = shared / "data" / folder
    answers = np.genfromtxt(home / file, delimiter=",", skip_header=1)
    reference = json.loads((home / "reference.json").read_text())["models"][f"mirt_{model}"]
    checks = json.loads((home / "quadrature_check.json").read_text())
    fine = next(check["fits"][-1] for check in checks if check["type"].lower() == model)
    return answers, reference, fine


def test_lsat6_under_two_parameters():
    table = lsat(6)
    fit = fit_irt(table["answers"], model="2PL", weights=table["pupils"])
    # ltm stops a little short of the maximum: its printed log-likelihood is 7e-6 lower than the best known.
    np.testing.assert_allclose(fit.a, [0.825, 0.723, 0.890, 0.689, 0.657], atol=1e-3)
    np.testing.assert_allclose(fit.b, [-3.360, -1.370, -0.280, -1.866, -3.124], atol=2e-3)
    assert fit.loglik == pytest.approx(-2466.653, abs=5e-4)
    assert fit.converged
    assert fit.n_used == 1000


def test_lsat6_under_one_slope_as_printed_by_rizopoulos():
    # Rizopoulos (2006), J. Statistical Software 17(5), summary of rasch(LSAT): one slope, θ of spread 1.
    table = lsat(6)
    fit = fit_irt(table["answers"], model="rasch", weights=table["pupils"])
    slope = fit.abilities.sd[0]
    np.testing.assert_allclose(fit.b / slope, [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], atol=1e-4)
    assert slope == pytest.approx(0.7551, abs=1e-4)
    assert fit.se.sd[0] == pytest.approx(0.0694, abs=1e-4)
    assert (round(fit.loglik, 3), round(fit.aic, 3), round(fit.bic, 3)) == (-2466.938, 4945.875, 4975.322)


def test_lsat7_as_mirt_prints_it():
    # mirt's help on createItem and itemfit, fitted to mirt's usual tolerance.
    table = lsat(7)
    fit = fit_irt(table["answers"], model="2pl", weights=table["pupils"])
    np.testing.assert_allclose(fit.a, [0.989, 1.081, 1.703, 0.766, 0.737], atol=5e-3)
    np.testing.assert_allclose(fit.d[:4], [1.856, 0.808, 1.803, 0.486], atol=3e-3)
    assert fit.b[4] == pytest.approx(-2.518, abs=5e-3)
    assert fit.loglik == pytest.approx(-2658.805, abs=6e-4)
    np.testing.assert_allclose(fit.eap, table["eap_2pl"], atol=2e-3)
    np.testing.assert_allclose(fit.eap_se, table["eap_se_2pl"], atol=1.5e-3)
    each = np.repeat(table["answers"], table["pupils"].astype(int), axis=0)
    got = score_fit(fit.items, each, fit.abilities)
    np.testing.assert_allclose(got.statistic, [4.750, 14.441, 1.266, 5.241, 0.941], atol=0.015)
    np.testing.assert_allclose(got.p, [0.093, 0.001, 0.531, 0.073, 0.625], atol=2.5e-3)
    assert got.df.tolist() == [2] * 5


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "file", "model"), MODELS)
def test_parameters_and_likelihood_agree_with_mirt(shared, folder, file, model):
    answers, reference, fine = mirt(shared, folder, file, model)
    fit = fit_irt(answers, model=model)
    parameters = np.array(reference["irt_par"]["value"], dtype=float)
    steps = fit.b.shape[1] if fit.b.ndim == 2 else 1
    assert fit.converged
    assert fit.loglik == pytest.approx(reference["logLik"], abs=1e-3)
    assert fit.loglik == pytest.approx(fine["logLik"], abs=1e-3)
    assert fit.n_parameters == reference["n_par"]
    assert fit.bic == pytest.approx(reference["BIC"], abs=2e-3)
    np.testing.assert_allclose(fit.a, parameters[:, 0], atol=1e-3)
    np.testing.assert_allclose(fit.b.reshape(-1, steps), parameters[:, 1 : 1 + steps], atol=1e-3)
    fine_b = np.array(fine["par"], dtype=float)[:, 1 : 1 + steps]
    np.testing.assert_allclose(fit.b.reshape(-1, steps), fine_b, atol=1e-3)
    assert fit.abilities.sd[0] ** 2 == pytest.approx(reference["group_cov"], abs=1e-3)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "file", "model"), MODELS)
def test_abilities_agree_with_mirt(shared, folder, file, model):
    answers, reference, _ = mirt(shared, folder, file, model)
    fit = fit_irt(answers, model=model)
    answered = ~np.isnan(answers).all(axis=1)
    assert np.array_equal(np.isnan(fit.eap), ~answered)
    np.testing.assert_allclose(fit.eap[answered], reference["eap"]["theta"], atol=1e-3)
    np.testing.assert_allclose(fit.eap_se[answered], reference["eap"]["se"], atol=1e-3)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "file", "model"), MODELS)
def test_standard_errors_agree_with_mirt(shared, folder, file, model):
    answers, reference, _ = mirt(shared, folder, file, model)
    fit = fit_irt(answers, model=model)
    of_mirt = [item["se"] for item in reference["se"].values()]
    if model != "rasch":
        np.testing.assert_allclose(fit.se.a, [se[0] for se in of_mirt], rtol=1e-3)
    steps = fit.d.shape[1] if fit.d.ndim == 2 else 1
    intercepts = [se[-steps:] if steps > 1 else se[1:2] for se in of_mirt]
    np.testing.assert_allclose(fit.se.d.reshape(-1, steps), np.array(intercepts, dtype=float), rtol=1e-3)
