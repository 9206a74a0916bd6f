"""The three-year table of pupils who left, small counts withheld so that no total gives them away. Knows no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zhiheng.core.masking import MINIMUM, suppressed

ALL = "合计"
YEARS = 3
"""The table covers this many years (三年)."""


@dataclass(frozen=True, slots=True)
class OutflowTable:
    """Counts by place and year with totals; None where a count is withheld.

    Attributes
    ----------
    places : row names, the total last.
    years : column names, oldest first; a last column holds the sum over the years.
    counts : one tuple a row, one more cell than there are years.
    """

    places: tuple[str, ...]
    years: tuple[int, ...]
    counts: tuple[tuple[int | None, ...], ...]


def outflow_table(counts: Mapping[tuple[str, int], int], years: Sequence[int]) -> OutflowTable:
    """Return the table of `counts` (place, year) → pupils over the years.

    Counts under 10 are withheld; further counts of the same row or column are withheld with them until no row
    and no column gives one away by subtraction. A place and year without a count is 0: nobody was noted.
    """
    places = sorted({place for place, year in counts if year in years})
    parts = np.array([[counts.get((place, year), 0) for year in years] for place in places], dtype=int)
    parts = parts.reshape(len(places), len(years))
    whole = np.vstack([parts, parts.sum(axis=0)])
    whole = np.hstack([whole, whole.sum(axis=1, keepdims=True)])
    hidden = _hidden(whole)
    shown = tuple(
        tuple(None if gone else int(count) for count, gone in zip(row, gone_row, strict=True))
        for row, gone_row in zip(whole, hidden, strict=True)
    )
    return OutflowTable((*places, ALL), tuple(years), shown)


def _hidden(whole: np.ndarray) -> np.ndarray:
    """Which cells of a table with totals to withhold: the parts of every row and every column, until none changes."""
    hidden = (whole > 0) & (whole < MINIMUM)
    while True:
        before = hidden.sum()
        for counts, flags in [*zip(whole, hidden, strict=True), *zip(whole.T, hidden.T, strict=True)]:
            # Rows and columns are views: writing to the slice writes to the table.
            flags[:-1] = suppressed(counts[:-1], MINIMUM, also=flags[:-1])
        if hidden.sum() == before:
            return hidden
