"""Composites, bands, between-school figures, ranks, comparisons and masking as tables."""

import json

import narwhals as nw
import numpy as np
import polars as pl
import pytest

from frames.small_county import d1, dataset
from zhiheng.frames.analyse import analyse
from zhiheng.frames.caliber import Caliber, caliber_from_body, shipped_calibers
from zhiheng.frames.compare import change, funnel
from zhiheng.frames.engine import opened
from zhiheng.frames.groups import group_stats
from zhiheng.frames.masking import masked
from zhiheng.frames.ranks import ranked

ALL = ["S_value", "mean433", "mean442", "best_ratio_433", "rank_points"]


def caliber(**body) -> Caliber:
    return caliber_from_body(body, key="test")


def composites(tables, **body) -> dict[tuple[str, str], float]:
    """(scheme, school) → value in mathematics."""
    table = analyse(tables, caliber(**body))["composites"].collect().to_native()
    rows = table.filter(level="school", subject="math").select("scheme", "unit", "value").iter_rows()
    return {(scheme, unit): value for scheme, unit, value in rows}


@pytest.mark.parametrize(
    ("scheme", "body", "printed"),
    [
        ("S_value", {"excellent": 0.85}, (73.31, 57.01)),
        ("mean433", {}, (65.78, 47.56)),
        ("mean433", {"denominator": "expected"}, (59.20, 47.56)),
        ("mean442", {}, (69.11, 51.56)),
        ("best_ratio_433", {}, (100, 69.02)),
        ("rank_points", {}, (15, 14)),
    ],
)
def test_composites_of_the_worked_example(scheme, body, printed):
    got = composites(d1(), composites=[scheme], **body)
    assert (got[scheme, "0"], got[scheme, "1"]) == printed


def test_sum_of_three_rates_of_the_worked_example():
    # 甲: 3 excellent, 2 good, 2 pass of 10 on the roll; 乙: 1, 2, 3.
    got = composites(d1(), composites=["sanlv_sum"], excellent=0.85, good=0.75)
    assert (got["sanlv_sum", "0"], got["sanlv_sum", "1"]) == (110, 80)


def test_a_composite_opens_into_its_parts():
    table = analyse(d1(), caliber(composites=["mean433"]))["composites"].collect().to_native()
    for row in table.iter_rows(named=True):
        assert sum(json.loads(row["parts"]).values()) == pytest.approx(row["value"], abs=0.005)


def test_same_type_schools_are_compared_with_each_other():
    got = composites(d1(), composites=["best_ratio_721"])
    assert got["best_ratio_721", "0"] == got["best_ratio_721", "1"] == 100


def test_subjects_are_weighted_only_where_all_are_there():
    tables = dataset({"甲": {"math": [80, 60], "english": [90, 50]}, "乙": {"math": [70]}})
    table = analyse(tables, caliber(composites=["mean433"], subject_weights={"math": 0.6, "english": 0.4}))
    schools = table["composites"].collect().to_native().filter(level="school")
    one = dict(schools.filter(unit="0").select("subject", "value").iter_rows())
    assert one["weighted"] == pytest.approx(0.6 * one["math"] + 0.4 * one["english"])
    assert "weighted" not in schools.filter(unit="1")["subject"].to_list()


def bands(kind: str, tables, **body) -> list[tuple]:
    table = analyse(tables, caliber(**body))["distribution"].collect().to_native()
    return (
        table.filter(level="county", subject="math", kind=kind).select("band", "from", "to", "count").rows()
    )


def test_bands_of_ten_points_put_the_full_mark_in_the_last():
    tables = dataset({"甲": {"math": [0, 9.5, 10, 99, 100]}})
    assert bands("width", tables) == [(0, 0, 10, 2), (1, 10, 20, 1), (9, 90, 100, 2)]


def test_the_last_band_of_an_uneven_full_mark_is_shorter():
    tables = dataset({"甲": {"math": [120, 125]}}, full_marks={"math": 125})
    assert bands("width", tables) == [(12, 120, 125, 2)]


def test_grades_are_equal_shares_and_never_split_equal_marks():
    tables = dataset({"甲": {"math": [100, 90, 90, 80, 70, 60, 50, 40, 30, 20]}})
    assert [(band, count) for band, _, _, count in bands("grade", tables)] == [
        (0, 3),
        (1, 1),
        (2, 2),
        (3, 2),
        (4, 2),
    ]


def test_each_pupil_is_in_one_band():
    table = analyse(d1(), caliber())["distribution"].collect().to_native()
    counted = table.filter(subject="math").group_by("level", "unit", "kind").agg(pl.col("count").sum())
    assert dict(counted.filter(level="school").select("unit", "count").rows()) == {"0": 9, "1": 10}


