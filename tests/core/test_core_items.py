"""Item analysis against published data sets analysed in R, then edges."""

import json

import numpy as np
import pytest

from zhiheng.core.items import (
    discrimination_word,
    extreme_groups,
    extreme_size,
    facility_word,
    item_analysis,
    option_table,
    suspect_keys,
)

D2 = [
    (3, 3, 4, 9),
    (3, 3, 4, 8),
    (3, 3, 2, 9),
    (3, 0, 4, 7),
    (3, 3, 4, 5),
    (3, 3, 2, 5),
    (0, 3, 2, 6),
    (3, 0, 0, 4),
    (0, 3, 0, 3),
    (0, 0, 2, 2),
]


def published(shared, name: str, file: str) -> tuple[np.ndarray, dict]:
    """Responses of a public data set and what psych and mirt say of them."""
    reference = json.loads((shared / "data" / name / "reference.json").read_text())["ctt"]
    return np.genfromtxt(shared / "data" / name / file, delimiter=",", skip_header=1), reference


def test_worked_example_d2():
    got = item_analysis(D2, [3, 3, 4, 10])
    np.testing.assert_allclose(got.facility, [0.700, 0.700, 0.600, 0.580], atol=0.0005)
    np.testing.assert_allclose(got.discrimination_27, [0.667, 0.667, 0.667, 0.567], atol=0.0005)
    assert (got.n_high, got.n_low, got.n_used) == (3, 3, 10)
    assert got.alpha == pytest.approx(0.7225, abs=0.00005)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "file", "lowest", "full"),
    [
        ("irt_sat12", "sat12_scored.csv", 0, 1),
        ("irt_lsat", "lsat.csv", 0, 1),
        ("irt_science", "science.csv", 1, 3),
    ],
)
def test_agrees_with_r_on_public_data(shared, name, file, lowest, full):
    responses, reference = published(shared, name, file)
    got = item_analysis(responses - lowest, np.full(responses.shape[1], full))
    assert got.n_used == reference["n"]
    assert got.alpha == pytest.approx(reference["alpha_raw"], abs=1e-12)
    assert got.sem == pytest.approx(reference["sem"], abs=1e-12)
    assert got.split_half == pytest.approx(reference["split_half_odd_even"]["spearman_brown"], abs=1e-12)
    items = reference["items"]
    np.testing.assert_allclose(got.facility, (np.array(items["mean"]) - lowest) / full, atol=1e-12)
    np.testing.assert_allclose(got.item_rest_r, items["r_drop"], atol=1e-12)
    np.testing.assert_allclose(got.discrimination_27, items["D27_threshold"], atol=1e-12)
    assert f"(n={got.n_high})" in reference["D27_note"]
    assert f"(n={got.n_low})" in reference["D27_note"]


def choices(shared) -> tuple[np.ndarray, list[str]]:
    """SAT12: options A to E, "" for an omit, and the key as distributed."""
    raw, _ = published(shared, "irt_sat12", "sat12_raw.csv")
    letters = np.array(["", "A", "B", "C", "D", "E", "", "", ""])
    key = json.loads((shared / "data/irt_sat12/key.json").read_text())["key"]
    return letters[raw.astype(int)], [letters[k] for k in key]


def suspected(options: np.ndarray, key: list[str]) -> list[int]:
    """Numbers (from 1) of the items whose key is suspected."""
    right = options == np.array(key)
    total = right.sum(axis=1)
    high, low = extreme_groups(total)
    rest = (total[:, None] - right) / (options.shape[1] - 1)
    return [
        item + 1
        for item in range(options.shape[1])
        if suspect_keys(option_table(options[:, item], key[item], rest[:, item], high, low))
    ]


@pytest.mark.shared
def test_finds_the_wrong_key_that_sat12_is_known_for_and_no_other(shared):
    # mirt's documentation of SAT12 corrects the key of item 32 from 5 to 3.
    options, key = choices(shared)
    assert suspected(options, key) == [32]


