"""ChartData: one frozen chart. The page, the document and the Office file draw the same one.

Rows hold finished numbers; nothing is computed when a chart is drawn.
"""

from dataclasses import dataclass
from enum import StrEnum

from zhiheng.files.document import Column, Table
from zhiheng.files.number_formats import COUNT, MARK, NumberFormat

Value = str | int | float | None


class Kind(StrEnum):
    """The kinds of chart, by what they show."""

    HISTOGRAM = "histogram"  # how many in each band of marks
    BAR = "bar"  # one value a label, with its interval where it has one
    GROUPED_BAR = "grouped_bar"  # one value a label and series
    DUMBBELL = "dumbbell"  # two values a label: last time and this time, or two areas
    BOX = "box"  # quartiles of nameless groups
    FUNNEL = "funnel"  # mean against number of pupils, with the limits of that number
    QUADRANTS = "quadrants"  # difficulty against discrimination of items
    HEATMAP = "heatmap"  # a value for each pair of labels
    BAND = "band"  # own value inside the middle half of schools of the same type
    LINE = "line"  # a value over time
    CURVES = "curves"  # smooth lines over a measured quantity; rows come series by series


class Tone(StrEnum):
    """What the interval says of a row; grey unless it says something."""

    PLAIN = ""
    SELF = "self"
    TOLD = "told"  # zero lies outside the interval; neither good nor bad
    HIGH = "high"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a chart's rows; `axis` says whose format its numbers take: x, y, none for text, n for counts."""

    name: str
    title: str
    axis: str = ""


_LABEL, _TONE = FieldSpec("label", "名称"), FieldSpec("tone", "判断")
FIELDS: dict[Kind, tuple[FieldSpec, ...]] = {
    Kind.HISTOGRAM: (
        FieldSpec("from", "起", "x"),
        FieldSpec("to", "止", "x"),
        FieldSpec("count", "人数", "n"),
    ),
    Kind.BAR: (
        _LABEL,
        FieldSpec("value", "数值", "x"),
        FieldSpec("lo", "下限", "x"),
        FieldSpec("hi", "上限", "x"),
        _TONE,
    ),
    Kind.GROUPED_BAR: (_LABEL, FieldSpec("series", "系列"), FieldSpec("value", "数值", "x")),
    Kind.DUMBBELL: (_LABEL, FieldSpec("before", "前", "x"), FieldSpec("after", "后", "x"), _TONE),
    Kind.BOX: (
        _LABEL,
        FieldSpec("low", "下端", "x"),
        FieldSpec("q1", "下四分位", "x"),
        FieldSpec("median", "中位数", "x"),
        FieldSpec("q3", "上四分位", "x"),
        FieldSpec("high", "上端", "x"),
        FieldSpec("count", "人数", "n"),
    ),
    Kind.FUNNEL: (
        _LABEL,
        FieldSpec("count", "人数", "n"),
        FieldSpec("value", "均分", "y"),
        FieldSpec("lo", "区间下限", "y"),
        FieldSpec("hi", "区间上限", "y"),
        _TONE,
    ),
    Kind.QUADRANTS: (
        _LABEL,
        FieldSpec("facility", "难度", "x"),
        FieldSpec("discrimination", "区分度", "y"),
        _TONE,
    ),
    Kind.HEATMAP: (FieldSpec("column", "列"), FieldSpec("row", "行"), FieldSpec("value", "数值", "x")),
    Kind.BAND: (
        _LABEL,
        FieldSpec("own", "本校", "x"),
        FieldSpec("lo", "同类校下四分位", "x"),
        FieldSpec("hi", "同类校上四分位", "x"),
        FieldSpec("county", "全县", "x"),
        _TONE,
    ),
    Kind.LINE: (_LABEL, FieldSpec("series", "系列"), FieldSpec("value", "数值", "y")),
    Kind.CURVES: (FieldSpec("series", "曲线"), FieldSpec("at", "横轴", "x"), FieldSpec("value", "数值", "y")),
}
"""Kind → the fields of its rows, in order."""

_TONE_WORDS = {
    Tone.PLAIN: "无法区分",
    Tone.SELF: "本单位",
    Tone.TOLD: "可以区分",
    Tone.HIGH: "显著高",
    Tone.LOW: "显著低",
}


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures. `unit` follows the title in brackets; `lo` and `hi` fix its ends."""

    title: str
    unit: str = ""
    format: NumberFormat = MARK
    lo: float | None = None
    hi: float | None = None

    @property
    def text(self) -> str:
        """Title with unit."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title


@dataclass(frozen=True, slots=True)
class Reference:
    """A value to compare with, drawn as a line across `axis` (x or y)."""

    axis: str
    value: float
    label: str


@dataclass(frozen=True, slots=True)
class ChartData:
    """One chart.

    Attributes
    ----------
    title : the finding, not the topic.
    rows : tuples in the order of `FIELDS[kind]`.
    x, y : the axes; where labels stand on one, only its title counts.
    n : pupils (or items, schools) the chart rests on, `counted` says of what.
    interval : what the limits are; "" where there are none.
    references : lines to compare with.
    names : words for fields that differ from the standard ones, as (field, word).
    """

    kind: Kind
    title: str
    rows: tuple[tuple[Value, ...], ...]
    x: Axis
    y: Axis
    n: int
    counted: str = "人"
    interval: str = ""
    note: str = ""
    references: tuple[Reference, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        width = len(FIELDS[self.kind])
        for row in self.rows:
            if len(row) != width:
                raise ValueError(f"{self.kind} rows have {width} values ({self.fields}), not {len(row)}")

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the values in a row."""
        return tuple(field.name for field in FIELDS[self.kind])

    @property
    def caption(self) -> str:
        """n, kind of interval, how to read it."""
        return "；".join(filter(None, (f"n＝{self.n:,} {self.counted}", self.interval, self.note)))

    def word(self, field: str) -> str:
        """Return what a field is called in print."""
        standard = {each.name: each.title for each in FIELDS[self.kind]}
        return dict(self.names).get(field, standard[field])

    def records(self) -> list[dict[str, Value]]:
        """Return the rows as dictionaries."""
        return [dict(zip(self.fields, row, strict=True)) for row in self.rows]

    def column(self, field: str) -> list[Value]:
        """Return one field of every row."""
        place = self.fields.index(field)
        return [row[place] for row in self.rows]

    def table(self) -> Table:
        """Return the numbers behind the picture."""
        formats = {"x": self.x.format, "y": self.y.format, "n": COUNT, "": None}
        columns = tuple(Column(self.word(field.name), formats[field.axis]) for field in FIELDS[self.kind])
        words = {tone.value: text for tone, text in _TONE_WORDS.items()}
        place = self.fields.index("tone") if "tone" in self.fields else -1
        rows = tuple(
            tuple(words[str(value)] if at == place else value for at, value in enumerate(row))
            for row in self.rows
        )
        return Table(self.title, columns, rows, note=self.caption)
