"""Documents of a county of 120 schools and nine subjects: county documents, then a PDF and a workbook a school.

    python benchmarks/documents.py [--pupils 60000] [--items 20] [--processes 2]

The analysis itself is made first and not counted. Target: at most 60 s on two cores.
"""

import argparse
import datetime as dt
import resource
import time

import polars as pl
from simulated import exam

from zhiheng.files.export import export, export_all
from zhiheng.frames.analyse import analyse
from zhiheng.frames.caliber import shipped_calibers
from zhiheng.reports.brief.content import build as build_brief
from zhiheng.reports.county.content import build as build_county
from zhiheng.reports.facts.description import ExamDescription
from zhiheng.reports.facts.exam import exam_facts
from zhiheng.reports.facts.results import Results
from zhiheng.reports.hearing.content import build as build_hearing
from zhiheng.reports.school.content import build as build_school

TARGET_SECONDS = 60
_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
FORMATS = ("pdf", "xlsx")
CALIBER = shipped_calibers()["county_80_60_40"]


def analysed(pupils: int, items: int) -> Results:
    """Return the analysis of a simulated exam, with names for its schools and classes."""
    dataset = exam(pupils, items=items)
    tables = {name: table.collect().to_native() for name, table in analyse(dataset, CALIBER).items()}
    number = pl.col("school").cast(pl.String)
    dimensions = {
        "schools": dataset["schools"]
        .with_columns(name=pl.lit("学校") + number, order=pl.col("school"))
        .collect(),
        "classes": dataset["classes"]
        .with_columns(number=pl.col("class"), label=pl.lit("九(") + pl.col("class").cast(pl.String) + "）班")
        .collect(),
        "papers": dataset["papers"].collect(),
        "items": dataset["items"].collect(),
    }
    described = ExamDescription("九年级第一次模拟考试", 9, dt.date(2026, 11, 12), "模拟县教育局")
    return Results(described, CALIBER, "第1版", "0", tables, dimensions)


def main() -> None:
    """Print seconds for the facts, the county's documents and the schools' documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=60_000)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    results = analysed(chosen.pupils, chosen.items)

    before = sum(each.ru_utime + each.ru_stime for each in map(resource.getrusage, _WHO))
    start = time.perf_counter()
    facts = exam_facts(results, today=dt.date(2026, 11, 20))
    after_facts = time.perf_counter()
    for build in (build_brief, build_hearing, build_county):
        export(build(facts), ("docx", *FORMATS))
    after_county = time.perf_counter()
    schools = list(results.schools)
    contents = (build_school(facts, unit) for unit in schools)
    size = sum(
        sum(map(len, written.values()))
        for written in export_all(contents, FORMATS, count=len(schools), processes=chosen.processes)
    )
    end = time.perf_counter()

    used = sum(each.ru_utime + each.ru_stime for each in map(resource.getrusage, _WHO)) - before
    print(f"facts                    {after_facts - start:6.1f} s")
    print(f"3 county documents       {after_county - after_facts:6.1f} s   docx, pdf, xlsx")
    print(f"{len(schools)} school documents     {end - after_county:6.1f} s   pdf, xlsx, {size / 1e6:.0f} MB")
    print(f"together                 {end - start:6.1f} s   target {TARGET_SECONDS} s on two quiet cores")
    print(f"processor time           {used:6.1f} s")


if __name__ == "__main__":
    main()
