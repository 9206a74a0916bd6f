"""Differential item functioning: printed results, an independent formula, simulation, edges."""

import numpy as np
import pytest
from scipy.optimize import minimize

from zhiheng.core.dif import (
    CannotCompareGroups,
    MantelHaenszel,
    counts_by_total,
    cumulative_logit,
    differential_functioning,
    ets_class,
    logistic_dif,
    mantel_haenszel,
)

# Bickel, Hammel & O'Connell (1975), Science 187, 398-404: admissions to Berkeley, six departments A to F.
# Rows: department; men admitted, rejected; women admitted, rejected.
BERKELEY = [
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
]


def berkeley() -> np.ndarray:
    """Counts by department, sex (men, women) and decision (rejected, admitted)."""
    return np.array([[[b, a], [d, c]] for a, b, c, d in BERKELEY], dtype=float)


def test_berkeley_as_r_prints_it():
    # mantelhaen.test(UCBAdmissions) prints 1.4269 (or 1.5246), p 0.2323 (0.217), odds ratio 0.9046968 and its
    # interval 0.7719074 to 1.0603298; our order of the groups is the same.
    got = mantel_haenszel(berkeley())
    assert got.odds_ratio == pytest.approx(0.9046968, abs=5e-8)
    assert got.chi_square == pytest.approx(1.4269, abs=5e-5)
    assert got.p == pytest.approx(0.2323, abs=5e-5)
    error = got.delta_se / 2.35
    interval = np.exp(np.log(got.odds_ratio) + np.array([-1, 1]) * 1.959964 * error)
    np.testing.assert_allclose(interval, [0.7719074, 1.0603298], atol=5e-7)
    assert got.delta == pytest.approx(-2.35 * np.log(0.9046968), abs=1e-6)
    assert ets_class(got) == "A"


def test_more_marks_reduce_to_two():
    # Marks of 0, 1 and 1 again: Mantel's test without correction on the same table.
    three = np.concatenate((berkeley(), np.zeros((6, 2, 1))), axis=2)
    got = mantel_haenszel(three, [0, 1, 2])
    two = mantel_haenszel(berkeley())
    assert got.chi_square == pytest.approx(1.5246, abs=5e-5)
    assert np.isnan(got.odds_ratio)
    assert got.mean_difference == pytest.approx(two.mean_difference)


def test_swapping_the_groups_turns_the_sign():
    one, other = mantel_haenszel(berkeley()), mantel_haenszel(berkeley()[:, ::-1])
    assert other.odds_ratio == pytest.approx(1 / one.odds_ratio)
    assert other.delta == pytest.approx(-one.delta)
    assert other.chi_square == pytest.approx(one.chi_square)
    assert other.delta_se == pytest.approx(one.delta_se)


def test_cumulative_logit_reaches_what_a_plain_optimiser_reaches():
    rng = np.random.default_rng(60)
    cells = rng.integers(1, 40, (9, 4)).astype(float)
    columns = rng.normal(size=(9, 2))

    def loss(v: np.ndarray) -> float:
        alpha = v[0] - np.concatenate(([0], np.cumsum(np.exp(v[1:3]))))
        reach = 1 / (1 + np.exp(-(alpha + (columns @ v[3:])[:, None])))
        edge = np.ones((9, 1))
        return -(cells * np.log(-np.diff(np.hstack((edge, reach, 0 * edge)), axis=1))).sum()

    best = minimize(loss, np.zeros(5), method="BFGS", options={"gtol": 1e-8})
    assert cumulative_logit(cells, columns) == pytest.approx(-best.fun, abs=1e-6)


def pupils(n: int, rng: np.random.Generator, shift: float = 0.0, tilt: float = 0.0) -> tuple:
    """20 items; the focal group is weaker; item 5 is harder for it by `shift` or tells it apart less by `tilt`."""
    focal = rng.random(n) < 0.4
    theta = rng.normal(size=n) - 0.5 * focal
    b = np.tile(np.linspace(-1.5, 1.5, 20), (n, 1))
    a = np.ones((n, 20)) * 1.2
    b[focal, 5] += shift
    a[focal, 5] -= tilt
    return (rng.random((n, 20)) < 1 / (1 + np.exp(-a * (theta[:, None] - b)))).astype(float), focal


