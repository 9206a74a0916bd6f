"""The marks read from single columns of a sheet, and the one frame they become.

Columns stay arrays until all are read: a frame for each would cost more than reading them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.files.marks import Floats, hundredths
from zhiheng.files.sheets import MARKS_SCHEMA, Grid

Words = npt.NDArray[np.object_]
Places = npt.NDArray[np.int32]
BATCH = 1_000_000
"""Marks put together at a time."""


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

    `data` gives each data row's 0-based row in the grid, `person` its person. An item sheet of a county has
    millions of marks: they are put together by batches, and what is the same for all of them is a literal.
    """
    kept = [(piece, own) for piece in pieces if len(own := np.flatnonzero(piece.keep).astype(np.int32))]
    if not kept:
        return pl.DataFrame(schema=MARKS_SCHEMA)
    rows = np.array(data, dtype=np.int32) + 1
    same = {"file": grid.file, "sheet": grid.sheet, "sheet_index": grid.index} | _same(pieces)
    each = max(1, BATCH // max(1, len(rows)))
    frames = [_batch(kept[at : at + each], rows, person, same) for at in range(0, len(kept), each)]
    literals = {name: pl.lit(value).cast(MARKS_SCHEMA[name]) for name, value in same.items()}
    return pl.concat(frames).with_columns(**literals).select(*MARKS_SCHEMA)


def _same(pieces: Sequence[MarkPiece]) -> dict[str, str | None]:
    """Return the columns in which all pieces say the same one thing."""
    said: dict[str, str | None] = {}
    if len({piece.subject for piece in pieces}) == 1:
        said["subject"] = pieces[0].subject
    if all(piece.raw is None for piece in pieces):
        said["raw_mark"] = None
    if all(piece.scale is None for piece in pieces):
        said["scale_score"] = None
    if all(piece.status is None for piece in pieces):
        said["status"] = "normal"
    if all(piece.option is None for piece in pieces):
        said["option"] = None
    return said


def _batch(
    kept: Sequence[tuple[MarkPiece, Places]],
    rows: npt.NDArray[np.int32],
    person: npt.NDArray[np.int32],
    same: Mapping[str, object],
) -> pl.DataFrame:
    """Return the columns of some pieces that are not the same for all marks."""
    pieces, places = [piece for piece, _ in kept], [own for _, own in kept]
    counts = [len(own) for own in places]
    columns = np.array([piece.column for piece in pieces], dtype=np.int32)
    made: dict[str, Callable[[], pl.Series]] = {
        "row": lambda: pl.Series(np.concatenate([rows[own] for own in places])),
        "column": lambda: pl.Series(np.repeat(columns, counts)),
        "person": lambda: pl.Series(np.concatenate([person[own] for own in places])),
        "subject": lambda: _repeated([piece.subject for piece in pieces], counts),
        "item": lambda: _repeated([piece.item for piece in pieces], counts),
        "raw_mark": lambda: _hundredths([piece.raw for piece in pieces], places),
        "scale_score": lambda: _scores([piece.scale for piece in pieces], places),
        "status": lambda: _words([piece.status for piece in pieces], places, "normal"),
        "option": lambda: _words([piece.option for piece in pieces], places, None),
    }
    return pl.DataFrame({name: column() for name, column in made.items() if name not in same})


def _repeated(words: list[str | None], counts: Sequence[int]) -> pl.Series:
    """Return each word as often as its piece has rows."""
    vocabulary = pl.Series(words, dtype=pl.Categorical())
    return vocabulary.gather(np.repeat(np.arange(len(words), dtype=np.uint32), counts))


def _hundredths(arrays: Sequence[Floats | None], places: Sequence[Places]) -> pl.Series:
    """Return the kept points as whole hundredths, null where there are none."""
    ends = np.cumsum([0, *map(len, places)])
    whole = np.zeros(ends[-1], dtype=np.int32)
    blank = np.ones(ends[-1], dtype=bool)
    for array, own, start, end in zip(arrays, places, ends, ends[1:], strict=False):
        if array is not None:
            points = array[own]
            blank[start:end] = np.isnan(points)
            whole[start:end] = hundredths(np.nan_to_num(points, copy=False))
    marks = pl.Series(whole)
    return marks.set(pl.Series(blank), None) if blank.any() else marks


def _scores(arrays: Sequence[Floats | None], places: Sequence[Places]) -> pl.Series:
    """Return the kept scale scores, null where there are none."""
    known = [
        np.full(len(own), np.nan) if array is None else array[own]
        for array, own in zip(arrays, places, strict=True)
    ]
    return pl.Series(np.concatenate(known)).fill_nan(None)


def _words(arrays: Sequence[Words | None], places: Sequence[Places], otherwise: str | None) -> pl.Series:
    """Return the kept words of all pieces; a piece without any says `otherwise`."""
    codes: dict[str | None, int] = {otherwise: 0}
    spelled = [
        np.zeros(len(own), dtype=np.uint32)
        if array is None
        else np.array([codes.setdefault(word, len(codes)) for word in array[own].tolist()], dtype=np.uint32)
        for array, own in zip(arrays, places, strict=True)
    ]
    return pl.Series(list(codes), dtype=pl.Categorical()).gather(np.concatenate(spelled))
