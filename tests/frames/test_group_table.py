"""GROUPS on the worked example D1 (schools 甲 and 乙 in mathematics), then identities and edges."""

from decimal import Decimal

import polars as pl
import pytest

from frames.small_county import A, B, d1, dataset
from zhiheng.frames.caliber import Caliber, caliber_from_body, shipped_calibers
from zhiheng.frames.groups import group_stats
from zhiheng.frames.results import GROUPS

COUNTY = shipped_calibers()["county_80_60_40"]


def stats(tables: dict[str, pl.LazyFrame], caliber: Caliber = COUNTY) -> pl.DataFrame:
    """The group table, collected."""
    return group_stats(tables, caliber).collect().to_native()


def row(table: pl.DataFrame, level: str, unit: str, subject: str = "math") -> dict:
    """The only row of a unit."""
    wanted = (pl.col("level") == level) & (pl.col("unit") == unit) & (pl.col("subject") == subject)
    return table.row(by_predicate=wanted, named=True)


def caliber(**body) -> Caliber:
    return caliber_from_body(body, key="test")


@pytest.fixture(scope="module")
def taken() -> pl.DataFrame:
    """D1 by 实考, 80/60/40."""
    return stats(d1())


@pytest.fixture(scope="module")
def expected() -> pl.DataFrame:
    """D1 by 应考, 80/60/40."""
    return stats(d1(), caliber(denominator="expected"))


def test_the_table_has_the_columns_that_pages_read(taken):
    assert group_stats(d1(), COUNTY).collect_schema() == GROUPS


UNITS = [("school", "0"), ("school", "1"), ("county", "")]


@pytest.mark.parametrize(
    ("unit", "mean", "mean_expected"),
    list(zip(UNITS, [72.78, 58.90, 65.47], [65.50, 58.90, 62.20], strict=True)),
)
def test_both_means_stand_side_by_side(taken, unit, mean, mean_expected):
    got = row(taken, *unit)
    assert got["mean"] == got["mean_taken"] == pytest.approx(mean, abs=0.005)
    assert got["mean_expected"] == pytest.approx(mean_expected, abs=0.005)
    assert got["mean_lo"] < got["mean"] < got["mean_hi"]
    assert got["mean_expected_lo"] < got["mean_expected"] < got["mean_expected_hi"]


def test_the_gap_depends_on_the_denominator(taken, expected):
    gap = [row(t, "school", "0")["mean"] - row(t, "school", "1")["mean"] for t in (taken, expected)]
    assert gap == pytest.approx([13.88, 6.60], abs=0.005)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("score_rate", 0.7278, 0.5890),
        ("excellent_rate", 0.4444, 0.2000),
        ("pass_rate", 0.7778, 0.6000),
        ("low_rate", 0.0, 0.2000),
        ("over_mean_ratio", 0.1116, -0.1004),
        ("above_mean_rate", 0.6667, 0.5000),
        ("deviation", 7.30, -6.57),
        ("mean_ratio", 1.1116, 0.8996),
        ("sd", 15.95, 25.13),
        ("cv", 0.2192, 0.4266),
        ("z_mean", 0.326, -0.294),
        ("participation", 0.9, 1.0),
    ],
)
def test_rates_and_relatives_of_the_example(taken, name, first, second):
    printed = 0.0005 if name == "z_mean" else 0.005 if name in ("deviation", "sd") else 0.00005
    got = [row(taken, "school", unit)[name] for unit in "01"]
    assert got == pytest.approx([first, second], abs=printed)


def test_rates_over_those_expected(expected):
    got = [[row(expected, "school", unit)[f"{name}_rate"] for unit in "01"] for name in ("excellent", "pass")]
    assert got == [[0.4, 0.2], [0.7, 0.6]]


def test_an_absent_pupil_has_0_where_those_expected_divide(expected):
    assert row(expected, "school", "0")["low_count"] == 1
    assert row(expected, "school", "0")["low_rate"] == 0.1


def test_spread_of_the_county_as_census_and_as_sample(taken):
    assert row(taken, "county", "")["sd"] == pytest.approx(22.38, abs=0.005)
    assert row(stats(d1(), caliber(sd="sample")), "county", "")["sd"] == pytest.approx(22.99, abs=0.005)


@pytest.mark.parametrize(
    ("full", "line", "marks", "count"),
    [
        (120, "pass", [71.5, 72, 72.5], 2),
        (130, "excellent", [110, 110.5, 111], 2),
        (100, "pass", [59.99, 60], 1),
    ],
)
def test_lines_are_compared_exactly(full, line, marks, count):
    # 60 % of 120 is 72; 0.85 × 130 is 110.5, so whole marks need 111.
    tables = dataset({"甲": {"math": marks}}, full_marks={"math": full})
    got = row(stats(tables, caliber(excellent=0.85, good=0.75)), "county", "")
    assert got[f"{line}_count"] == count


def test_bands_of_good_leave_out_the_excellent_by_default():
    tables = dataset({"甲": {"math": [95, 80, 75, 70, 60]}})
    assert row(stats(tables), "county", "")["good_count"] == 2
    assert row(stats(tables, caliber(good_exclusive=False)), "county", "")["good_count"] == 4


