"""What must not change, and what must change in a known way."""

from dataclasses import replace

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_answers import draw, paper

from zhiheng.core.irt import fit_irt, items_from
from zhiheng.core.irt.estimation import State, climb
from zhiheng.core.irt.items import curves, locations
from zhiheng.core.irt.posterior import CHUNK, Counts, expected_counts


def answers(n: int = 900, model: str = "2pl", steps: int = 1, seed: int = 30) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return draw(paper(model, 6, steps, rng), rng.normal(size=n), rng)


def test_weights_are_pupils_repeated():
    x = answers()
    weights = np.random.default_rng(31).integers(0, 4, len(x))
    weighed, repeated = (
        fit_irt(x, model="2pl", weights=weights),
        fit_irt(np.repeat(x, weights, axis=0), model="2pl"),
    )
    assert weighed.loglik == pytest.approx(repeated.loglik, abs=1e-8)
    np.testing.assert_allclose(weighed.a, repeated.a, atol=1e-8)
    np.testing.assert_allclose(weighed.se.b, repeated.se.b, atol=1e-8)
    np.testing.assert_allclose(np.repeat(weighed.eap, weights), repeated.eap, atol=1e-8)


def test_order_of_pupils_and_items_does_not_matter():
    x = answers(model="gpcm", steps=3)
    rng = np.random.default_rng(32)
    pupils, columns = rng.permutation(len(x)), rng.permutation(x.shape[1])
    one, other = fit_irt(x, model="gpcm"), fit_irt(x[pupils][:, columns], model="gpcm")
    assert one.loglik == pytest.approx(other.loglik, abs=1e-7)
    np.testing.assert_allclose(one.b[columns], other.b, atol=1e-4)
    np.testing.assert_allclose(one.eap[pupils], other.eap, atol=1e-5)


def test_only_the_order_of_marks_matters():
    x = answers(model="grm", steps=3)
    one, other = fit_irt(x, model="grm"), fit_irt(2.5 * x + 1, model="graded")
    assert one.loglik == other.loglik
    np.testing.assert_array_equal(one.b, other.b)
    assert other.items.categories[0] == (1.0, 3.5, 6.0, 8.5)


def test_two_marks_make_graded_and_partial_credit_the_two_parameter_model():
    x = answers()
    two, graded, partial = (fit_irt(x, model=model) for model in ("2pl", "grm", "gpcm"))
    for other in (graded, partial):
        assert other.loglik == pytest.approx(two.loglik, abs=1e-8)
        np.testing.assert_allclose(other.b, two.b, atol=1e-5)


def test_a_pupil_without_answers_changes_nothing():
    x = answers()
    more = np.vstack((x, np.full(x.shape[1], np.nan)))
    one, other = fit_irt(x, model="2pl"), fit_irt(more, model="2pl")
    assert one.loglik == other.loglik
    assert one.n_used == other.n_used == len(x)
    assert np.isnan(other.eap[-1])
    assert np.isnan(other.eap_se[-1])
    np.testing.assert_array_equal(one.eap, other.eap[:-1])


def test_the_bits_do_not_depend_on_the_number_of_processors():
    rng = np.random.default_rng(36)
    x = draw(paper("2pl", 45, 1, rng), rng.normal(size=3 * CHUNK), rng)
    usual = numba.get_num_threads()
    many = fit_irt(x, model="2pl")
    numba.set_num_threads(1)
    try:
        one = fit_irt(x, model="2pl")
    finally:
        numba.set_num_threads(usual)
    np.testing.assert_array_equal(one.items.parameters, many.items.parameters)
    np.testing.assert_array_equal(one.eap, many.eap)
    np.testing.assert_array_equal(one.se.covariance, many.se.covariance)


def test_counts_of_parts_add_to_counts_of_all():
    rng = np.random.default_rng(33)
    items = paper("2pl", 45, 1, rng)
    theta = np.linspace(-6, 6, 61)
    table = np.vstack(
        (np.exp(-(theta**2) / 2) / np.sqrt(2 * np.pi) * 0.2, curves(items, theta).p, np.ones(61))
    )
    x = draw(items, rng.normal(size=CHUNK + 300), rng)
    rows = np.column_stack((np.zeros(len(x)), 1 + items.start + x)).astype(np.int32)
    weights = np.ones(len(x))
    whole = expected_counts(table, rows, weights)
    parts = [
        expected_counts(table, rows[part], weights[part]) for part in (slice(None, 700), slice(700, None))
    ]
    added = parts[0] + parts[1]
    assert isinstance(added, Counts)
    assert added.loglik == pytest.approx(whole.loglik, rel=1e-13)
    np.testing.assert_allclose(added.expected, whole.expected, rtol=1e-9, atol=1e-9)


