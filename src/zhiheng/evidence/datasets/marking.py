"""From what cells say to one mark per pupil and subject, and one per pupil and item.

The later upload wins where two say different things; what lost is told. Knows no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhiheng.evidence.exams.papers import key_normal
from zhiheng.files.problems import Cell, Problem
from zhiheng.frames.schema import HUNDREDTHS

PLACE = ["upload", "sheet", "row", "column"]
NORMAL, UNREAD, ABSENT = "normal", "not_scanned", "absent"
"""`not_scanned` also stands for a mark that is there and cannot be taken: no zero, and no absence."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Marks of one level (subjects, or items): one row per pupil and subject (and item).

    Attributes
    ----------
    frame : pupil, subject, raw_mark, `PLACE`; scale_score and status for subjects, item and option for items.
    problems : what was not taken, or lost against a later upload.
    """

    frame: pl.DataFrame
    problems: tuple[Problem, ...]


def subject_marks(cells: pl.DataFrame, papers: pl.DataFrame, sheets: pl.DataFrame) -> Marked:
    """Settle the marks of whole subjects.

    Parameters
    ----------
    cells : pupil, subject, raw_mark, scale_score, status and `PLACE`; one row per cell.
    papers : subject, full_mark (hundredths, null where unknown), is_scale.
    sheets : upload, sheet, file, sheet_name.
    """
    whole = _scale_beside_raw(cells).join(papers, on="subject", how="left", maintain_order="left")
    as_scale = pl.col("is_scale").fill_null(False)
    whole = whole.with_columns(
        pl.when(as_scale)
        .then(pl.coalesce("scale_score", pl.col("raw_mark") / HUNDREDTHS))
        .otherwise(pl.col("scale_score"))
        .alias("scale_score"),
        pl.when(~as_scale).then(pl.col("raw_mark")).alias("raw_mark"),
    )
    over = (pl.col("raw_mark") > pl.col("full_mark")).fill_null(False)
    problems = _over_full(whole.filter(over), sheets, "dataset.mark_over_full")
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
    winners, clashes = _last_wins(whole, ["pupil", "subject"], ["raw_mark", "scale_score", "status"], sheets)
    return Marked(winners, (*problems, *clashes))


def _scale_beside_raw(cells: pl.DataFrame) -> pl.DataFrame:
    """Make one cell of a raw mark and a scale score that stand in two columns of a row."""
    row = ["pupil", "subject", "upload", "sheet", "row"]
    twice = cells.select(row).is_duplicated()
    if not twice.any():
        return cells
    merged = (
        cells.filter(twice)
        .group_by(row, maintain_order=True)
        .agg(
            pl.col("raw_mark").drop_nulls().first(),
            pl.col("scale_score").drop_nulls().first(),
            pl.col("status").filter(pl.col("status") != NORMAL).first().fill_null(NORMAL),
            pl.col("column").first(),
        )
    )
    return pl.concat([cells.filter(~twice), merged.select(cells.columns)])


def item_marks(cells: pl.DataFrame, items: pl.DataFrame, sheets: pl.DataFrame) -> Marked:
    """Settle the items of one subject; an option earns the item's full mark when it is the key.

    Parameters
    ----------
    cells : pupil, item (label), raw_mark, option and `PLACE`.
    items : subject, label, item (index), full_mark (hundredths), key (null or "" for none).
    """
    settled = options_normal(cells).rename({"item": "label"}).with_columns(pl.col("label").cast(pl.String))
    whole = _option_beside_mark(settled.join(items, on="label", how="inner", maintain_order="left"))
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
    problems = [
        *_no_key(whole.filter("no_key"), sheets),
        *_over_full(whole.filter(over), sheets, "dataset.item_over_full"),
    ]
    whole = whole.with_columns(pl.when(~over).then(pl.col("raw_mark")).alias("raw_mark"))
    # Blank option cells are answers too; a blank mark cell is none.
    whole = whole.filter(pl.col("raw_mark").is_not_null() | pl.col("option").is_not_null())
    whole = whole.select("pupil", "subject", "item", "raw_mark", "option", *PLACE)
    winners, clashes = _last_wins(whole, ["pupil", "item"], ["raw_mark", "option"], sheets)
    return Marked(winners.sort("item", "pupil"), (*problems, *clashes))


def options_normal(cells: pl.DataFrame) -> pl.DataFrame:
    """Write options as capital letters in order, so that BA and ab are one answer; each spelling is looked at once."""
    spellings = cells["option"].drop_nulls().unique().cast(pl.String)
    option = pl.col("option").cast(pl.String)
    if not spellings.is_empty():
        option = option.replace_strict({text: key_normal(text) for text in spellings}, default=None)
    return cells.with_columns(option)


def _option_beside_mark(cells: pl.DataFrame) -> pl.DataFrame:
    """Make one cell of an item's option and its mark where a row gives both."""
    if cells["option"].is_null().all() or cells["option"].is_not_null().all():
        return cells
    row = ["pupil", "item", "upload", "sheet", "row"]
    twice = cells.select(row).is_duplicated()
    if not twice.any():
        return cells
    kept = [name for name in cells.columns if name not in (*row, "raw_mark", "option", "column")]
    merged = (
        cells.filter(twice)
        .group_by(row, maintain_order=True)
        .agg(
            pl.col("raw_mark").drop_nulls().first(),
            pl.col("option").drop_nulls().first(),
            pl.col("column").sort_by(pl.col("raw_mark").is_null()).first(),
            *(pl.col(name).first() for name in kept),
        )
    )
    return pl.concat([cells.filter(~twice), merged.select(cells.columns)])


