"""A dataset made by hand: D1 of the metrics, two schools in one subject, one class each."""

import polars as pl

from zhiheng.frames.schema import TABLES

A = [95, 88, 85, 80, 76, 70, 62, 58, 41, None]
B = [90, 84, 78, 72, 66, 60, 55, 48, 36, 0]


def table(name: str, columns: dict[str, list]) -> pl.LazyFrame:
    """A dataset table from some of its columns; the others are null."""
    rows = len(next(iter(columns.values()))) if columns else 0
    schema = NATIVE[name]
    data = {column: columns.get(column, [None] * rows) for column in schema}
    return pl.DataFrame(data, schema=schema).lazy()


def _native(name: str) -> dict[str, pl.DataType]:
    words = {
        "Int32": pl.Int32,
        "Int64": pl.Int64,
        "String": pl.String,
        "Float64": pl.Float64,
        "Boolean": pl.Boolean,
    }
    return {column: words[str(kind)] for column, kind in TABLES[name].items()}


NATIVE = {name: _native(name) for name in TABLES}


def dataset(
    marks: dict[str, dict[str, list[float | None]]],
    *,
    full_marks: dict[str, int] | None = None,
    enrolment: dict[str, list[str]] | None = None,
    statuses: dict[tuple[str, str], list[str]] | None = None,
    traits: dict[str, list] | None = None,
    weights: dict[str, float] | None = None,
    schools: list[dict] | None = None,
) -> dict[str, pl.LazyFrame]:
    """A whole dataset: school → subject → marks in points (None is absent). One class a school.

    Pupils are numbered school after school; schools and classes from 0 in the order given.
    """
    names = list(marks)
    subjects = list(dict.fromkeys(subject for by_subject in marks.values() for subject in by_subject))
    rows: dict[str, list] = {"pupil": [], "subject": [], "raw_mark": [], "status": []}
    pupils: dict[str, list] = {"pupil": [], "school": [], "class": [], "enrolment": []}
    for number, (name, by_subject) in enumerate(marks.items()):
        first = len(pupils["pupil"])
        size = max(len(column) for column in by_subject.values())
        pupils["pupil"] += range(first, first + size)
        pupils["school"] += [number] * size
        pupils["class"] += [number] * size
        pupils["enrolment"] += (enrolment or {}).get(name, ["regular"] * size)
        for subject, column in by_subject.items():
            said = (statuses or {}).get(
                (name, subject), ["absent" if x is None else "normal" for x in column]
            )
            rows["pupil"] += range(first, first + len(column))
            rows["subject"] += [subject] * len(column)
            rows["raw_mark"] += [None if x is None else round(x * 100) for x in column]
            rows["status"] += said
    papers = {
        "subject": subjects,
        "name": subjects,
        "full_mark": [(full_marks or {}).get(subject, 100) * 100 for subject in subjects],
        "weight": [(weights or {}).get(subject, 1.0) for subject in subjects],
        "in_total": [True] * len(subjects),
        "order": list(range(len(subjects))),
    }
    places: dict[str, list] = {
        "school": list(range(len(names))),
        "name": names,
        "town": ["城关"] * len(names),
        "area": ["city" if number % 2 == 0 else "village" for number in range(len(names))],
        "school_type": ["县城初中" if number % 2 == 0 else "乡镇初中" for number in range(len(names))],
        "order": list(range(len(names))),
    }
    for number, changes in enumerate(schools or []):
        for column, value in changes.items():
            places[column][number] = value
    return {
        "marks": table("marks", rows),
        "item_marks": table("item_marks", {}),
        "pupils": table("pupils", pupils | (traits or {})),
        "schools": table("schools", places),
        "classes": table("classes", {"class": list(range(len(names))), "school": list(range(len(names)))}),
        "teaching": table(
            "teaching",
            {
                "class": [number for number in range(len(names)) for _ in subjects],
                "subject": subjects * len(names),
                "teacher": [100 + number for number in range(len(names)) for _ in subjects],
            },
        ),
        "papers": table("papers", papers),
        "items": table("items", {}),
    }


def d1() -> dict[str, pl.LazyFrame]:
    """Mathematics in schools 甲 (0) and 乙 (1), full mark 100; one pupil of 甲 is absent."""
    return dataset({"甲": {"math": A}, "乙": {"math": B}})


D2 = [
    (3, 3, 4, 9),
    (3, 3, 4, 8),
    (3, 3, 2, 9),
    (3, 0, 4, 7),
    (3, 3, 4, 5),
    (3, 3, 2, 5),
    (0, 3, 2, 6),
    (3, 0, 0, 4),
    (0, 3, 0, 3),
    (0, 0, 2, 2),
]


def with_items(
    responses: list[tuple[float, ...]],
    full_marks: tuple[int, ...],
    *,
    options: list[tuple[str, ...]] | None = None,
    key: tuple[str, ...] | None = None,
    knowledge: tuple[str, ...] | None = None,
    ability: tuple[str, ...] | None = None,
    kinds: tuple[str, ...] | None = None,
    expected: tuple[float, ...] | None = None,
) -> dict[str, pl.LazyFrame]:
    """One school whose pupils sat one paper of mathematics with item marks."""
    k = len(full_marks)
    tables = dataset(
        {"甲": {"math": [float(sum(row)) for row in responses]}}, full_marks={"math": sum(full_marks)}
    )
    rows = [
        (pupil, item, round(mark * 100), options[pupil][item] if options else None)
        for pupil, row in enumerate(responses)
        for item, mark in enumerate(row)
    ]
    pupils, numbers, marks, chosen = (list(column) for column in zip(*rows, strict=True))
    n = len(rows)
    tables["item_marks"] = table(
        "item_marks",
        {"pupil": pupils, "subject": ["math"] * n, "item": numbers, "raw_mark": marks, "option": chosen},
    )
    tables["items"] = table(
        "items",
        {
            "subject": ["math"] * k,
            "item": list(range(k)),
            "kind": list(kinds or (["choice" if options else "open"] * k)),
            "full_mark": [full * 100 for full in full_marks],
            "knowledge": list(knowledge or [None] * k),
            "ability": list(ability or [None] * k),
            "expected_facility": list(expected or [None] * k),
            "key": list(key or [None] * k),
        },
    )
    return tables
