"""A simulated exam as dataset tables, of any size: only for measuring speed, nothing here looks real."""

import numpy as np
import polars as pl

SUBJECTS = {
    "chinese": 120,
    "math": 120,
    "english": 120,
    "physics": 100,
    "chemistry": 100,
    "politics": 60,
    "history": 60,
    "geography": 50,
    "biology": 50,
}
TOWNS, CLASS_SIZE, SCHOOL_SIZE = 40, 45, 500


def exam(pupils: int, *, items: int = 0, seed: int = 1) -> dict[str, pl.LazyFrame]:
    """Return the dataset tables of one exam in nine subjects, with `items` item marks a paper."""
    rng = np.random.default_rng(seed)
    schools = max(2, pupils // SCHOOL_SIZE)
    class_of = rng.permutation(pupils) // CLASS_SIZE
    school_of = class_of * schools // (class_of.max() + 1)
    ability = rng.normal(size=pupils) + rng.normal(scale=0.4, size=schools)[school_of]
    tables = _dimensions(rng, school_of, class_of)
    marks, item_marks = [], []
    for order, (subject, full) in enumerate(SUBJECTS.items()):
        share = 1 / (1 + np.exp(-(0.4 + ability + rng.normal(scale=0.6, size=pupils))))
        status = rng.choice(
            ["normal", "absent", "deferred", "cheat"], size=pupils, p=[0.97, 0.027, 0.002, 0.001]
        )
        if items:
            earned, rows = _item_marks(rng, share, subject, order, full, items, status)
            item_marks.append(rows)
        else:
            earned = np.floor(share * full * 2) * 50
        marks.append(
            pl.DataFrame(
                {
                    "pupil": np.arange(pupils, dtype=np.int32),
                    "raw_mark": earned.astype(np.int32),
                    "status": status,
                }
            ).with_columns(
                pl.when(pl.col("status") == "normal").then("raw_mark").alias("raw_mark"),
                pl.lit(subject).alias("subject"),
                pl.lit(None, pl.Float64).alias("scale_score"),
                *(pl.lit(0, pl.Int32).alias(name) for name in ("upload", "sheet", "row", "column")),
            )
        )
    return tables | {
        "marks": pl.concat(marks).rechunk().lazy(),
        "item_marks": (pl.concat(item_marks).rechunk() if items else _no_item_marks()).lazy(),
        "items": _items(items).lazy(),
        "papers": pl.DataFrame(
            {
                "subject": list(SUBJECTS),
                "name": list(SUBJECTS),
                "full_mark": pl.Series([full * 100 for full in SUBJECTS.values()], dtype=pl.Int32),
                "weight": [1.0] * len(SUBJECTS),
                "in_total": [True] * len(SUBJECTS),
                "order": pl.Series(range(len(SUBJECTS)), dtype=pl.Int32),
            }
        ).lazy(),
    }


def _dimensions(
    rng: np.random.Generator, school_of: np.ndarray, class_of: np.ndarray
) -> dict[str, pl.LazyFrame]:
    pupils, schools, classes = len(school_of), int(school_of.max()) + 1, int(class_of.max()) + 1
    school_of_class = np.arange(classes) * schools // classes
    yes = {
        name: rng.random(pupils) < share
        for name, share in (("migrant", 0.1), ("left_behind", 0.2), ("boarding", 0.4))
    }
    teaching = [(c, s, order * classes + c // 2) for c in range(classes) for order, s in enumerate(SUBJECTS)]
    kinds = ["县城初中", "乡镇初中", "九年一贯", "民办"]
    return {
        "pupils": pl.DataFrame(
            {
                "pupil": np.arange(pupils, dtype=np.int32),
                "school": school_of.astype(np.int32),
                "class": class_of.astype(np.int32),
                "gender": rng.choice(["male", "female"], size=pupils),
                **yes,
                "enrolment": rng.choice(
                    ["regular", "guest", "transferred_in"], size=pupils, p=[0.98, 0.01, 0.01]
                ),
            }
        ).lazy(),
        "schools": pl.DataFrame(
            {
                "school": np.arange(schools, dtype=np.int32),
                "town": [f"{number % TOWNS}镇" for number in range(schools)],
                "area": [("city", "town", "village")[number % 3] for number in range(schools)],
                "school_type": [kinds[number % 4] for number in range(schools)],
            }
        ).lazy(),
        "classes": pl.DataFrame(
            {"class": np.arange(classes, dtype=np.int32), "school": school_of_class.astype(np.int32)}
        ).lazy(),
        "teaching": pl.DataFrame(
            teaching, schema={"class": pl.Int32, "subject": pl.String, "teacher": pl.Int32}, orient="row"
        ).lazy(),
    }


def _items(items: int) -> pl.DataFrame:
    rows = [
        (
            subject,
            item,
            str(item + 1),
            "choice" if item < items // 2 else "open",
            int(_full(full, items, item)),
            f"K{item % 8}",
            f"A{item % 3}",
            0.65,
            "A" if item < items // 2 else None,
        )
        for subject, full in SUBJECTS.items()
        for item in range(items)
    ]
    return pl.DataFrame(
        rows,
        schema={
            "subject": pl.String,
            "item": pl.Int32,
            "label": pl.String,
            "kind": pl.String,
            "full_mark": pl.Int32,
            "knowledge": pl.String,
            "ability": pl.String,
            "expected_facility": pl.Float64,
            "key": pl.String,
        },
        orient="row",
    )


def _full(full: int, items: int, item: int) -> int:
    """Hundredths of one item; the last takes what is left."""
    each = full * 100 // items
    return full * 100 - each * (items - 1) if item == items - 1 else each


def _item_marks(rng, share, subject, order, full, items, status):
    sat = np.flatnonzero(status == "normal").astype(np.int32)
    right = rng.random((len(sat), items)) < share[sat, None]
    marks = right * np.array([_full(full, items, item) for item in range(items)])
    earned = np.zeros(len(share), dtype=np.int64)
    earned[sat] = marks.sum(axis=1)
    chosen = np.where(right, 0, rng.integers(1, 4, size=right.shape))
    is_choice = np.tile(np.arange(items) < items // 2, len(sat))
    rows = pl.DataFrame(
        {
            "pupil": np.repeat(sat, items),
            "item": np.tile(np.arange(items, dtype=np.int32), len(sat)),
            "raw_mark": marks.ravel().astype(np.int32),
            "chosen": chosen.ravel(),
            "is_choice": is_choice,
        }
    ).select(
        "pupil",
        pl.lit(subject).alias("subject"),
        "item",
        "raw_mark",
        pl.when("is_choice")
        .then(pl.col("chosen").replace_strict([0, 1, 2, 3], ["A", "B", "C", "D"]))
        .alias("option"),
    )
    return earned, rows


def _no_item_marks() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "pupil": pl.Int32,
            "subject": pl.String,
            "item": pl.Int32,
            "raw_mark": pl.Int32,
            "option": pl.String,
        }
    )
