"""Names of points: as many as fit, those that matter most first."""

from zhiheng.charts.data import Axis, ChartData, Kind, Tone
from zhiheng.charts.labelling import CHARACTER, LINE, names_fitting
from zhiheng.charts.vega import vega_spec
from zhiheng.files.number_formats import COUNT, MARK


def test_of_two_names_on_one_spot_the_one_that_matters_more_stays():
    assert names_fitting([("甲校", 0, 50, 1), ("乙校", 4, 52, 2), ("丙校", 0, 50 + LINE + 2, 0.5)]) == [
        "乙校",
        "丙校",
    ]


def test_names_side_by_side_or_one_below_the_other_all_stay():
    apart = 7 + 2 * CHARACTER
    points = [("甲校", 0, 0, 1), ("乙校", apart, 0, 1), ("丙校", 0, LINE, 1)]
    assert sorted(names_fitting(points)) == ["丙校", "乙校", "甲校"]
    assert names_fitting([]) == []


def test_a_funnel_of_sixty_schools_apart_names_some_and_keeps_all_in_its_table():
    rows = tuple((f"第{n}初级中学", 100 + n % 7, 70 + n / 10, 68.0, 69.0, Tone.HIGH.value) for n in range(60))
    chart = ChartData(Kind.FUNNEL, "各校", rows, Axis("实考", "人", COUNT), Axis("均分", "分", MARK), n=60)
    names = vega_spec(chart)["layer"][3]["transform"][0]["filter"]["and"][0]["oneOf"]
    assert "第59初级中学" in names, "the farthest"
    assert 2 < len(names) < 20
    assert len(chart.table().printed()) == 60


def test_a_name_near_the_right_edge_turns_to_the_left_of_its_point():
    close = [("安禾县实验中学", 300.0, 50.0, 2.0), ("乙校", 300.0 - 4 * CHARACTER, 50.0, 1.0)]
    assert names_fitting(close) == ["安禾县实验中学", "乙校"]
    assert names_fitting(close, turn=200.0) == ["安禾县实验中学"]
