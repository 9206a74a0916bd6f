"""数从哪来: one number with its definition, formula and parameters, and the sheets and cells it was made from."""

from typing import Any
from uuid import UUID

import polars as pl
from django.http import Http404
from django.urls import reverse

from zhiheng.base.components import printed
from zhiheng.base.components.ledger import Column, Row
from zhiheng.base.intake.models import Sheet
from zhiheng.base.scopes import Scope
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.files.problems import column_letters
from zhiheng.frames.caliber import DENOMINATORS
from zhiheng.frames.results import LEVELS
from zhiheng.frames.schema import HUNDREDTHS, STATUSES, TOTAL
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.pages.results import Reading
from zhiheng.standards.subjects import subject_name

RATES = {"excellent": "优秀率", "good": "良好率", "pass": "及格率", "low": "低分率", "top": "特优率"}
CELL_COLUMNS = [
    Column("file", "文件"),
    Column("sheet", "工作表", phone=False),
    Column("address", "单元格", link="url"),
    Column("subject", "学科"),
    Column("mark", "值"),
]
_YES_NO = {"yes": True, "no": False}


def trace_page(reading: Reading, level: str, unit: str, subject: str, measure: str) -> dict[str, Any]:
    """Return the context of the drawer.

    Raises
    ------
    Http404
        There is no such number, or this person may not see it.
    """
    measured = reading.results.unit(level, unit, subject)
    if measured is None or measured.masked or measure not in {"mean", *RATES}:
        raise Http404
    definition = reading.analysis.definition
    sources = _sources(reading, level, unit, subject)
    return {
        "reading": reading,
        "label": f"{measured.name} · {subject_name(subject)} · {RATES.get(measure, '平均分')}",
        "level": LEVELS[level],
        "figures": _mean(measured) if measure == "mean" else _rate(reading, measured, measure),
        "definition": definition,
        "dataset": reading.analysis.dataset,
        "sources": sources,
        "marks": sum(source["marks"] for source in sources),
        "query": {"level": level, "unit": unit, "subject": subject},
    }


def _mean(unit: Measured) -> list[tuple[str, str]]:
    total = printed.points(unit.mark_sum / HUNDREDTHS)
    return [
        ("按实考", f"{total} ÷ {printed.count(unit.taken)} 人 ＝ {printed.points(unit.mean_taken, 2)}"),
        (
            "按应考（缺考按 0 分）",
            f"{total} ÷ {printed.count(unit.expected)} 人 ＝ {printed.points(unit.mean_expected.value, 2)}",
        ),
        ("95%区间", printed.interval(unit.mean.lo, unit.mean.hi, places=2)),
        ("区间的意思", "同样规模、同类学生再考一次，均分可能落在的范围"),
    ]


def _rate(reading: Reading, unit: Measured, measure: str) -> list[tuple[str, str]]:
    caliber, rate = reading.results.caliber, unit.rates[measure]
    line = {
        "excellent": caliber.excellent,
        "good": caliber.good,
        "pass": caliber.pass_,
        "low": caliber.low,
        "top": caliber.top,
    }[measure]
    sign = "＜" if measure == "low" else "≥"
    rows = [
        ("定义", f"得分{sign}满分的 {printed.percent(line, 0)} 的人数 ÷ {DENOMINATORS[caliber.denominator]}"),
        (
            "算式",
            f"{printed.count(rate.count)} ÷ {printed.count(rate.denominator)} ＝ {printed.percent(rate.value, 2)}",
        ),
        ("95%区间", printed.interval(rate.lo, rate.hi, kind="percent", places=2)),
    ]
    if line is not None and unit.full_mark is not None:
        mark = float(line) * unit.full_mark
        rows.insert(
            1, ("分数线", f"{printed.points(mark, 1)} 分（满分 {printed.points(unit.full_mark, 0)}）")
        )
    return rows


def _sources(reading: Reading, level: str, unit: str, subject: str) -> list[dict[str, Any]]:
    """Return the sheets the marks stand in, with how many."""
    cells = cells_of(reading, level, unit, subject)
    counted = (
        cells.filter(pl.col("upload").is_not_null())
        .group_by("upload", "file", "sheet", maintain_order=True)
        .len("marks")
    )
    names = _sheet_names(reading.analysis.dataset)
    return [
        {**row, "sheet_name": names.get((row["upload"], row["sheet"]), f"第{row['sheet'] + 1}张表")}
        for row in counted.rows(named=True)
    ]


