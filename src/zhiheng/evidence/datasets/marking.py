"""From what cells say to one mark per pupil and subject, and one per pupil and item.

The later upload wins where two say different things; what lost is told. Knows no database.
"""

from dataclasses import dataclass

import polars as pl

from zhiheng.files.problems import Cell, Problem
from zhiheng.frames.schema import HUNDREDTHS

PLACE = ["upload", "sheet", "row", "column"]
NORMAL, UNREAD, ABSENT = "normal", "not_scanned", "absent"
"""`not_scanned` also stands for a mark that is there and cannot be taken: no zero, and no absence."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks of one level (subjects, or items) with one row per pupil and place in the exam.

    Attributes
    ----------
    frame : pupil, subject (and item), raw_mark, scale_score or option, status, `PLACE`, file and sheet_name.
    problems : what was not taken, or lost against a later upload.
    """

    frame: pl.DataFrame
    problems: tuple[Problem, ...]


def subject_marks(cells: pl.DataFrame, papers: pl.DataFrame) -> Marked:
    """Settle the marks of whole subjects.

    Parameters
    ----------
    cells : pupil, subject, raw_mark, scale_score, status, file, sheet_name and `PLACE`; one row per cell.
    papers : subject, full_mark (hundredths, null where unknown), is_scale.
    """
    whole = (
        cells.group_by(
            "pupil", "subject", "upload", "sheet", "row", "file", "sheet_name", maintain_order=True
        )
        .agg(
            pl.col("raw_mark").drop_nulls().first(),
            pl.col("scale_score").drop_nulls().first(),
            pl.col("status").filter(pl.col("status") != NORMAL).first().fill_null(NORMAL),
            pl.col("column").first(),
        )
        .join(papers, on="subject", how="left", maintain_order="left")
    )
    as_scale = pl.col("is_scale").fill_null(False)
    whole = whole.with_columns(
        pl.when(as_scale)
        .then(pl.coalesce("scale_score", pl.col("raw_mark") / HUNDREDTHS))
        .otherwise(pl.col("scale_score"))
        .alias("scale_score"),
        pl.when(~as_scale).then(pl.col("raw_mark")).alias("raw_mark"),
    )
    over = (pl.col("raw_mark") > pl.col("full_mark")).fill_null(False)
    problems = _over_full(whole.filter(over), "dataset.mark_over_full")
    whole = whole.with_columns(pl.when(~over).then(pl.col("raw_mark")).alias("raw_mark"))
    empty = pl.col("raw_mark").is_null() & pl.col("scale_score").is_null()
    whole = whole.with_columns(
        pl.when(empty & (pl.col("status") == NORMAL))
        .then(pl.lit(UNREAD))
        .otherwise(pl.col("status"))
        .alias("status"),
        # 缺考 beside a number: the number of a pupil who was not there is not a mark.
        pl.when(pl.col("status") == NORMAL).then(pl.col("raw_mark")).alias("raw_mark"),
        pl.when(pl.col("status") == NORMAL).then(pl.col("scale_score")).alias("scale_score"),
    ).drop("full_mark", "is_scale")
    winners, clashes = _last_wins(whole, ["pupil", "subject"], ["raw_mark", "scale_score", "status"])
    return Marked(winners, (*problems, *clashes))


def item_marks(cells: pl.DataFrame, items: pl.DataFrame) -> Marked:
    """Settle the marks of items; an option earns the item's full mark when it is the key.

    Parameters
    ----------
    cells : pupil, subject, item (label), raw_mark, option, file, sheet_name and `PLACE`.
    items : subject, label, item (index), full_mark (hundredths), key ("" for none).
    """
    whole = (
        _option_beside_mark(cells)
        .rename({"item": "label"})
        .join(items, on=["subject", "label"], how="inner", maintain_order="left")
    )
    has_key = pl.col("key").fill_null("") != ""
    to_score = pl.col("raw_mark").is_null() & pl.col("option").is_not_null()
    scored = pl.when(pl.col("option") == pl.col("key")).then(pl.col("full_mark")).otherwise(0)
    whole = whole.with_columns(
        pl.when(to_score & has_key)
        .then(scored)
        .otherwise(pl.col("raw_mark"))
        .cast(pl.Int32)
        .alias("raw_mark"),
        (to_score & ~has_key).alias("no_key"),
    )
    over = (pl.col("raw_mark") > pl.col("full_mark")).fill_null(False)
    problems = [*_no_key(whole.filter("no_key")), *_over_full(whole.filter(over), "dataset.item_over_full")]
    whole = whole.with_columns(pl.when(~over).then(pl.col("raw_mark")).alias("raw_mark"))
    # Blank option cells are answers too; a blank mark cell is none.
    whole = whole.filter(pl.col("raw_mark").is_not_null() | pl.col("option").is_not_null())
    winners, clashes = _last_wins(whole, ["pupil", "subject", "item"], ["raw_mark", "option"])
    return Marked(winners, (*problems, *clashes))


def _option_beside_mark(cells: pl.DataFrame) -> pl.DataFrame:
    """Make one cell of an item's option and its mark where a row gives both."""
    row = ["pupil", "subject", "item", "upload", "sheet", "row"]
    twice = cells.select(row).is_duplicated()
    if not twice.any():
        return cells
    merged = (
        cells.filter(twice)
        .group_by(*row, "file", "sheet_name", maintain_order=True)
        .agg(
            pl.col("raw_mark").drop_nulls().first(),
            pl.col("option").drop_nulls().first(),
            pl.col("column").filter(pl.col("raw_mark").is_not_null()).first(),
            pl.col("column").first().alias("first_column"),
        )
        .with_columns(pl.coalesce("column", "first_column").alias("column"))
    )
    return pl.concat([cells.filter(~twice), merged.select(cells.columns)])


