"""What must hold for any data: the likelihood written out in full, shifts, orders, weights, and merged files."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.value_added.counties import County, nested_and_crossed, plain_loglik
from zhiheng.core.value_added import MixedFit, cross_products, fit_cross_products, mixed_model

LEVELS = {
    "one": (["school"], {}),
    "nested": (["school", "class"], {}),
    "crossed": (["school", "primary"], {}),
    "nested and crossed": (["school", "class", "primary"], {}),
    "slope crossed": (["school", "primary"], {"school": [1]}),
    "slopes in the rest": (["class", "school", "primary"], {"primary": [1], "class": [2]}),
}


def county(seed: int = 5) -> County:
    return nested_and_crossed(np.random.default_rng(seed))


def only(whole: County, names: list[str]) -> County:
    return County(whole.y, whole.X, {name: whole.groups[name] for name in names}, whole.truth)


def same(a: MixedFit, b: MixedFit, *, rel: float = 1e-6) -> None:
    assert a.loglik == pytest.approx(b.loglik, abs=1e-7)
    assert a.coef == pytest.approx(b.coef, rel=rel)
    assert a.sigma2 == pytest.approx(b.sigma2, rel=rel)
    for name, matrix in a.components.items():
        assert matrix == pytest.approx(b.components[name], rel=1e-5, abs=1e-7)
        assert a.effects[name].effects == pytest.approx(b.effects[name].effects, abs=1e-5)
        assert a.effects[name].sd == pytest.approx(b.effects[name].sd, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("reml", [True, False])
@pytest.mark.parametrize("case", LEVELS)
def test_the_likelihood_is_the_one_written_out_and_the_greatest_nearby(case: str, reml: bool):
    names, slopes = LEVELS[case]
    data = only(county(), names)
    fit = mixed_model(data.y, data.X, data.groups, random_slopes=slopes, reml=reml)
    assert fit.converged

    def loglik(components: dict, sigma2: float) -> float:
        return plain_loglik(data, slopes, components, sigma2, fit.coef, reml=reml)

    best = loglik(fit.components, fit.sigma2)
    assert fit.loglik == pytest.approx(best, abs=1e-7)
    assert best > loglik(fit.components, fit.sigma2 * 1.01)
    assert best > loglik(fit.components, fit.sigma2 * 0.99)
    for name in names:
        if name not in fit.singular:
            assert best > loglik(fit.components | {name: fit.components[name] * 1.05}, fit.sigma2)
            assert best > loglik(fit.components | {name: fit.components[name] * 0.95}, fit.sigma2)


@pytest.mark.parametrize("case", LEVELS)
def test_effects_and_their_spread_are_those_of_the_normal_law(case: str):
    names, slopes = LEVELS[case]
    data = only(county(), names)
    fit = mixed_model(data.y, data.X, data.groups, random_slopes=slopes)
    # b | y from the joint normal law of b and y, all rows at once.
    blocks, spreads = [], []
    for name in names:
        _, codes = np.unique(data.groups[name], return_inverse=True)
        Z = data.X[:, [0, *slopes.get(name, [])]]
        wide = np.einsum("nl,nq->nlq", codes[:, None] == np.arange(codes.max() + 1), Z)
        blocks.append(wide.reshape(len(codes), -1))
        spreads.append(np.kron(np.eye(codes.max() + 1), fit.components[name]))
    Z = np.hstack(blocks)
    G = np.zeros((Z.shape[1],) * 2)
    first = 0
    for spread in spreads:
        G[first : first + len(spread), first : first + len(spread)] = spread
        first += len(spread)
    V = Z @ G @ Z.T + fit.sigma2 * np.eye(len(Z))
    b = G @ Z.T @ np.linalg.solve(V, data.y - data.X @ fit.coef)
    sd = np.sqrt(np.maximum(np.diag(G - G @ Z.T @ np.linalg.solve(V, Z @ G)), 0))
    assert np.concatenate([fit.effects[n].effects.ravel() for n in names]) == pytest.approx(b, abs=1e-8)
    assert np.concatenate([fit.effects[n].sd.ravel() for n in names]) == pytest.approx(sd, abs=1e-7)
    if not fit.singular:
        # Henderson's equations: errors of all effects and coefficients together, one dense inverse.
        assert np.concatenate([fit.effect_errors[n].ravel() for n in names]) == pytest.approx(
            henderson_errors(data.X, Z, G, fit.sigma2), rel=1e-6
        )
    covariance = np.linalg.inv(data.X.T @ np.linalg.solve(V, data.X))
    assert fit.coef_covariance == pytest.approx(covariance, rel=1e-6)
    assert fit.fitted + fit.residuals == pytest.approx(data.y)
    assert fit.fitted == pytest.approx(data.X @ fit.coef + Z @ b, abs=1e-7)


def henderson_errors(X: np.ndarray, Z: np.ndarray, G: np.ndarray, sigma2: float) -> np.ndarray:
    """Standard errors of the predicted effects from the mixed-model equations."""
    both = np.block([[X.T @ X, X.T @ Z], [Z.T @ X, Z.T @ Z + sigma2 * np.linalg.inv(G)]]) / sigma2
    return np.sqrt(np.diag(np.linalg.inv(both)))[X.shape[1] :]


def test_shifting_and_stretching_scores_moves_only_what_it_must():
    data = only(county(), ["school", "primary"])
    slopes = {"school": [1]}
    fit = mixed_model(data.y, data.X, data.groups, random_slopes=slopes)
    shifted = mixed_model(10 * data.y + 5000, data.X, data.groups, random_slopes=slopes)
    assert shifted.coef == pytest.approx(10 * fit.coef + [5000, 0, 0], rel=1e-7)
    assert shifted.components["school"] == pytest.approx(100 * fit.components["school"], rel=1e-5)
    assert shifted.effects["school"].effects == pytest.approx(10 * fit.effects["school"].effects, abs=1e-5)
    assert shifted.icc == pytest.approx(fit.icc, rel=1e-6)
    assert shifted.r2_marginal == pytest.approx(fit.r2_marginal, rel=1e-7)


def test_moving_the_zero_of_a_sloping_column_leaves_predictions_alone():
    data = only(county(), ["school"])
    slopes = {"school": [1]}
    fit = mixed_model(data.y, data.X, data.groups, random_slopes=slopes)
    moved = mixed_model(data.y, data.X + np.array([0, 1000, 0]), data.groups, random_slopes=slopes)
    assert moved.loglik == pytest.approx(fit.loglik, abs=1e-6)
    assert moved.fitted == pytest.approx(fit.fitted, abs=1e-5)
    assert moved.components["school"][1, 1] == pytest.approx(fit.components["school"][1, 1], rel=1e-4)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), case=st.sampled_from(list(LEVELS)))
def test_the_order_of_rows_does_not_matter(seed: int, case: str):
    names, slopes = LEVELS[case]
    data = only(county(seed), names)
    order = np.random.default_rng(seed).permutation(len(data.y))
    there = mixed_model(data.y, data.X, data.groups, random_slopes=slopes)
    back = mixed_model(
        data.y[order], data.X[order], {n: g[order] for n, g in data.groups.items()}, random_slopes=slopes
    )
    if not there.singular:
        same(there, back, rel=1e-5)
    assert there.loglik == pytest.approx(back.loglik, abs=1e-6)


@pytest.mark.parametrize("case", LEVELS)
def test_a_row_of_weight_three_is_the_row_three_times(case: str):
    names, slopes = LEVELS[case]
    data = only(county(), names)
    weights = np.random.default_rng(0).integers(0, 4, len(data.y))
    repeated = np.repeat(np.arange(len(data.y)), weights)
    weighted = mixed_model(data.y, data.X, data.groups, random_slopes=slopes, weights=weights)
    written_out = mixed_model(
        data.y[repeated],
        data.X[repeated],
        {n: g[repeated] for n, g in data.groups.items()},
        random_slopes=slopes,
    )
    same(weighted, written_out)
    assert weighted.n == len(repeated)
    assert weighted.n_rows == (weights > 0).sum()


@pytest.mark.parametrize("case", LEVELS)
def test_sums_of_three_files_fit_like_the_rows_together(case: str):
    names, slopes = LEVELS[case]
    data = only(county(), names)
    whole = mixed_model(data.y, data.X, data.groups, random_slopes=slopes)
    # Cut across schools: levels are shared by files, and some miss levels.
    part = np.arange(len(data.y)) % 5 // 2
    files = [
        cross_products(
            data.y[part == k],
            data.X[part == k],
            {n: g[part == k] for n, g in data.groups.items()},
            random_slopes=slopes,
        )
        for k in range(3)
    ]
    same(fit_cross_products(files[0] + files[1] + files[2]), whole)
    same(fit_cross_products(files[2] + (files[1] + files[0])), whole)


def test_a_level_above_that_everything_is_nested_in_needs_no_dense_matrix():
    rng = np.random.default_rng(3)
    school = np.repeat(np.arange(600), 4)
    groups = {"school": school, "town": school // 6, "county": school // 60}
    y = rng.standard_normal(2400) + rng.standard_normal(600)[school] + rng.standard_normal(10)[school // 60]
    fit = mixed_model(y, np.ones((2400, 1)), groups)
    assert fit.converged
    # A level that adds nothing leaves the fit of the others unchanged.
    without = mixed_model(y, np.ones((2400, 1)), {k: groups[k] for k in ("school", "county")})
    if fit.singular == ("town",):
        assert fit.loglik == pytest.approx(without.loglik, abs=1e-6)
    else:
        assert fit.loglik > without.loglik


def test_labels_may_be_texts_numbers_or_objects():
    data = only(county(), ["school"])
    codes = data.groups["school"]
    by_number = mixed_model(data.y, data.X, {"school": codes * 1_000_000_007})
    names = np.array([f"第{c:02d}中学" for c in codes])
    by_name = mixed_model(data.y, data.X, {"school": names})
    by_object = mixed_model(data.y, data.X, {"school": names.astype(object)})
    same(by_number, by_name)
    same(by_name, by_object)
    assert list(by_name.effects["school"].levels[:2]) == ["第00中学", "第01中学"]
    assert by_number.effects["school"].levels[1] == 1_000_000_007
