"""Which names of points can stand in a picture without covering each other.

Works in pixels of a plot drawn narrow; it chooses, and moves nothing. What is not named stands in the table.
"""

from collections.abc import Iterable
from math import inf

CHARACTER, LINE, GAP = 11.5, 15.0, 7.0
"""Pixels: width of a Chinese character and height of a line at 11 px, and from a point to its name."""

Named = tuple[str, float, float, float]
"""Name, x and y of its point in pixels, and how much it matters that it is named."""


def names_fitting(points: Iterable[Named], turn: float = inf) -> list[str]:
    """Return the names to draw beside their points: those that matter most first, none over another.

    A name stands to the right of its point; from `turn` on (pixels across) to the left, or it would leave the plot.
    """
    taken: list[tuple[float, float, float]] = []  # left, right, middle
    chosen = []
    for name, x, y, _ in sorted(points, key=lambda point: -point[3]):
        length = CHARACTER * len(name)
        left = x + GAP if x < turn else x - GAP - length
        right = left + length
        if all(right < a or left > b or abs(y - middle) >= LINE for a, b, middle in taken):
            taken.append((left, right, y))
            chosen.append(name)
    return chosen
