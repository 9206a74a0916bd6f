"""差异系数 against a printed example, the between-school share against an independent ANOVA."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from zhiheng.core.equity import (
    EquityError,
    between_school_share,
    between_school_share_interval,
    cv,
    school_gap,
)

FIVE = Path(__file__).parents[1] / "published" / "five_schools.csv"


def five_schools() -> tuple[np.ndarray, np.ndarray]:
    """Books per pupil and enrolment."""
    with FIVE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    enrolment = np.array([float(row["enrolment"]) for row in rows])
    return np.array([float(row["books"]) for row in rows]) / enrolment, enrolment


def test_cv_matches_the_published_five_schools():
    books, enrolment = five_schools()
    assert np.average(books, weights=enrolment) == pytest.approx(6.33, abs=0.005)
    assert cv(books, enrolment) == pytest.approx(0.5153, abs=0.00005)
    assert round(cv(books, enrolment), 2) == 0.52
    # Without enrolment weights the same table gives 0.49: the test tells the two formulas apart.
    assert cv(books) == pytest.approx(0.4889, abs=0.00015)


def test_cv_is_free_of_the_unit_and_of_splitting_a_school_in_two():
    books, enrolment = five_schools()
    assert cv(books * 100, enrolment) == pytest.approx(cv(books, enrolment))
    halves = np.concatenate([enrolment[:1] / 2, enrolment[:1] / 2, enrolment[1:]])
    assert cv(np.concatenate([books[:1], books]), halves) == pytest.approx(cv(books, enrolment))


def test_cv_of_nothing_of_zero_and_of_equals():
    assert np.isnan(cv([]))
    assert np.isnan(cv([0, 0], [3, 4]))
    assert cv([5, 5, 5], [1, 2, 3]) == 0
    assert cv([5, np.nan, 5], [1, 2, 3]) == 0
    with pytest.raises(EquityError, match="第 2 个权重是 -1，学生数不应为负"):
        cv([1, 2], [1, -1])
    with pytest.raises(EquityError, match="有 2 所学校的数值，却有 1 个权重"):
        cv([1, 2], [1])


def sums(groups: list[list[int]]) -> tuple[list[int], list[int], list[int]]:
    return [len(g) for g in groups], [sum(g) for g in groups], [sum(x * x for x in g) for g in groups]


def test_between_school_share_is_the_anova_estimate_of_shrout_and_fleiss():
    # Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428: six targets, four judges, ICC(1,1) = .17.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert between_school_share(*sums(ratings)) == pytest.approx(0.17, abs=0.005)


def test_between_school_share_at_the_ends():
    assert between_school_share(*sums([[1, 1], [5, 5]])) == 1
    assert between_school_share(*sums([[1, 5], [1, 5]])) == 0
    assert np.isnan(between_school_share(*sums([[1, 2, 3]])))
    assert np.isnan(between_school_share(*sums([[4, 4], [4, 4]])))


def test_gap_of_equal_schools_rests_on_schools_not_pupils():
    # With equally large schools the ratio estimate is the plain two-sample interval of school means.
    a, b = np.array([70.0, 80, 75]), np.array([60.0, 66, 63])
    got = school_gap([10] * 3, a * 10, [10] * 3, b * 10)
    error = np.sqrt(a.var(ddof=1) / 3 + b.var(ddof=1) / 3)
    assert got.difference == pytest.approx(12)
    assert got.hi - got.difference == pytest.approx(2.7764451 * error)
    assert np.isnan(school_gap([10], [700], [10, 10], [600, 650]).lo)


def test_interval_of_the_share_is_the_exact_one_of_shrout_and_fleiss():
    # The same table, ICC(1,1): F = 56.21/5 over 112.5/18 with 5 and 18 degrees of freedom; limits by their formula.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    f = (56.208333 / 5) / (112.75 / 18)
    low, high = f / stats.f(5, 18).ppf(0.975), f * stats.f(18, 5).ppf(0.975)
    expected = max(0, (low - 1) / (low + 3)), (high - 1) / (high + 3)
    assert between_school_share_interval(*sums(ratings)) == pytest.approx(expected, abs=1e-6)


def test_interval_of_the_share_at_the_ends():
    assert between_school_share_interval(*sums([[1, 1], [5, 5]])) == (1, 1)
    assert np.isnan(between_school_share_interval(*sums([[1, 2, 3]]))).all()
    assert np.isnan(between_school_share_interval(*sums([[4, 4], [4, 4]]))).all()


@pytest.mark.parametrize("truth", [0.05, 0.2, 0.5])
def test_interval_of_the_share_covers_the_truth(truth):
    """1,000 simulated counties of 40 schools with 10 to 300 pupils; marks in whole hundredths."""
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(1000):
        n = rng.integers(10, 300, 40)
        school = np.repeat(rng.normal(0, np.sqrt(truth), 40), n)
        marks = np.rint(1000 * (school + rng.normal(0, np.sqrt(1 - truth), n.sum()))).astype(np.int64)
        starts = np.concatenate([[0], n.cumsum()[:-1]])
        lo, hi = between_school_share_interval(
            n, np.add.reduceat(marks, starts), np.add.reduceat(marks * marks, starts)
        )
        hits += lo <= truth <= hi
    assert 920 <= hits <= 980
