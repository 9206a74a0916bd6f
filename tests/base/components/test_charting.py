"""The table behind a chart says what the chart says, and no more."""

from zhiheng.base.components.charting import ChartCard
from zhiheng.charts.data import COUNT, MARK, Axis, ChartData, Kind, Tone


def card(*tones: str) -> ChartCard:
    rows = tuple((f"{name}校", 60.0, 58.0, 62.0, tone) for name, tone in zip("甲乙", tones, strict=True))
    chart = ChartData(Kind.BAR, "两校", rows, Axis("均分", "分", MARK), Axis("", "", COUNT), n=2)
    return ChartCard("two", chart)


def test_a_chart_that_judges_shows_its_judgement():
    told = card(Tone.HIGH.value, "")
    assert told.table_head[-1] == "判断"
    assert [row[-1] for row in told.table_rows] == ["显著高", "无法区分"]


def test_a_chart_that_judges_nothing_does_not_say_that_nothing_can_be_told_apart():
    plain = card("", "")
    assert "判断" not in plain.table_head
    assert [len(row) for row in plain.table_rows] == [len(plain.table_head)] * 2
    assert "无法区分" not in str(plain.table_rows)
