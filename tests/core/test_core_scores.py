"""Standard scores on the worked example D1."""

import numpy as np
import pytest

from zhiheng.core.scores import percentile_rank, scaled_score, t_normalized, t_score, z_score

A = np.array([95, 88, 85, 80, 76, 70, 62, 58, 41.0])
B = np.array([90, 84, 78, 72, 66, 60, 55, 48, 36, 0.0])
ALL = np.concatenate([A, B])


def test_standard_scores_of_the_example():
    assert z_score(ALL)[2] == pytest.approx(0.873, abs=0.0005)
    assert t_score(ALL)[2] == pytest.approx(58.73, abs=0.005)
    assert t_score(ALL, centre=500, width=100)[2] == pytest.approx(587.3, abs=0.05)


def test_school_means_in_county_units():
    z = z_score(ALL)
    assert z[:9].mean() == pytest.approx(0.326, abs=0.0005)
    assert z[9:].mean() == pytest.approx(-0.294, abs=0.0005)


def test_percentile_rank_counts_half_of_the_equals():
    np.testing.assert_allclose(percentile_rank([10, 20, 20, 30]), [0.125, 0.5, 0.5, 0.875])


def test_normalised_t_is_symmetric_and_not_the_linear_one():
    got = t_normalized([1, 2, 3, 4, 100])
    np.testing.assert_allclose(got + got[::-1], 100)
    assert got[4] == pytest.approx(50 + 10 * 1.2815516)
    assert got[4] != pytest.approx(t_score([1, 2, 3, 4, 100])[4])


def test_shifting_every_mark_moves_no_standard_score():
    np.testing.assert_allclose(z_score(ALL + 5), z_score(ALL))
    np.testing.assert_allclose(percentile_rank(ALL + 5), percentile_rank(ALL))


def test_everybody_alike_and_nobody_have_no_standard_score():
    assert np.isnan(z_score([70, 70, 70])).all()
    assert np.isnan(t_score([np.nan, np.nan])).all()
    assert np.isnan(percentile_rank([np.nan])).all()
    assert z_score([60, np.nan, 80]).tolist()[1] != z_score([60, np.nan, 80]).tolist()[1]


def test_scaled_scores_fold_a_paper_to_100():
    assert scaled_score([72, 120], 120).tolist() == [60, 100]
