"""What the page of growth says and draws: from rows as the tables give them."""

from zhiheng.charts.data import Tone
from zhiheng.measures.growth.page_data import caterpillar, columns_of, finding, funnel


def row(name: str, effect: float | None, half: float = 2.0, pupils: int = 100, reason: str = "") -> dict:
    tone = Tone.PLAIN
    if effect is not None and abs(effect) > half:
        tone = Tone.HIGH if effect > 0 else Tone.LOW
    words = {Tone.HIGH: ("显著高", "green"), Tone.LOW: ("显著低", "red"), Tone.PLAIN: ("无显著差异", "")}
    limits = None if effect is None else (effect - half, effect + half)
    return {
        "name": name, "effect": effect, "limits": limits, "sd": half / 1.96, "pupils": pupils, "tone": tone,
        "verdict": words[tone], "reason": reason,
    }  # fmt: skip


THREE = [row("甲", 5.0), row("乙", 0.5), row("丙", -3.0), row("丁", None, reason="人数不足")]


def test_the_title_counts_who_can_be_told_apart_and_who_cannot():
    assert finding(THREE, "math") == "数学：1 所学校增值显著高，1 所显著低，1 所与全县无显著差异"
    assert finding([row("甲", 0.1), row("乙", 0.2)], "math") == "数学：2 所学校的增值都与全县无显著差异"
    assert finding([row("丁", None)], "math") == "数学：没有一所学校可以下结论"


def test_one_school_is_told_its_own_figure_with_its_interval():
    assert finding([row("甲", 5.0)], "math") == "数学：甲增值 +5.0 分（95% 区间 3.0–7.0），显著高"
    assert (
        finding([row("甲", -1.0)], "math") == "数学：甲增值 −1.0 分（95% 区间 −3.0至1.0），与全县无显著差异"
    )


def test_charts_show_intervals_and_leave_out_who_is_withheld():
    drawn = caterpillar(THREE, "题")
    assert drawn is not None
    assert [(name, lo, hi) for name, _, lo, hi, _ in drawn.chart.rows] == [
        ("甲", 3.0, 7.0), ("乙", -1.5, 2.5), ("丙", -5.0, -1.0),
    ]  # fmt: skip
    assert "没有意义" in drawn.note
    assert caterpillar(THREE[:1], "题") is None


def test_the_funnel_names_only_schools_outside_it():
    drawn = funnel(THREE)
    assert drawn is not None
    assert sorted(name for name, *_ in drawn.chart.rows) == ["", "丙", "甲"]
    assert drawn.title == "学生越少，增值越不稳：虚线以外的有 2 校"


def test_no_column_of_a_figure_sorts_and_remarks_appear_only_where_there_are_some():
    columns = {column.key: column for column in columns_of(THREE)}
    assert not columns["effect"].sortable
    assert not columns["median"].sortable
    assert "reason" in columns
    assert "reason" not in {column.key for column in columns_of(THREE[:3])}
