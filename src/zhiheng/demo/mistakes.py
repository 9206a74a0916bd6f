"""Deliberate mistakes: what goes wrong when people type, copy and send, each remembered with what was meant.

A mistake changes a return's cells before it is laid out; where it ended up is filled in afterwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from zhiheng.demo.returns import Return, Row


@dataclass(frozen=True)
class Mistake:
    """One planted mistake.

    Attributes
    ----------
    code : the problem code an import should list it under; "" where matching alone can tell.
    kind : what was done; a key of `KINDS`, or what a roster, a version or a picture calls it.
    file, sheet, cell : where; the cell as a spreadsheet program shows it, "" for a whole sheet or file.
    key : row of the sitting (or of the roster) it happened to; -1 for a whole sheet or file.
    field : what was changed.
    found, meant : what stands there, and what should.
    rows : how many rows of the sheet it touches.
    """

    code: str
    key: int
    field: str
    found: str
    meant: str
    rows: int = 1
    file: str = ""
    sheet: str = ""
    cell: str = ""
    kind: str = ""

    def at(self, file: str, sheet: str = "", cell: str = "") -> "Mistake":
        """Return the mistake with its place."""
        return replace(self, file=file, sheet=sheet, cell=cell)


def _pick(made: Return, rng: np.random.Generator, spare: set[int]) -> tuple[int, Row]:
    """Choose a pupil with every mark who has no mistake yet; returns the place in `rows` and the row."""
    codes = [code for code, _, _ in made.subjects]
    may = [
        place
        for place, (key, cells) in enumerate(made.rows)
        if key not in spare and all(isinstance(cells[code], int | float) for code in codes)
    ]
    place = int(rng.choice(may))
    spare.add(made.rows[place][0])
    return place, made.rows[place]


def _pick_subject(made: Return, rng: np.random.Generator) -> tuple[str, float]:
    code, _, full = made.subjects[int(rng.integers(len(made.subjects)))]
    return code, full


def _set(row: Row, field: str, found: Any, code: str) -> list[Mistake]:
    meant = row[1][field]
    row[1][field] = found
    return [Mistake(code, row[0], field, str(found), str(meant))]


def letter_o(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """The letter O typed for a nought: 8O."""
    rounds = [
        (row, code)
        for row in made.rows
        for code, _, _ in made.subjects
        if row[0] not in spare and isinstance(row[1][code], int) and str(row[1][code])[1:].endswith("0")
    ]
    row, code = rounds[int(rng.integers(len(rounds)))]
    spare.add(row[0])
    return _set(row, code, str(row[1][code])[:-1] + "O", "score.not_a_number")


def with_unit(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A remark in the cell of a mark: 76(待核)."""
    _, row = _pick(made, rng, spare)
    code, _ = _pick_subject(made, rng)
    return _set(row, code, f"{row[1][code]}(待核)", "score.not_a_number")


def above_full(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A mark above the full mark of its paper."""
    _, row = _pick(made, rng, spare)
    code, full = _pick_subject(made, rng)
    return _set(row, code, int(full) + int(rng.integers(1, 9)), "score.above_full")


def negative(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A mark below nought."""
    _, row = _pick(made, rng, spare)
    code, _ = _pick_subject(made, rng)
    return _set(row, code, -int(row[1][code]), "score.negative")


def blank_mark(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A mark forgotten: the pupil sat, the cell is empty."""
    _, row = _pick(made, rng, spare)
    code, _ = _pick_subject(made, rng)
    return _set(row, code, "", "dataset.mark_unread")


def total_wrong(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A total that is not the sum of its row."""
    _, row = _pick(made, rng, spare)
    return _set(row, "total", row[1]["total"] + 10, "total.disagrees")


def name_typo(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A name with one wrong character beside a right number."""
    _, row = _pick(made, rng, spare)
    name = row[1]["name"]
    return _set(row, "name", name[:-1] + ("希" if name[-1] != "希" else "西"), "match.name_differs")


def ids_disagree(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """The ticket is another pupil's, the student number is right."""
    _, row = _pick(made, rng, spare)
    _, other = _pick(made, rng, spare)
    return _set(row, "ticket", other[1]["ticket"], "match.ids_disagree")


def twice(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A row copied below itself."""
    place, (key, cells) = _pick(made, rng, spare)
    made.rows.insert(place + 1, (key, dict(cells)))
    return [Mistake("row.duplicate", key, "name", cells["name"], "")]


def twice_differing(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """The pupil a second time further down, with another mark in one subject."""
    _, (key, cells) = _pick(made, rng, spare)
    code, _ = _pick_subject(made, rng)
    again = {**cells, code: cells[code] - 3 if cells[code] >= 3 else cells[code] + 3}
    end = max(at for at, (_, other) in enumerate(made.rows) if other["class"] == cells["class"])
    made.rows.insert(end + 1, (key, again))
    return [Mistake("row.duplicate", key, code, str(again[code]), str(cells[code]))]


def not_on_roll(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A pupil nobody knows: no roster has the name, no list the numbers."""
    _, (_, cells) = _pick(made, rng, spare)
    serial = int(rng.integers(100, 999))
    stranger = {
        **cells,
        "name": f"边{'甲乙丙丁'[serial % 4]}申",
        "student_no": f"G99999920120101{serial:04d}",
    }
    if cells["ticket"]:
        stranger["ticket"] = f"{cells['ticket'][:4]}9990{serial}"
    key = -1 - len(spare)
    end = max(at for at, (_, other) in enumerate(made.rows) if other["class"] == cells["class"])
    made.rows.insert(end + 1, (key, stranger))
    return [Mistake("", key, "name", stranger["name"], "")]


def left_out(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A pupil of the school who is missing from the sheet."""
    place, (key, cells) = _pick(made, rng, spare)
    del made.rows[place]
    return [Mistake("dataset.roster_pupil_missing", key, "name", "", cells["name"])]


def wrong_class(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """A class that is not the pupil's by the roster."""
    _, row = _pick(made, rng, spare)
    others = sorted({cells["class"] for _, cells in made.rows} - {row[1]["class"]})
    return _set(row, "class", others[0] if others else row[1]["class"] + 1, "")


def names_shifted(made: Return, rng: np.random.Generator, spare: set[int]) -> list[Mistake]:
    """The names of one class slipped down a row; numbers and marks stayed."""
    rows = max(made.by_class().values(), key=len)
    names = [cells["name"] for _, cells in rows]
    for place, (key, cells) in enumerate(rows):
        cells["name"] = names[place - 1]
        spare.add(key)
    return [Mistake("match.names_shifted", rows[0][0], "name", names[-1], names[0], rows=len(rows))]


KINDS: dict[str, Callable[[Return, np.random.Generator, set[int]], list[Mistake]]] = {
    kind.__name__: kind
    for kind in (
        letter_o,
        with_unit,
        above_full,
        negative,
        blank_mark,
        total_wrong,
        name_typo,
        ids_disagree,
        twice,
        twice_differing,
        not_on_roll,
        left_out,
        wrong_class,
        names_shifted,
    )
}


def plant(made: Return, kinds: list[str], rng: np.random.Generator) -> list[Mistake]:
    """Make the named mistakes in a return, each on a pupil of its own; returns them without a place."""
    spare: set[int] = set()
    return [replace(mistake, kind=kind) for kind in kinds for mistake in KINDS[kind](made, rng, spare)]