def test_a_climb_on_added_counts_ends_where_a_climb_on_all_pupils_ends():
    x = answers(n=3000, model="grm", steps=2)
    fit = fit_irt(x, model="grm")
    rows, weights = fit.sheets.rows, fit.sheets.weights
    places = np.array_split(np.random.default_rng(35).permutation(len(rows)), 5)

    def gathered(table: np.ndarray) -> Counts:
        first, *others = [expected_counts(table, rows[place], weights[place]) for place in places]
        return sum(others, start=first)

    start = State(replace(fit.items, parameters=fit.items.parameters * 0.8), fit.abilities)
    ends = [
        climb(e_step, start, fit.prior, tolerance=1e-6, most=100)
        for e_step in (gathered, lambda table: expected_counts(table, rows, weights))
    ]
    np.testing.assert_allclose(ends[0].state.vector, ends[1].state.vector, atol=1e-8)
    np.testing.assert_allclose(ends[0].state.vector, State(fit.items, fit.abilities).vector, atol=1e-4)


def test_the_likelihood_is_that_of_the_plain_formula():
    items = paper("2pl", 45, 1, np.random.default_rng(34))
    theta = np.linspace(-6, 6, 61)
    prior = np.exp(-(theta**2) / 2)
    prior /= prior.sum()
    x = (np.arange(45)[None, :] % np.array([[2], [3], [7]]) == 0).astype(int)
    rows = np.column_stack((np.zeros(3), 1 + items.start + x)).astype(np.int32)
    p = curves(items, theta).p
    logs = np.log(p)[items.start + x].sum(axis=1) + np.log(prior)  # (pupils, nodes)
    expected = np.logaddexp.reduce(logs, axis=1).sum()
    got = expected_counts(np.vstack((prior, p, np.ones(61))), rows, np.ones(3))
    assert got.loglik == pytest.approx(expected, rel=1e-13)
    assert got.expected[0].sum() == pytest.approx(3)


def test_no_likelihood_underflows_on_a_long_paper_answered_absurdly():
    n_items = 400
    items = items_from(["2pl"] * n_items, np.full(n_items, 4.0), np.linspace(-12, 12, n_items))
    theta = np.linspace(-6, 6, 61)
    prior = np.full(61, 1 / 61)
    hardest_right = (np.linspace(-12, 12, n_items) < 0).astype(int)
    rows = np.concatenate(([0], 1 + items.start + hardest_right)).astype(np.int32)[None, :]
    p = curves(items, theta).p
    logs = np.log(p)[items.start + hardest_right].sum(axis=0) + np.log(prior)
    got = expected_counts(np.vstack((prior, p, np.ones(61))), rows, np.ones(1))
    assert got.loglik == pytest.approx(np.logaddexp.reduce(logs), rel=1e-12)


@settings(deadline=None, max_examples=40)
@given(
    model=st.sampled_from(["2pl", "3pl", "grm", "gpcm"]),
    seed=st.integers(0, 2**32 - 1),
    where=st.floats(-4, 4),
)
def test_derivatives_of_the_curves_are_derivatives(model, seed, where):
    rng = np.random.default_rng(seed)
    items = paper(model, 3, 1 if model in ("2pl", "3pl") else 3, rng)
    at, step = curves(items, [where]), 1e-5
    left, right = curves(items, [where - step]), curves(items, [where + step])
    np.testing.assert_allclose(np.add.reduceat(at.p, items.start), 1, rtol=1e-12)
    np.testing.assert_allclose(at.by_theta, (right.p - left.p) / (2 * step), atol=1e-8)
    np.testing.assert_allclose(at.twice_by_theta, (right.by_theta - left.by_theta) / (2 * step), atol=1e-8)
    for column in np.flatnonzero(items.free.any(axis=0)):
        moved = [items.parameters.copy() for _ in range(2)]
        for parameters, sign in zip(moved, (-1, 1), strict=True):
            parameters[:, column] += sign * step
        low, high = (
            curves(type(items)(items.names, items.models, items.categories, m), [where]).p for m in moved
        )
        of_item = np.repeat(items.free[:, column], items.n_categories)
        change = ((np.log(high) - np.log(low)) / (2 * step))[of_item]
        np.testing.assert_allclose(at.slope[column][of_item], change, atol=1e-6)


def test_locations_are_where_the_curves_cross():
    graded = items_from(["grm"], [1.3], [[1.5, 0.2, -2.0]])
    for step, b in enumerate(locations(graded)[0], start=1):
        assert curves(graded, [b]).p[step:].sum() == pytest.approx(0.5)
    partial = items_from(["gpcm"], [1.3], [[1.5, 1.7, -0.3]])
    for step, b in enumerate(locations(partial)[0], start=1):
        p = curves(partial, [b]).p[:, 0]
        assert p[step] == pytest.approx(p[step - 1])