def cell_rows(reading: Reading, level: str, unit: str, subject: str) -> list[Row]:
    """Return every mark behind a number with its cell; no names."""
    dataset = reading.analysis.dataset
    uploads = dataset.manifest["uploads"]
    names = _sheet_names(dataset)
    # The pattern `results:cell`, without asking the resolver fifty thousand times.
    base = f"{reverse('results:cells', args=[reading.exam.id])}/{reading.analysis.id}"
    rows: list[Row] = []
    for cell in cells_of(reading, level, unit, subject).rows(named=True):
        if cell["upload"] is None:
            continue
        rows.append(
            {
                "file": cell["file"],
                "sheet": names.get((cell["upload"], cell["sheet"]), f"第{cell['sheet'] + 1}张表"),
                "address": f"{column_letters(cell['column'] or 0)}{cell['row']}",
                "subject": subject_name(cell["subject"]),
                "mark": mark_text(cell),
                "url": f"{base}/{uploads[cell['upload']]['id']}/{cell['sheet']}/{cell['row']}/{cell['column'] or 1}",
            }
        )
    return rows


def mark_text(cell: dict[str, Any]) -> str:
    """Return what a mark says: points, a scale score, or a word such as 缺考."""
    if cell["raw_mark"] is not None:
        return printed.points(cell["raw_mark"] / HUNDREDTHS, 0 if cell["raw_mark"] % HUNDREDTHS == 0 else 1)
    if cell["scale_score"] is not None:
        return f"{cell['scale_score']:g}"
    return STATUSES.get(cell["status"], cell["status"] or printed.MISSING)


def cells_of(reading: Reading, level: str, unit: str, subject: str) -> pl.DataFrame:
    """Return the marks behind a number that this person may see: subject, place, mark; ordered by place.

    The total stands on the marks of its papers. Pupils without a cell (counted absent from the roster) are
    there with an empty place.
    """
    dataset = reading.analysis.dataset
    pupils = _pupils_behind(reading, level, unit)
    papers = [
        row["subject"]
        for row in reading.results.dimensions["papers"].rows(named=True)
        if row["subject"] == subject or (subject == TOTAL and row["in_total"])
    ]
    found = [
        datasets.cells_behind(dataset, subject=paper).with_columns(pl.lit(paper).alias("subject"))
        for paper in papers
    ]
    cells = pl.concat(found) if found else pl.DataFrame()
    return cells.join(pupils, on="pupil", how="semi") if cells.width else cells


def _pupils_behind(reading: Reading, level: str, unit: str) -> pl.DataFrame:
    tables = datasets.tables(reading.analysis.dataset)
    schools = reading.results.dimensions["schools"]
    pupils = tables["pupils"].collect().join(schools, on="school", how="left", suffix="_school")
    pupils = _own(pupils, reading.scope, reading)
    group = unit.partition("|")[2] if level == "school_group" else unit
    match level:
        case "county":
            return pupils
        case "town" | "area" | "school_type":
            return pupils.filter(pl.col(level) == unit)
        case "school":
            return pupils.filter(pl.col("school") == int(unit))
        case "class":
            return pupils.filter(pl.col("class") == int(unit))
        case "group" | "school_group":
            trait, _, value = group.partition(":")
            found = pupils.filter(pl.col(trait) == _YES_NO.get(value, value))
            home = int(unit.partition("|")[0]) if level == "school_group" else None
            return found if home is None else found.filter(pl.col("school") == home)
    taught = tables["teaching"].filter(pl.col("teacher") == int(unit)).select("class").collect()
    return pupils.join(taught, on="class", how="semi")


def _own(pupils: pl.DataFrame, scope: Scope, reading: Reading) -> pl.DataFrame:
    """Keep the pupils whose rows this person may be led to: all for the bureau, the own school or class else."""
    if scope.county:
        return pupils
    schools = [int(u) for u, row in reading.results.schools.items() if UUID(row["uuid"]) in scope.schools]
    held = scope.classes | {klass for klass, _ in scope.class_subjects}
    classes = [int(u) for u, row in reading.results.classes.items() if UUID(row["uuid"]) in held]
    return pupils.filter(pl.col("school").is_in(schools) | pl.col("class").is_in(classes))


def _sheet_names(dataset: Dataset) -> dict[tuple[int, int], str]:
    """Return (number of the upload, number of the sheet) → the sheet's name."""
    numbers = {UUID(each["id"]): number for number, each in enumerate(dataset.manifest["uploads"])}
    sheets = Sheet.objects.filter(upload_id__in=numbers).values_list("upload_id", "index", "name")
    return {(numbers[upload], index): name for upload, index, name in sheets}
