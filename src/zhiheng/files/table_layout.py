"""How wide the columns of a printed table are and how large its type, from what its cells hold.

Shared by the writers for paper; a spreadsheet has no page to fit.
"""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from zhiheng.files.document import Column, Table

_PADDING = 1.3  # em, both sides together
_LONGEST_TEXT = 15.0  # em; longer text wraps
_WRAPPED_TEXT = 8.0  # em; type is made smaller only where text columns would be narrower
_SHORTEST_TEXT = 5.0
_SMALL = 0.85  # the second line of a cell, beside the first


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table is set.

    Attributes
    ----------
    size_pt : type size.
    shares : share of the width each column gets; they add up to 1.
    indents_em : room to the right of numbers, so that a right-aligned column stands under the middle of its header.
    """

    size_pt: float
    shares: tuple[float, ...]
    indents_em: tuple[float, ...]


def text_width(text: str) -> float:
    """Return the width of one line in em: a Chinese character is 1, a Latin letter or digit about 0.56.

    Typesetting puts a quarter em between the two scripts.
    """
    wide = [unicodedata.east_asian_width(char) in "WFA" for char in text]
    borders = sum(one is not other for one, other in pairwise(wide))
    return sum(1.0 if each else 0.56 for each in wide) + 0.25 * borders


def _header_width(column: Column) -> float:
    """Headers of more than four characters may break into two lines, unless they say where to break."""
    width = max(text_width(line) for line in column.title.split("\n"))
    return width if width <= 4 or "\n" in column.title else max(4.0, width / 2 + 0.5)


def _cell_width(text: str) -> float:
    first, *rest = text.split("\n")
    return max(text_width(first), *(text_width(line) * _SMALL for line in rest), 0.0)


def _body_widths(table: Table) -> list[float]:
    """Return the widest cell of each column in em."""
    return [max(map(_cell_width, cells), default=0.0) for cells in zip(*table.printed(), strict=True)] or [
        0.0 for _ in table.columns
    ]


def _wrapped(widths: list[float], columns: tuple[Column, ...], room: float) -> list[float]:
    """Shrink the text columns that are widest for their share first, until all fit; short ones keep their width."""
    told = list(zip(widths, columns, strict=True))
    texts = sorted((width / column.width, column.width) for width, column in told if column.format is None)
    left = max(room - sum(width for width, column in told if column.format is not None), 1.0)
    shares = sum(share for _, share in texts)
    cap = left
    for relative, share in texts:
        cap = left / shares
        if relative > cap:
            break
        left, shares = left - relative * share, shares - share
    return [
        min(width, max(cap * column.width, _SHORTEST_TEXT)) if column.format is None else width
        for width, column in told
    ]


def table_layout(table: Table, width_pt: float, sizes_pt: tuple[float, ...]) -> TableLayout:
    """Return the largest of `sizes_pt` (falling) at which no number wraps, and the column shares.

    Text columns give way first: they are held to 15 em, then wrapped within what numbers leave.
    """
    body = _body_widths(table)
    natural = [
        max(width, _header_width(column)) + _PADDING
        for width, column in zip(body, table.columns, strict=True)
    ]
    is_text = [column.format is None for column in table.columns]
    held = [
        min(width, _LONGEST_TEXT * column.width) if text else width
        for width, text, column in zip(natural, is_text, table.columns, strict=True)
    ]
    least = [min(width, _WRAPPED_TEXT) if text else width for width, text in zip(held, is_text, strict=True)]
    size = next((size for size in sizes_pt if sum(least) * size <= width_pt), sizes_pt[-1])
    room = width_pt / size
    if sum(held) > room:
        held = _wrapped(held, table.columns, room)
    elif any(text and wide > keep for text, wide, keep in zip(is_text, natural, held, strict=True)):
        # Room is left: the long texts take it all, up to what they need.
        want = [max(n - h, 0.0) for n, h in zip(natural, held, strict=True)]
        spare = min(room - sum(held), sum(want))
        held = [h + spare * w / sum(want) for h, w in zip(held, want, strict=True)]
    shares = tuple(width / sum(held) for width in held)
    indents = tuple(
        0.0 if column.format is None or column.interval else max((share * room - width - _PADDING) / 2, 0.0)
        for column, share, width in zip(table.columns, shares, body, strict=True)
    )
    return TableLayout(size, shares, indents)