def test_between_schools_of_the_worked_example():
    got = analyse(d1(), caliber())["between"].collect().to_native().row(0, named=True)
    means, pupils = np.array([655 / 9, 58.9]), np.array([9, 10])
    centre = np.average(means, weights=pupils)
    assert got["cv"] == pytest.approx(np.sqrt(np.average((means - centre) ** 2, weights=pupils)) / centre)
    assert (got["gap_high"], got["gap_low"], got["units"]) == ("city", "village", 2)
    assert got["gap"] == pytest.approx(13.88, abs=0.005)
    assert got["gap_lo"] is None  # one school on each side


def ranks(marks: list[float | None], **how) -> list[float | None]:
    frame = nw.from_native(pl.LazyFrame({"id": range(len(marks)), "mark": marks, "kind": ["a"] * len(marks)}))
    return ranked(frame, "mark", within=["kind"], **how).sort("id").collect()["rank"].to_list()


@pytest.mark.parametrize(
    ("method", "expected"), [("min", [1, 2, 2, 4]), ("dense", [1, 2, 2, 3]), ("average", [1, 2.5, 2.5, 4])]
)
def test_ranks_of_equals(method, expected):
    assert ranks([90, 80, 80, 70], method=method) == expected


def test_rank_of_a_missing_mark_and_of_a_lower_is_better_figure():
    assert ranks([90, None, 70]) == [1, None, 2]
    assert ranks([0.1, 0.3], higher_is_better=False) == [1, 2]


def test_noise_of_summing_makes_no_ranks():
    assert ranks([0.1 + 0.2, 0.3], places=6) == [1, 1]


def groups_of(marks: dict) -> nw.LazyFrame:
    return group_stats(dataset(marks), caliber())


def test_a_change_counts_only_beyond_its_interval():
    small = {"甲": {"math": [50, 60, 70, 80]}}
    rng = np.random.default_rng(3)
    low, high = (np.clip(rng.normal(m, 8, 400).round(), 0, 100).tolist() for m in (60, 70))
    for before, after, clear in (
        (small, {"甲": {"math": [55, 65, 75, 85]}}, False),
        ({"甲": {"math": low}}, {"甲": {"math": high}}, True),
    ):
        got = change(groups_of(before), groups_of(after)).collect().to_native()
        mean = got.filter(level="school", subject="math", measure="mean").row(0, named=True)
        assert mean["change"] == pytest.approx(mean["after"] - mean["before"])
        assert mean["lo"] < mean["change"] < mean["hi"]
        assert mean["distinguishable"] is clear


def test_means_of_papers_with_other_full_marks_are_not_compared():
    before = groups_of({"甲": {"math": [50, 60]}})
    after = group_stats(dataset({"甲": {"math": [50, 60]}}, full_marks={"math": 120}), caliber())
    got = change(before, after).collect().to_native().filter(level="county", subject="math", measure="mean")
    assert got["change"].to_list() == [None]
    assert got["distinguishable"].to_list() in ([False], [None])


def test_the_funnel_is_wide_for_small_schools():
    rng = np.random.default_rng(1)
    marks = np.clip(rng.normal(60, 15, 400), 0, 100).round()
    tables = {"大": {"math": marks.tolist()}, "小而高": {"math": [75, 70, 72]}, "高": {"math": [80, 82] * 40}}
    got = dict(
        funnel(groups_of(tables))
        .collect()
        .to_native()
        .filter(subject="math")
        .select("unit", "verdict")
        .rows()
    )
    assert got == {"0": "显著低", "1": "无法区分", "2": "显著高"}


def test_small_groups_are_withheld_with_a_neighbour():
    tables = dataset(
        {
            "甲": {"math": [60.0] * 30},
            "乙": {"math": [70.0] * 4},
            "丙": {"math": [50.0] * 12},
            "丁": {"math": [50.0] * 20},
        }
    )
    tables["schools"] = tables["schools"].with_columns(school_type=pl.lit("初中"), area=pl.lit("city"))
    own = opened(tables)
    table = masked(group_stats(tables, caliber()), own["schools"], own["classes"]).collect().to_native()
    school = table.filter(level="school", subject="math")
    assert dict(school.select("unit", "masked").rows()) == {"0": False, "1": True, "2": True, "3": False}
    hidden = school.filter(pl.col("masked")).drop("level", "unit", "subject", "full_mark", "masked", "small")
    assert all(value is None for row in hidden.rows() for value in row)
    assert table.filter(level="county", subject="math")["mean"].to_list() != [None]


def test_shipped_calibers_all_run():
    for own in shipped_calibers().values():
        assert len(analyse(d1(), own)["groups"].collect())