def with_item_sums(marks: pl.DataFrame, items: pl.DataFrame) -> Marked:
    """Give pupils without a subject mark the sum of their items; tell where both are there and differ."""
    sums = (
        items.drop_nulls("raw_mark")
        .sort("pupil", "subject", "column")
        .group_by("pupil", "subject", maintain_order=True)
        .agg(
            pl.col("raw_mark").sum().cast(pl.Int32).alias("item_sum"),
            *(pl.col(c).first() for c in (*PLACE, "file", "sheet_name")),
        )
    )
    both = marks.filter(pl.col("raw_mark").is_not_null()).join(
        sums.select("pupil", "subject", "item_sum"),
        on=["pupil", "subject"],
        how="inner",
        maintain_order="left",
    )
    differing = both.filter(pl.col("raw_mark") != pl.col("item_sum"))
    problems = [
        Problem(
            "dataset.sum_differs",
            Cell(file, sheet, row, column or 0),
            f"学科成绩{_points(mark)}，小题分之和{_points(total)}",
            "两者相等",
            "核对小题分和学科成绩；现按学科成绩计",
        )
        for file, sheet, row, column, mark, total in differing.select(
            "file", "sheet_name", "row", "column", "raw_mark", "item_sum"
        ).iter_rows()
    ]
    # An item sheet's row without a mark of its own reads as unread; a sum is better than that.
    bare = marks.filter((pl.col("status") != UNREAD) | pl.col("raw_mark").is_not_null())
    missing = sums.join(bare, on=["pupil", "subject"], how="anti").select(
        "pupil",
        "subject",
        pl.col("item_sum").alias("raw_mark"),
        pl.lit(None, pl.Float64).alias("scale_score"),
        pl.lit(NORMAL).alias("status"),
        *PLACE,
        "file",
        "sheet_name",
    )
    kept = marks.join(missing, on=["pupil", "subject"], how="anti", maintain_order="left")
    return Marked(pl.concat([kept.select(missing.columns), missing]), tuple(problems))


def _last_wins(rows: pl.DataFrame, key: list[str], values: list[str]) -> tuple[pl.DataFrame, list[Problem]]:
    """Keep the last row of every key in the order of uploads; tell the others where they say something else."""
    if not rows.select(key).is_duplicated().any():
        return rows, []
    ordered = rows.sort("upload", "sheet", "row")
    # A later blank does not wipe out an earlier mark.
    ordered = ordered.with_columns(
        (pl.col("raw_mark").is_not_null() | (pl.col(values[-1]) != UNREAD)).alias("says")
    )
    ordered = ordered.sort("says", maintain_order=True).drop("says")
    winners = ordered.unique(key, keep="last", maintain_order=True)
    won = winners.select(
        *key,
        *(pl.col(v).alias(f"won_{v}") for v in values),
        pl.col("file").alias("won_file"),
        *(pl.col(c).alias(f"won_{c}") for c in PLACE),
    )
    lost = ordered.join(won, on=key, how="left", maintain_order="left").filter(
        pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"won_{c}")) for c in PLACE)
        & pl.any_horizontal(pl.col(v).ne_missing(pl.col(f"won_{v}")) for v in values)
    )
    problems = [
        Problem(
            "dataset.marks_clash",
            Cell(row["file"], row["sheet_name"], row["row"], row["column"] or 0),
            f"这里是{_said(row, '')}，{row['won_file']} 第{row['won_row']}行是{_said(row, 'won_')}",
            "同一个成绩",
            "以后交的为准；这一格对时请重新上传这张表",
        )
        for row in lost.iter_rows(named=True)
    ]
    return winners, problems


def _said(row: dict[str, object], prefix: str) -> str:
    mark = row[f"{prefix}raw_mark"]
    if isinstance(mark, int):
        return f"{_points(mark)}分"
    score = row.get(f"{prefix}scale_score")
    return f"{score:g}分" if isinstance(score, float) else "没有分数"


def _points(hundredths: int) -> str:
    return f"{hundredths / HUNDREDTHS:g}"


def _over_full(rows: pl.DataFrame, code: str) -> list[Problem]:
    return [
        Problem(
            code,
            Cell(file, sheet, row, column or 0),
            f"这里写的是{_points(mark)}",
            f"0 到 {_points(full)} 之间的数",
            "核对分数或满分后重新上传",
        )
        for file, sheet, row, column, mark, full in rows.select(
            "file", "sheet_name", "row", "column", "raw_mark", "full_mark"
        ).iter_rows()
    ]


def _no_key(rows: pl.DataFrame) -> list[Problem]:
    first = rows.group_by("subject", "label", maintain_order=True).agg(
        pl.col("file").first(),
        pl.col("sheet_name").first(),
        pl.col("column").first(),
        pl.len().alias("answers"),
    )
    return [
        Problem(
            "dataset.key_missing",
            Cell(file, sheet, 0, column or 0),
            f"第{label}题有{answers}个选项，没有标准答案",
            "标准答案",
            "在双向细目表里补上参考答案",
        )
        for label, file, sheet, column, answers in first.select(
            "label", "file", "sheet_name", "column", "answers"
        ).iter_rows()
    ]
