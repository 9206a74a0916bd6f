"""The ledger table: search (pinyin initials too), filter, sort, column choice, pages, export.

Rows arrive as dictionaries that the reader may see; this module decides nothing about permission.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, isnan
from typing import Any

from django.http import QueryDict

from zhiheng.base.components import printed
from zhiheng.base.pinyin import spelled

PAGE_SIZE = 100
LONG = 6
"""Characters from which a column of text takes more than its share of a phone's width."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    kind : text, figure (text set right), count, points, percent, signed, day, moment, tag, interval or
        interval_percent. A tag cell holds (word, tone); an interval cell (lo, hi).
    link : key of the row that holds the address this cell leads to; `where` marks one that opens in the drawer.
    sortable : False where an order would be a ranking that the rules forbid.
    phone : shown on a narrow screen too.
    shown : shown unless the reader chooses otherwise.
    """

    key: str
    label: str
    kind: str = "text"
    places: int = 1
    link: str = ""
    where: bool = False
    phone: bool = True
    shown: bool = True
    wrap: bool = False
    sortable: bool = True

    @property
    def numeric(self) -> bool:
        """Right-aligned."""
        return self.kind in {"count", "points", "percent", "signed", "interval", "interval_percent", "figure"}

    def text(self, row: Row) -> str:
        """Return the cell as printed."""
        value = row.get(self.key)
        match self.kind:
            case "tag":
                return value[0] if value else ""
            case "interval" | "interval_percent":
                kind = "percent" if self.kind == "interval_percent" else "points"
                return printed.interval(*value, kind=kind, places=self.places) if value else ""
            case "count":
                return printed.count(value)
            case "points" | "percent" | "signed":
                return getattr(printed, self.kind)(value, self.places)
            case "day" | "moment":
                return getattr(printed, self.kind)(value)
        return printed.MISSING if value is None or value == "" else str(value)


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the table, over the values that occur in one column."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, ready for the template. `long` marks a column whose texts break into lines on a narrow screen."""

    text: str
    column: Column
    tone: str = ""
    link: str = ""
    long: bool = False


@dataclass
class Ledger:
    """A table as one request asks for it. `query` is the request's GET; parameters other than its own stay in links.

    Attributes
    ----------
    name : id of the table on the page, and part of the file name of its export.
    empty : what to say where there are no rows at all.
    """

    query: QueryDict
    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    filters: Sequence[Filter] = ()
    empty: str = "还没有内容。"
    searchable: bool = True
    exportable: bool = True
    page_size: int = PAGE_SIZE
    own: frozenset[str] = field(
        default=frozenset({"q", "sort", "page", "hide", "show", "export"}), init=False
    )

    @cached_property
    def search(self) -> str:
        """What the reader typed."""
        return self.query.get("q", "").strip()

    @cached_property
    def choices(self) -> list[tuple[Filter, list[tuple[str, bool]]]]:
        """Every filter with its values and which one is chosen."""
        found = []
        for choice in self.filters:
            column = self._column(choice.key)
            values = dict.fromkeys(column.text(row) for row in self.rows)
            chosen = self.query.get(choice.key, "")
            found.append((choice, [(value, value == chosen) for value in values if value != printed.MISSING]))
        return found

    @cached_property
    def matched(self) -> list[Row]:
        """The rows after search, filters and sorting."""
        rows = list(self.rows)
        for choice in self.filters:
            if wanted := self.query.get(choice.key):
                column = self._column(choice.key)
                rows = [row for row in rows if column.text(row) == wanted]
        if self.search:
            rows = [row for row in rows if self._found(row)]
        key, falling = self.sort
        if key:
            known = [row for row in rows if _sortable(row.get(key)) is not None]
            unknown = [row for row in rows if _sortable(row.get(key)) is None]
            rows = sorted(known, key=lambda row: _sortable(row[key]), reverse=falling) + unknown
        return rows

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """The column sorted by and whether falling; no column where the given order stands."""
        asked = self.query.get("sort", "")
        key = asked.removeprefix("-")
        return (
            (key, asked.startswith("-"))
            if any(c.key == key and c.sortable for c in self.columns)
            else ("", False)
        )

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns after the reader's choice."""
        hidden, extra = set(self.query.getlist("hide")), set(self.query.getlist("show"))
        if extra:
            return [c for c in self.columns if c.key in extra] or list(self.columns)
        return [c for c in self.columns if c.shown and c.key not in hidden]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Column heads with the link that sorts by them."""
        key, falling = self.sort
        return [
            {
                "column": c,
                "link": c.sortable
                and self.link(sort=f"-{c.key}" if c.key == key and not falling else c.key, page=None),
                "sorted": ("descending" if falling else "ascending") if c.key == key else "",
            }
            for c in self.shown_columns
        ]

    @property
    def body(self) -> list[dict[str, Any]]:
        """The rows of this page as cells."""
        first = (self.page - 1) * self.page_size
        rows = self.matched[first : first + self.page_size]
        long = {
            c.key for c in self.shown_columns if c.kind == "text" and any(len(c.text(r)) > LONG for r in rows)
        }
        return [
            {
                "cells": [_cell(c, row, c.key in long) for c in self.shown_columns],
                "self": row.get("self", False),
            }
            for row in rows
        ]

    @cached_property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, ceil(len(self.matched) / self.page_size))

    @cached_property
    def page(self) -> int:
        """The page asked for, kept within what there is."""
        asked = self.query.get("page", "1")
        return min(max(int(asked) if asked.isdecimal() else 1, 1), self.pages)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters of the address that are not the search form's own, to be sent along with it."""
        own = self.own - {"sort", "show", "hide"} | {f.key for f in self.filters}
        return [(key, value) for key, values in self.query.lists() if key not in own for value in values]

    @property
    def kept_without_columns(self) -> list[tuple[str, str]]:
        """The same for the form that chooses columns."""
        return [
            (key, value)
            for key, values in self.query.lists()
            if key not in {"show", "hide", "export"}
            for value in values
        ]

    def link(self, **changes: str | int | None) -> str:
        """Return the query string with some parameters changed; None removes one."""
        query = self.query.copy()
        for key, value in changes.items():
            query.pop(key, None)
            if value is not None:
                query[key] = str(value)
        return "?" + query.urlencode()

    @property
    def export_link(self) -> str:
        """Where the full result comes as a workbook."""
        return self.link(export=self.name, page=None)

    @property
    def previous_link(self) -> str:
        """The page before, if any."""
        return self.link(page=self.page - 1) if self.page > 1 else ""

    @property
    def next_link(self) -> str:
        """The page after, if any."""
        return self.link(page=self.page + 1) if self.page < self.pages else ""

    def _column(self, key: str) -> Column:
        return next(column for column in self.columns if column.key == key)

    def _found(self, row: Row) -> bool:
        wanted = self.search.lower()
        texts = [c.text(row) for c in self.columns] + [str(row.get("search", ""))]
        if any(wanted in text.lower() for text in texts):
            return True
        return wanted.isascii() and any(wanted in spelled(text) for text in texts if not text.isascii())


def _cell(column: Column, row: Row, long: bool) -> Cell:
    value = row.get(column.key)
    tone = value[1] if column.kind == "tag" and value else row.get(f"{column.key}_tone", "")
    return Cell(column.text(row), column, tone, row.get(column.link, "") if column.link else "", long)


def _sortable(value: Any) -> Any:
    if isinstance(value, tuple):
        value = value[0]
    if value is None or value == "" or (isinstance(value, float) and isnan(value)):
        return None
    return spelled(value) if isinstance(value, str) and not value.isascii() else value
