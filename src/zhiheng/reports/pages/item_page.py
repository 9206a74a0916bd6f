"""The page of a paper's items: suspected wrong keys first, then every item with its figures and options."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from zhiheng.base.components import printed
from zhiheng.base.components.charting import ChartCard
from zhiheng.base.components.ledger import Column, Row
from zhiheng.files.number_formats import COEFFICIENT
from zhiheng.reports.facts.measured import ItemFact
from zhiheng.reports.figures import item_quadrants
from zhiheng.reports.pages.results import Reading

COLUMNS = [
    Column("label", "题号"),
    Column("doubt", "答案", "tag"),
    Column("knowledge", "知识点"),
    Column("ability", "能力", phone=False),
    Column("full_mark", "满分", "points", places=0, phone=False),
    Column("n", "人数", "count", phone=False, shown=False),
    Column("facility", "得分率", "points", places=2),
    Column("interval", "95%区间", "interval", places=2, phone=False),
    Column("types", "同类校", "figure", phone=False),
    Column("discrimination", "区分度", "points", places=2),
    Column("wrong", "最多错选", "figure"),
    Column("expected", "预估", "points", places=2, phone=False, shown=False),
]


def item_rows(reading: Reading, subject: str) -> list[Row]:
    """Return the items of a paper: those with a doubtful key first, then in the order of the paper."""
    items = [item for item in reading.results.items if item.subject == subject]
    types = _type_ranges(reading, subject)
    numbers = {label: number for number, label in _numbers(reading, subject)}
    return [
        {
            "label": item.label,
            "doubt": ("疑似答案错误", "red") if item.suspect_key else None,
            "knowledge": item.knowledge,
            "ability": item.ability,
            "full_mark": item.full_mark,
            "n": item.n,
            "facility": item.facility.value,
            "interval": None if item.facility.lo is None else (item.facility.lo, item.facility.hi),
            "types": types.get(numbers.get(item.label, -1), ""),
            "discrimination": item.discrimination,
            "wrong": wrong_text(item),
            "expected": item.expected_facility,
        }
        for item in sorted(items, key=lambda item: not item.suspect_key)
    ]


def wrong_text(item: ItemFact) -> str:
    """Return the wrong option chosen most, with its share: C 71%."""
    return (
        f"{item.top_wrong} {printed.percent(item.top_wrong_share, 0)}"
        if item.top_wrong and item.top_wrong_share
        else ""
    )


@dataclass(frozen=True, slots=True)
class OptionTable:
    """Choices of the choice items: one row an item, one column an option."""

    options: tuple[str, ...]
    rows: tuple[tuple[str, tuple[dict[str, Any] | None, ...]], ...]


def option_table(reading: Reading, subject: str) -> OptionTable | None:
    """Return who chose what: the share of all, of the strong and of the weak; None without choice items."""
    table = reading.results.tables.get("options")
    found = [row for row in table.rows(named=True) if row["subject"] == subject] if table is not None else []
    if not found:
        return None
    options = sorted({row["option"] for row in found}, key=lambda option: (option == "", option))
    cells = {(row["item"], row["option"]): row for row in found}
    rows = tuple(
        (label, tuple(cells.get((number, option)) for option in options))
        for number, label in _numbers(reading, subject)
        if any((number, option) in cells for option in options)
    )
    return OptionTable(tuple(option or "未选" for option in options), rows)


def suspects(items: Iterable[ItemFact], subject: str) -> list[ItemFact]:
    """Return the items whose key is in doubt."""
    return [item for item in items if item.subject == subject and item.suspect_key]


def quadrants(reading: Reading, subject: str) -> ChartCard | None:
    """Return difficulty against discrimination."""
    chart = item_quadrants(reading.results, subject)
    return None if chart is None else ChartCard("quadrants", chart)


def _numbers(reading: Reading, subject: str) -> list[tuple[int, str]]:
    known = reading.results.dimensions["items"]
    return [(row["item"], row["label"]) for row in known.rows(named=True) if row["subject"] == subject]


def _type_ranges(reading: Reading, subject: str) -> dict[int, str]:
    """Return for each item the lowest and highest score rate among the types of schools."""
    table = reading.results.tables.get("item_stats")
    if table is None:
        return {}
    rates: dict[int, list[float]] = {}
    for row in table.rows(named=True):
        if row["level"] == "school_type" and row["subject"] == subject and row["facility"] is not None:
            rates.setdefault(row["item"], []).append(row["facility"])
    return {
        item: f"{COEFFICIENT.text(min(found))}–{COEFFICIENT.text(max(found))}"
        for item, found in rates.items()
        if len(found) > 1
    }
