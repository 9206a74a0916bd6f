"""Who counts: statuses, enrolments, totals, denominators."""

import polars as pl
import pytest

from frames.small_county import A, B, dataset
from zhiheng.frames.caliber import Caliber, caliber_from_body
from zhiheng.frames.groups import group_stats


def caliber(**body) -> Caliber:
    return caliber_from_body(body, key="test")


def unit(tables, level="school", name="0", subject="math", **body) -> dict:
    """The row of one unit under a caliber."""
    table = group_stats(tables, caliber(**body)).collect().to_native()
    wanted = (pl.col("level") == level) & (pl.col("unit") == name) & (pl.col("subject") == subject)
    return table.row(by_predicate=wanted, named=True)


ONE_OF_EACH = [
    "normal",
    "normal",
    "absent",
    "deferred",
    "cheat",
    "exempt_special",
    "not_scanned",
    "not_taken",
]


def one_of_each(**more) -> dict[str, pl.LazyFrame]:
    return dataset(
        {"甲": {"math": [80, 0, None, None, 90, None, None, None]}},
        statuses={("甲", "math"): ONE_OF_EACH},
        **more,
    )


def test_every_status_counts_where_it_belongs():
    got = unit(one_of_each())
    assert {name: got[name] for name in ("expected", "taken", "absent", "deferred", "cheat", "excluded")} == {
        "expected": 4,
        "taken": 3,
        "absent": 1,
        "deferred": 1,
        "cheat": 1,
        "excluded": 2,
    }


def test_a_real_zero_counts_and_a_cheat_has_zero():
    got = unit(one_of_each())
    assert (got["sum"], got["min"], got["mean"]) == (8000, 0, pytest.approx(80 / 3))


def test_a_bureau_may_leave_cheats_out_of_those_who_sat():
    got = unit(one_of_each(), cheat_counts=False)
    assert (got["taken"], got["expected"], got["cheat"], got["mean"]) == (2, 4, 1, 40)


def test_guests_are_left_out_of_the_school_and_kept_in_the_class():
    tables = dataset({"甲": {"math": [60, 70, 100]}}, enrolment={"甲": ["regular", "regular", "guest"]})
    school, own_class = unit(tables), unit(tables, "class")
    assert (school["taken"], school["mean"], school["excluded"]) == (2, 65, 1)
    assert (own_class["taken"], own_class["mean"], own_class["excluded"]) == (
        3,
        pytest.approx(76.67, abs=0.005),
        0,
    )
    assert unit(tables, "county", "")["taken"] == 2
    assert unit(tables, "teacher", "100")["taken"] == 3
    assert unit(tables, guests="included")["mean"] == pytest.approx(76.67, abs=0.005)
    assert unit(tables, "class", guests="excluded")["taken"] == 2


@pytest.mark.parametrize(("body", "taken"), [({}, 2), ({"transferred_in": False}, 1), ({"repeat": True}, 3)])
def test_enrolments_count_as_the_caliber_says(body, taken):
    kinds = ["regular", "transferred_in", "transferred_out", "repeat", "exempt_special"]
    tables = dataset({"甲": {"math": [60, 70, 80, 90, 100]}}, enrolment={"甲": kinds})
    got = unit(tables, **body)
    assert (got["taken"], got["excluded"]) == (taken, 5 - taken)


def test_a_pupil_of_whom_nothing_is_said_is_a_regular_one():
    assert unit(dataset({"甲": {"math": [60]}}, enrolment={"甲": [None]}))["taken"] == 1


def test_a_missing_subject_takes_the_pupil_out_of_the_total_only():
    tables = dataset({"甲": {"math": [80, 60], "english": [70, None]}})
    assert unit(tables)["taken"] == 2
    assert unit(tables, subject="english")["taken"] == 1
    total = unit(tables, subject="total")
    assert (total["expected"], total["taken"], total["absent"], total["mean"]) == (2, 1, 1, 150)
    assert total["full_mark"] == 20000


def test_subjects_of_choice_make_totals_of_one_full_mark():
    tables = dataset(
        {"甲": {"math": [80, 60, 50], "physics": [70, None, 40], "history": [None, 50, None]}},
        statuses={
            ("甲", "physics"): ["normal", "not_taken", "normal"],
            ("甲", "history"): ["not_taken", "normal", "not_taken"],
        },
    )
    total = unit(tables, subject="total")
    assert (total["taken"], total["full_mark"], total["sum"]) == (3, 20000, 35000)


def test_a_total_over_fewer_papers_than_the_others_is_no_total():
    tables = dataset({"甲": {"math": [80, 60], "english": [70, 90]}, "乙": {"math": [50]}})
    assert unit(tables, name="1", subject="total")["taken"] == 0
    assert unit(tables, name="1", subject="total")["excluded"] == 1


def test_weights_fold_papers_into_the_total():
    tables = dataset({"甲": {"math": [80], "politics": [75]}}, weights={"politics": 0.6})
    total = unit(tables, subject="total")
    assert (total["sum"], total["full_mark"]) == (8000 + 4500, 16000)


def test_papers_outside_the_total_do_not_enter_it():
    tables = dataset({"甲": {"math": [80], "music": [90]}})
    tables["papers"] = tables["papers"].with_columns(in_total=pl.col("subject") == "math")
    assert unit(tables, subject="total")["sum"] == 8000


D1 = {"甲": {"math": A}, "乙": {"math": B}}


def test_the_roll_less_three_per_cent():
    got = unit(dataset(D1), denominator="roll_minus_pct", denominator_share=0.03)
    assert got["denominator"] == pytest.approx(9.7)
    assert got["pass_rate"] == pytest.approx(7 / 9.7)
    assert got["mean"] == pytest.approx(655 / 9.7)


def test_a_roll_shorter_than_the_count_gives_no_more_than_everybody():
    got = unit(dataset({"甲": {"math": [90] * 10}}), denominator="roll_minus_pct", denominator_share=0.05)
    assert (got["pass_rate"], got["pass_hi"]) == (1, 1)


def test_the_adjusted_cohort_counts_who_came_and_not_who_left():
    kinds = ["regular"] * 8 + ["transferred_in", "transferred_out"]
    got = unit(dataset({"甲": {"math": A}}, enrolment={"甲": kinds}), denominator="cohort_adjusted")
    assert got["denominator"] == 9


def test_trimmed_means_leave_out_the_lowest_of_each_school():
    got = unit(dataset(D1), name="1", denominator="trim_lowest", denominator_share=0.10)
    assert (got["denominator"], got["mean"]) == (9, pytest.approx(589 / 9))
    assert (got["taken"], got["mean_taken"]) == (10, 58.90)
    assert unit(dataset(D1), name="1", denominator="trim_lowest", trim_count=2)["mean"] == pytest.approx(
        553 / 8
    )


def test_trimming_drops_no_more_than_asked_when_the_lowest_are_tied():
    tables = dataset({"甲": {"math": [50, 50, 50, 90]}})
    assert unit(tables, denominator="trim_lowest", trim_count=2)["denominator"] == 2