def item_sums(items: pl.DataFrame) -> pl.DataFrame:
    """Return pupil, subject, item_sum (hundredths) and the place of the first item, of one subject's items."""
    return (
        items.drop_nulls("raw_mark")
        .sort("pupil", "column")
        .group_by("pupil", "subject", maintain_order=True)
        .agg(pl.col("raw_mark").sum().cast(pl.Int32).alias("item_sum"), *(pl.col(c).first() for c in PLACE))
    )


def with_item_sums(marks: pl.DataFrame, sums: pl.DataFrame, sheets: pl.DataFrame) -> Marked:
    """Give pupils without a subject mark the sum of their items; tell where both are there and differ."""
    both = marks.filter(pl.col("raw_mark").is_not_null()).join(
        sums.select("pupil", "subject", "item_sum"),
        on=["pupil", "subject"],
        how="inner",
        maintain_order="left",
    )
    problems = [
        Problem(
            "dataset.sum_differs",
            place,
            f"学科成绩{_points(row['raw_mark'])}，小题分之和{_points(row['item_sum'])}",
            "两者相等",
            "核对小题分和学科成绩；现按学科成绩计",
        )
        for place, row in _placed(both.filter(pl.col("raw_mark") != pl.col("item_sum")), sheets)
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
    )
    kept = marks.join(missing, on=["pupil", "subject"], how="anti", maintain_order="left")
    return Marked(pl.concat([kept.select(missing.columns), missing]), tuple(problems))


def _placed(rows: pl.DataFrame, sheets: pl.DataFrame) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Yield each row with its cell."""
    told = rows.join(sheets, on=["upload", "sheet"], how="left", maintain_order="left")
    for row in told.iter_rows(named=True):
        yield Cell(row["file"], row["sheet_name"], row["row"], row["column"] or 0), row


def _last_wins(
    rows: pl.DataFrame, key: list[str], values: list[str], sheets: pl.DataFrame
) -> tuple[pl.DataFrame, list[Problem]]:
    """Keep the last row of every key in the order of uploads; tell the others where they say something else."""
    twice = rows.select(key).is_duplicated()
    if not twice.any():
        return rows, []
    # A later blank does not wipe out an earlier mark.
    says = pl.col("raw_mark").is_not_null() | pl.col(values[-1]).ne_missing(UNREAD)
    ordered = rows.filter(twice).sort(says, "upload", "sheet", "row", maintain_order=True)
    winners = ordered.unique(key, keep="last", maintain_order=True)
    won = winners.join(sheets, on=["upload", "sheet"], how="left").select(
        *key, *(pl.col(c).alias(f"won_{c}") for c in (*values, "file", *PLACE))
    )
    lost = ordered.join(won, on=key, how="left", maintain_order="left").filter(
        pl.any_horizontal(pl.col(c).ne_missing(pl.col(f"won_{c}")) for c in PLACE)
        & pl.any_horizontal(pl.col(v).ne_missing(pl.col(f"won_{v}")) for v in values)
    )
    problems = [
        Problem(
            "dataset.marks_clash",
            place,
            f"这里是{_said(row, '')}，{row['won_file']} 第{row['won_row']}行是{_said(row, 'won_')}",
            "同一个成绩",
            "以后交的为准；这一格对时请重新上传这张表",
        )
        for place, row in _placed(lost, sheets)
    ]
    return pl.concat([rows.filter(~twice), winners]), problems


def _said(row: dict[str, Any], prefix: str) -> str:
    if row[f"{prefix}raw_mark"] is not None:
        return f"{_points(row[f'{prefix}raw_mark'])}分"
    score = row.get(f"{prefix}scale_score")
    return f"{score:g}分" if score is not None else "没有分数"


def _points(hundredths: int) -> str:
    return f"{hundredths / HUNDREDTHS:g}"


def _over_full(rows: pl.DataFrame, sheets: pl.DataFrame, code: str) -> list[Problem]:
    return [
        Problem(
            code,
            place,
            f"这里写的是{_points(row['raw_mark'])}",
            f"0 到 {_points(row['full_mark'])} 之间的数",
            "核对分数或满分后重新上传",
        )
        for place, row in _placed(rows, sheets)
    ]


def _no_key(rows: pl.DataFrame, sheets: pl.DataFrame) -> list[Problem]:
    first = rows.group_by("label", maintain_order=True).agg(
        *(pl.col(c).first() for c in ("upload", "sheet", "column")),
        pl.lit(0).alias("row"),
        pl.len().alias("answers"),
    )
    return [
        Problem(
            "dataset.key_missing",
            place,
            f"第{row['label']}题有{row['answers']}个选项，没有标准答案",
            "标准答案",
            "在双向细目表里补上参考答案",
        )
        for place, row in _placed(first, sheets)
    ]