def test_a_weaker_group_alone_is_no_differential_functioning():
    rng = np.random.default_rng(61)
    p, logistic = [], []
    for _ in range(12):
        x, focal = pupils(1500, rng)
        got = differential_functioning(x, focal)
        assert "C" not in got.ets_class
        p.extend(item.p for item in got.mantel_haenszel)
        logistic.extend((item.uniform_p, item.nonuniform_p) for item in got.logistic)
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.09
    assert (np.mean(np.array(logistic) < 0.05, axis=0) < 0.10).all()


def test_an_item_harder_for_the_focal_group_is_found_and_its_size_is_right():
    x, focal = pupils(8000, np.random.default_rng(62), shift=0.8)
    got = differential_functioning(x, focal)
    assert got.ets_class[5] == "C"
    assert got.favours[5] == "reference"
    assert [name for k, name in enumerate(got.ets_class) if k != 5].count("A") == 19
    # A shift of 0.8 at slope 1.2 is 0.96 logits.
    assert got.mantel_haenszel[5].delta == pytest.approx(-2.35 * 0.96, abs=0.3)
    assert got.logistic[5].uniform_p < 1e-10
    assert got.matched_on.tolist() == [k != 5 for k in range(20)]
    assert differential_functioning(x, focal, purify=False).matched_on.all()


def test_a_difference_that_turns_round_is_seen_by_the_logistic_only():
    x, focal = pupils(8000, np.random.default_rng(63), tilt=0.9)
    got = differential_functioning(x, focal)
    assert got.logistic[5].nonuniform_p < 1e-6
    others = [item.nonuniform_p for k, item in enumerate(got.logistic) if k != 5]
    assert got.logistic[5].nonuniform_p < min(others)


def test_items_of_several_marks():
    rng = np.random.default_rng(64)
    x, focal = pupils(6000, rng, shift=0.8)
    halves = np.column_stack([x[:, k : k + 2].sum(axis=1) for k in range(0, 20, 2)])
    got = differential_functioning(halves, focal)
    worst = int(np.argmin([item.standardized for item in got.mantel_haenszel]))
    assert worst == 2  # made of items 4 and 5
    assert got.mantel_haenszel[2].p < 1e-6
    assert got.logistic[2].uniform_p < 1e-6
    assert got.favours[2] in ("reference", "")
    assert np.isnan(got.mantel_haenszel[2].delta)


@pytest.mark.parametrize(
    ("delta", "error", "p", "standardized", "name"),
    [
        (-0.9, 0.1, 0.001, 0.0, "A"),
        (-1.2, 0.9, 0.18, 0.0, "A"),
        (1.2, 0.2, 0.001, 0.0, "B"),
        (-1.6, 0.5, 0.002, 0.0, "B"),
        (-1.6, 0.3, 0.001, 0.0, "C"),
        (np.nan, np.nan, 0.001, -0.2, "B"),
        (np.nan, np.nan, 0.001, 0.3, "C"),
        (np.nan, np.nan, 0.2, 0.3, "A"),
    ],
)
def test_classes(delta, error, p, standardized, name):
    assert ets_class(MantelHaenszel(1.0, delta, error, 1.0, p, 0.0, standardized)) == name


def test_small_or_empty_groups():
    rng = np.random.default_rng(65)
    x, focal = pupils(120, rng, shift=2)
    assert set(differential_functioning(x, focal).ets_class) == {""}
    with pytest.raises(CannotCompareGroups, match="关注组没有一名学生"):
        differential_functioning(x, np.zeros(120, dtype=bool))
    with pytest.raises(ValueError, match="shape"):
        differential_functioning(x, focal[:5])


def test_an_item_all_get_right_says_nothing_and_breaks_nothing():
    x, focal = pupils(600, np.random.default_rng(66))
    x[:, 3] = 1
    got = differential_functioning(x, focal)
    assert got.ets_class[3] == ""
    assert np.isnan(got.logistic[3].uniform_p)
    counts, totals, marks = counts_by_total(x[:, 3], focal, x.sum(axis=1))
    assert marks.tolist() == [1]
    assert np.isnan(logistic_dif(counts, totals).r2_change)


def test_incomplete_pupils_are_left_out():
    x, focal = pupils(800, np.random.default_rng(67))
    holed = np.vstack((x, np.full((5, 20), np.nan)))
    one = differential_functioning(x, focal)
    other = differential_functioning(holed, np.append(focal, [True] * 5))
    assert one.mantel_haenszel == other.mantel_haenszel
    assert other.n_focal == one.n_focal