@pytest.mark.shared
def test_a_planted_wrong_key_is_found_and_is_the_only_new_one(shared):
    options, key = choices(shared)
    for planted in range(0, 31, 3):
        wrong = list(key)
        wrong[planted] = "ABCDE"["ABCDE".index(key[planted]) - 1]
        found = suspected(options, wrong)
        assert set(found) <= {planted + 1, 32}
        assert planted + 1 in found


@pytest.mark.shared
def test_options_agree_with_the_distractor_table_of_r(shared):
    options, key = choices(shared)
    peers = json.loads((shared / "data/irt_sat12/reference.json").read_text())["distractors"]
    right = options == np.array(key)
    total = right.sum(axis=1)
    high, low = extreme_groups(total)
    for item in (0, 11, 31):
        table = option_table(options[:, item], key[item], (total - right[:, item]) / 31, high, low)
        share = dict(zip(table.option, table.share, strict=True))
        peer = {
            "ABCDE"[o - 1] if o < 6 else "": p
            for o, p in zip(peers[item]["option"], peers[item]["prop"], strict=True)
        }
        assert share == pytest.approx(peer)


def test_a_hard_item_with_a_distractor_for_the_weak_is_not_suspected():
    high, low = np.repeat([True, False], 50), np.repeat([False, True], 50)
    chosen = ["A"] * 22 + ["B"] * 28 + ["A"] * 5 + ["B"] * 45
    assert suspect_keys(option_table(chosen, "A", np.repeat([0.8, 0.3], 50), high, low)) == ""


def test_few_pupils_give_no_suspicion():
    high, low = np.repeat([True, False], 5), np.repeat([False, True], 5)
    assert suspect_keys(option_table(["B"] * 5 + ["A"] * 5, "A", np.repeat([0.9, 0.2], 5), high, low)) == ""


def test_only_complete_rows_count():
    rows = np.array([*D2, (3, np.nan, 4, 9)], dtype=float)
    whole, part = item_analysis(D2, [3, 3, 4, 10]), item_analysis(rows, [3, 3, 4, 10])
    assert part.n_used == 10
    np.testing.assert_array_equal(whole.item_rest_r, part.item_rest_r)


def test_order_of_pupils_changes_nothing():
    turned = item_analysis(D2[::-1], [3, 3, 4, 10])
    np.testing.assert_allclose(turned.discrimination_27, item_analysis(D2, [3, 3, 4, 10]).discrimination_27)


def test_all_tied_at_the_cut_are_in_the_group():
    high, low = extreme_groups([5, 5, 5, 4, 4, 3, 3, 3, 3, 1])
    assert (high.sum(), low.sum()) == (3, 5)


def test_group_size_rounds_a_half_up():
    assert [extreme_size(n) for n in (0, 1, 10, 50, 600, 1000, 392)] == [0, 1, 3, 14, 162, 270, 106]


def test_one_item_equal_marks_or_nobody_leave_what_cannot_be_known_unsaid():
    one = item_analysis([[1], [0]], [1])
    assert np.isnan(one.alpha)
    assert np.isnan(one.item_rest_r).all()
    equal = item_analysis(np.ones((5, 3)), [1, 1, 1])
    assert np.isnan(equal.alpha)
    assert np.isnan(equal.item_rest_r).all()
    assert equal.facility.tolist() == [1, 1, 1]
    nobody = item_analysis(np.full((3, 2), np.nan), [1, 1])
    assert nobody.n_used == 0
    assert np.isnan(nobody.facility).all()


def test_shapes_and_full_marks_are_checked():
    with pytest.raises(ValueError, match="shape"):
        item_analysis([[1, 2]], [1])
    with pytest.raises(ValueError, match="positive"):
        item_analysis([[1, 2]], [1, 0])


@pytest.mark.parametrize(
    ("value", "word"),
    [(0.40, "很好"), (0.395, "很好"), (0.39, "良好"), (0.29, "宜修改"), (0.19, "宜淘汰"), (np.nan, "")],
)
def test_judgement_of_discrimination_follows_the_printed_figure(value, word):
    assert discrimination_word(value) == word


def test_words_for_facility():
    assert [facility_word(p) for p in (0.70, 0.69, 0.40, 0.39, np.nan)] == ["易", "中", "中", "难", ""]
