"""The marks read from single columns of a sheet, and the one frame they become.

Columns stay arrays until all are read: a frame for each would cost more than reading them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.files.marks import Floats, hundredths
from zhiheng.files.sheets import MARKS_SCHEMA, Grid

Words = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class MarkPiece:
    """What one column says; every array has one entry per data row.

    Attributes
    ----------
    keep : the rows that give a mark, status or option.
    raw, scale : points; NaN where there is none. None where the column has none at all.
    status, option : words; None for normal, and for no option.
    """

    column: int
    subject: str | None
    item: str | None
    keep: npt.NDArray[np.bool_]
    raw: Floats | None = None
    scale: Floats | None = None
    status: Words | None = None
    option: Words | None = None

    def sat(self) -> npt.NDArray[np.bool_]:
        """Say which rows hold a mark of a pupil who sat the paper."""
        return self.keep if self.status is None else self.keep & (self.status == "normal")


def mark_frame(
    grid: Grid, data: Sequence[int], person: npt.NDArray[np.int32], pieces: Sequence[MarkPiece]
) -> pl.DataFrame:
    """Return the kept rows of all pieces as marks (`MARKS_SCHEMA`).

    `data` gives each data row's 0-based row in the grid, `person` its person.
    """
    places = [np.flatnonzero(piece.keep).astype(np.int32) for piece in pieces]
    counts = [len(own) for own in places]
    if not sum(counts):
        return pl.DataFrame(schema=MARKS_SCHEMA)

    def spread(words: Iterable[str | None]) -> pl.Series:
        return _spread(list(words), counts)

    def numbers(of: Callable[[MarkPiece], Floats | None]) -> Floats:
        return _numbers([of(piece) for piece in pieces], places)

    place = np.concatenate(places)
    said = {"file": grid.file, "sheet": grid.sheet, "sheet_index": grid.index}
    columns: dict[str, pl.Series] = {
        "row": pl.Series(np.array(data, dtype=np.int32)[place] + 1),
        "column": pl.Series(np.repeat(np.array([p.column for p in pieces], dtype=np.int32), counts)),
        "person": pl.Series(person[place]),
        "subject": spread(piece.subject for piece in pieces),
        "item": spread(piece.item for piece in pieces),
        "raw_mark": pl.Series(hundredths(numbers(lambda piece: piece.raw))).fill_nan(None).cast(pl.Int32),
        "scale_score": _null(pl.Float64(), len(place))
        if all(piece.scale is None for piece in pieces)
        else pl.Series(numbers(lambda piece: piece.scale)).fill_nan(None),
        "status": _words([p.status for p in pieces], places, "normal"),
        "option": _words([p.option for p in pieces], places, None),
    }
    frame = pl.DataFrame(columns).with_columns(
        **{name: pl.lit(value).cast(MARKS_SCHEMA[name]) for name, value in said.items()}
    )
    return frame.select(*MARKS_SCHEMA)


def _null(kind: pl.DataType, length: int) -> pl.Series:
    return pl.repeat(None, length, dtype=kind, eager=True)


def _numbers(arrays: Sequence[Floats | None], places: Sequence[npt.NDArray[np.int32]]) -> Floats:
    """Return the kept numbers of all pieces, NaN for a piece that has none."""
    return np.concatenate(
        [
            np.full(len(own), np.nan) if array is None else array[own]
            for array, own in zip(arrays, places, strict=True)
        ]
    )


def _spread(words: list[str | None], counts: Sequence[int]) -> pl.Series:
    """Return each word as often as its piece has rows, without writing it out each time."""
    vocabulary = pl.Series(words, dtype=pl.Categorical())
    return vocabulary.gather(np.repeat(np.arange(len(words), dtype=np.uint32), counts))


def _words(
    arrays: Sequence[Words | None], places: Sequence[npt.NDArray[np.int32]], otherwise: str | None
) -> pl.Series:
    """Return the kept words of all pieces; a piece without any says `otherwise`."""
    codes: dict[str | None, int] = {otherwise: 0}
    spelled = [
        np.zeros(len(own), dtype=np.uint32)
        if array is None
        else np.array([codes.setdefault(word, len(codes)) for word in array[own].tolist()], dtype=np.uint32)
        for array, own in zip(arrays, places, strict=True)
    ]
    return pl.Series(list(codes), dtype=pl.Categorical()).gather(np.concatenate(spelled))