def test_the_lowest_share_of_the_county_takes_all_tied(taken):
    assert [row(taken, *unit)["bottom_count"] for unit in UNITS] == [2, 4, 6]
    tied = dataset({"甲": {"math": [10, 20, 20, 20, 50, 60, 70, 80, 90, 100]}})
    assert row(stats(tied), "county", "")["bottom_count"] == 4


def test_quartiles_and_ends(taken):
    got = row(taken, "school", "0")
    assert [got[name] for name in ("min", "q1", "median", "q3", "max")] == [41, 62, 76, 85, 95]


def test_shifting_every_mark_by_five_moves_means_and_no_spread():
    low = {"甲": {"math": [x and x - 5 for x in A]}, "乙": {"math": [x + 0 for x in B[:-1]]}}
    high = {"甲": {"math": A}, "乙": {"math": [x + 5 for x in B[:-1]]}}
    before, after = stats(dataset(low)), stats(dataset(high))
    for unit in UNITS:
        old, new = row(before, *unit), row(after, *unit)
        assert new["mean"] == pytest.approx(old["mean"] + 5)
        assert new["sd"] == pytest.approx(old["sd"], rel=1e-12)
        assert new["mean_hi"] - new["mean_lo"] == pytest.approx(old["mean_hi"] - old["mean_lo"], rel=1e-12)


def test_order_of_rows_changes_no_bit(taken):
    tables = d1()
    shuffled = {
        name: table.collect().sample(fraction=1, shuffle=True, seed=7).lazy()
        for name, table in tables.items()
    }
    assert stats(shuffled).equals(taken)


def test_counts_and_sums_of_schools_add_up_to_the_county(taken):
    schools = taken.filter(level="school", subject="math")
    county = row(taken, "county", "")
    for name in (
        "expected",
        "taken",
        "absent",
        "sum",
        "sum_squares",
        "pass_count",
        "bottom_count",
        "excluded",
    ):
        assert schools[name].sum() == county[name]


def test_pupil_groups_count_those_who_said():
    tables = dataset(
        {"甲": {"math": A}, "乙": {"math": B}},
        traits={"gender": ["male", "female"] * 10, "migrant": [True, None, False, None] * 5},
    )
    got = stats(tables)
    units = set(got.filter(level="group")["unit"])
    assert units == {"gender:male", "gender:female", "migrant:yes", "migrant:no"}
    assert row(got, "group", "gender:male")["expected"] == 10
    assert row(got, "group", "migrant:yes")["expected"] == 5
    assert row(got, "school_group", "1|gender:female")["sum"] == (84 + 72 + 60 + 48 + 0) * 100


def test_one_pupil_has_a_mean_and_no_interval():
    got = row(stats(dataset({"甲": {"math": [70]}})), "school", "0")
    assert (got["mean"], got["mean_lo"], got["sd"]) == (70, None, 0)


def test_equal_marks_have_no_spread_and_no_standard_score():
    got = row(stats(dataset({"甲": {"math": [70, 70, 70]}, "乙": {"math": [70, 70]}})), "school", "0")
    assert (got["sd"], got["z_mean"], got["above_mean_count"]) == (0, None, 0)


def test_all_absent_gives_counts_and_no_rates():
    got = row(stats(dataset({"甲": {"math": [None, None]}, "乙": {"math": [50, 60]}})), "school", "0")
    assert (got["expected"], got["taken"], got["participation"]) == (2, 0, 0)
    assert got["mean"] is None
    assert got["pass_rate"] is None
    assert got["mean_expected"] is None


def test_an_exam_without_any_mark_gives_an_empty_table():
    assert len(stats(dataset({"甲": {"math": []}}))) == 0


def test_a_line_that_is_not_reported_stays_empty():
    got = row(stats(d1(), caliber(top=None)), "county", "")
    assert got["top_count"] is None
    assert got["top_rate"] is None


def test_scale_scores_have_mean_and_spread_and_no_rates():
    tables = dataset({"甲": {"math": [None, None, None]}}, statuses={("甲", "math"): ["normal"] * 3})
    tables["papers"] = tables["papers"].with_columns(full_mark=pl.lit(None, pl.Int32))
    scores = pl.Series("scale_score", [86.0, 71.0, 80.0])
    tables["marks"] = tables["marks"].with_columns(scores)
    got = row(stats(tables), "county", "")
    assert (got["taken"], got["scale_n"], got["scale_mean"]) == (3, 3, 79)
    assert "total" not in stats(tables)["subject"].to_list()
    assert got["scale_sd"] == pytest.approx(6.1644, abs=0.00005)
    assert got["mean"] is None
    assert got["pass_rate"] is None


def test_thresholds_are_read_as_decimals():
    assert COUNTY.line("excellent") == 8000
    assert caliber(excellent=0.85, good=None).excellent == Decimal("0.85")


def test_passing_every_subject_is_counted_beside_the_total():
    tables = dataset({"甲": {"math": [60, 90, 59, 80], "english": [60, 59, 90, None]}})
    total, math = (row(stats(tables), "school", "0", subject) for subject in ("total", "math"))
    assert (total["all_pass_count"], total["all_pass_rate"]) == (1, pytest.approx(1 / 3))
    assert math["all_pass_count"] is None
