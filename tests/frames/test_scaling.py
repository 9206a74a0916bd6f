"""Calibration of a paper: what went in comes out with its interval; what cannot be told is said and not printed."""

import numpy as np
import polars as pl
import pytest

from frames.item_sheets import CALIBER, drawn, papers, sheets
from zhiheng.frames import scaling
from zhiheng.frames.scaling import FITS, MISFITS, REVERSED, TABLES, scaling_of

SLOPES = [1.6, 1.2, 1.4, 1.0, 1.8, 1.3, 1.5, 1.1, 1.2, 1.4]
WHERE = [[-1.2], [-0.8], [-0.4], [0.0], [0.4], [0.8], [1.2], [-0.5, 0.6], [-1, 0.0, 1.0], [0.2]]
FULL = [len(steps) for steps in WHERE]


def tables_of(marks: np.ndarray, full: list[int] = FULL) -> dict[str, pl.DataFrame]:
    found = scaling_of(papers(sheets(marks, full=full)), CALIBER)
    return {name: table.collect().to_native() for name, table in found.items()}


@pytest.fixture(scope="module")
def marks() -> np.ndarray:
    return drawn(3000, SLOPES, WHERE, seed=11)


@pytest.fixture(scope="module")
def tables(marks) -> dict[str, pl.DataFrame]:
    return tables_of(marks)


def test_true_parameters_lie_within_their_intervals(tables):
    steps = tables["scaling_items"].sort("item", "step")
    truth = [place for place in WHERE for place in place]
    # Thirteen intervals of 95 %: two outside would be bad luck, three a fault.
    missed = ~pl.Series(truth).is_between(steps["b_lo"], steps["b_hi"])
    assert missed.sum() <= 2
    slopes = steps.filter(step=1)
    assert (~pl.Series(SLOPES).is_between(slopes["a_lo"], slopes["a_hi"])).sum() <= 2
    assert slopes["model"].to_list() == ["2pl"] * 7 + ["grm"] * 2 + ["2pl"]
    assert set(slopes["fit"]) == {FITS}


def test_curves_end_near_full_marks_and_information_is_the_inverse_of_the_squared_error(tables):
    curves = tables["scaling_curves"]
    assert curves.filter(pl.col("theta") == 3)["share"].min() > 0.8
    assert curves["share"].is_between(0, 1).all()
    information = tables["scaling_information"]
    np.testing.assert_allclose(information["se"], information["information"] ** -0.5)


def test_the_head_says_how_many_and_how_dependable(tables):
    head = tables["scaling"].row(0, named=True)
    assert (head["n"], head["whole"], head["items"], head["converged"]) == (3000, 3000, 10, True)
    assert 0.6 < head["reliability"] < 0.9
    assert head["note"] == ""


def test_a_wrong_key_is_reversed_and_an_item_that_turns_back_does_not_fit(marks):
    spoilt = marks.copy()
    spoilt[:, 1] = 1 - spoilt[:, 1]
    rest = np.delete(spoilt, [1, 2], axis=1).sum(axis=1)
    middle = np.abs(rest - np.median(rest)) < 2
    spoilt[:, 2] = np.random.default_rng(1).random(len(rest)) < np.where(middle, 0.9, 0.35)
    items = tables_of(spoilt)["scaling_items"].filter(step=1)
    assert dict(zip(items["label"], items["fit"], strict=True))["2"] == REVERSED
    assert dict(zip(items["label"], items["fit"], strict=True))["3"] == MISFITS


def test_an_item_everybody_solves_is_left_out_by_name(marks):
    spoilt = marks.copy()
    spoilt[:, 4] = 1
    found = tables_of(spoilt)
    assert found["scaling"]["note"][0] == "第5题几乎人人得分相同，没有参加标定"
    assert "5" not in set(found["scaling_items"]["label"])


@pytest.mark.parametrize(
    ("kept", "items", "why"),
    [
        (150, 10, "有小题分的学生不足 200 人，不作标定"),
        (500, 2, "分得出高低的题不足 3 道，不作标定"),
    ],
)
def test_too_few_pupils_or_items_get_a_sentence_and_no_number(marks, kept, items, why):
    found = tables_of(marks[:kept, :items], FULL[:items])
    assert found["scaling"]["note"].to_list() == [why]
    assert [found[name].height for name in TABLES if name != "scaling"] == [0, 0, 0]


def test_what_did_not_converge_is_said_and_not_printed(marks, monkeypatch):
    whole = scaling.fit_irt
    monkeypatch.setattr(scaling, "fit_irt", lambda *a, **k: whole(*a, **k, most=1))
    found = tables_of(marks)
    assert found["scaling"]["converged"].to_list() == [False]
    assert "没有收敛" in found["scaling"]["note"][0]
    assert found["scaling_items"].is_empty()


def test_pupils_with_gaps_count_for_items_and_not_for_fit(marks):
    gaps = marks.copy()
    gaps[:2900, 3] = np.nan
    found = tables_of(gaps)
    assert found["scaling"].row(0, named=True)["whole"] == 100
    assert set(found["scaling_items"]["fit"]) == {""}


def test_a_dataset_without_item_marks_gives_empty_tables():
    assert all(table.collect().to_native().is_empty() for table in scaling_of([], CALIBER).values())
