"""What a province runs, on the two processors of this machine: time against pupils, group tables to calibration.

    python benchmarks/province.py [--pupils 4000000] [--tables 1000000]

Three sizes, each four times the one before, in one Spark session of two tasks; group tables up to `--tables` pupils. Processor seconds are those of all
processes, Java and Python; on a busy machine they say more than wall-clock seconds. Everything that is only paid once
(starting workers, compiling) is paid before, on a small size. The exponent says how cost grows with pupils.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as columns
from simulated import exam

from zhiheng.frames.caliber import shipped_calibers
from zhiheng.frames.cluster import (
    fit_irt_on,
    growth_norms_on,
    growth_percentiles_by,
    growth_percentiles_on,
    mixed_model_on,
)
from zhiheng.frames.engine import opened
from zhiheng.frames.groups import groups_of
from zhiheng.frames.population import prepare

CALIBER = shipped_calibers()["county_80_60_40"]
SUBJECTS = ("chinese", "math", "english")
PART, COUNTY, SCHOOL = 50_000, 50_000, 500
WARM, FEWEST = 3_000, 5_000
ITEMS = [f"q{k}" for k in range(20)]
SHIFTED = ("pupil", "school", "class", "teacher")
SETTINGS = {
    "spark.driver.memory": "6g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "8",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


Jobs = dict[str, Callable[[], str]]
"""What each job is called; it returns what to say of its result."""
Writer = Callable[[int, Path], None]
Maker = Callable[[SparkSession, Path], Jobs]


def write_pupils(pupils: int, folder: Path) -> None:
    """Write one row per pupil: county, school, an earlier and a current score in whole points, 20 answers."""
    steps = np.linspace(-1.5, 1.5, len(ITEMS))
    for first in range(0, pupils, PART):
        rng = np.random.default_rng(first)
        n = min(PART, pupils - first)
        school = np.arange(first, first + n) // SCHOOL
        able = rng.normal(size=n) + rng.normal(0, 0.3, n // SCHOOL + 2)[school - school[0]]
        answers = (1.2 * (able[:, None] - steps) > rng.logistic(size=(n, len(ITEMS)))).astype(np.int8)
        scores = {
            "prior": np.round(500 + 60 * able + rng.normal(0, 25, n)),
            "current": np.round(500 + 60 * able + rng.normal(0, 25, n)),
            "girl": rng.integers(0, 2, n).astype(float),
        }
        table = pl.DataFrame({"county": np.arange(first, first + n) // COUNTY, "school": school, **scores})
        answered = pl.DataFrame(answers, schema=ITEMS)
        table.hstack(answered).write_parquet(folder / f"{first // PART:05}.parquet")


def write_exam(pupils: int, folder: Path) -> None:
    """Write the dataset tables of an exam in three subjects, numbers of pupils and schools running on."""
    starts = dict.fromkeys(SHIFTED, 0)
    for first in range(0, pupils, PART):
        tables = {
            name: table.collect() for name, table in exam(min(PART, pupils - first), seed=first + 1).items()
        }
        for name, table in tables.items():
            own = table.filter(pl.col("subject").is_in(SUBJECTS)) if "subject" in table.columns else table
            (folder / name).mkdir(exist_ok=True)
            if name in ("papers", "items", "item_marks") and first:
                continue
            own.with_columns(
                (pl.col(column) + starts[column]).cast(pl.Int32)
                for column in SHIFTED
                if column in own.columns
            ).write_parquet(folder / name / f"{first // PART:05}.parquet")
        of = {"pupil": "pupils", "school": "schools", "class": "classes", "teacher": "teaching"}
        starts = {column: starts[column] + int(tables[of[column]][column].max()) + 1 for column in SHIFTED}


def of_tables(spark: SparkSession, folder: Path) -> Jobs:
    """The group tables of an exam."""
    tables = {path.name: spark.read.parquet(str(path)) for path in folder.iterdir()}

    def group_tables() -> str:
        return f"{len(groups_of(prepare(opened(tables), CALIBER)).collect()):,} rows of groups"

    return {"group tables, 3 subjects": group_tables}


def of_pupils(spark: SparkSession, folder: Path) -> Jobs:
    """What is estimated from one row per pupil."""
    pupils = spark.read.parquet(str(folder))

    def mixed() -> str:
        fit = mixed_model_on(pupils, "current", ["prior", "girl"], ["school"])
        return f"{len(fit.effects['school'].levels):,} schools"

    def by_county() -> str:
        placed = growth_percentiles_by(
            pupils.select("county", "prior", "current"), ["county"], ["prior"], "current"
        )
        return f"{_placed(placed):,} pupils placed"

    def by_norms() -> str:
        scores = pupils.select("prior", "current")
        norms = growth_norms_on(scores, ["prior"], "current")
        return f"{_placed(growth_percentiles_on(scores, norms, ['prior'], 'current')):,} pupils placed"

    def calibration() -> str:
        fit = fit_irt_on(pupils, ITEMS, model="2pl")
        return f"{fit.iterations} steps and errors, converged {fit.converged}"

    return {
        "mixed model": mixed,
        "growth by county": by_county,
        "growth by norms of all": by_norms,
        "2PL of 20 items": calibration,
    }


def _placed(frame: DataFrame) -> int:
    return int(frame.agg(columns.count("growth_percentile")).first()[0])


def processor_seconds() -> dict[int, float]:
    """Process → seconds so far, of this process and all it started."""
    ticks, parent = {}, {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        parent[int(stat.parent.name)] = int(words[1])
        ticks[int(stat.parent.name)] = sum(map(int, words[11:13]))
    family = {os.getpid()}
    while more := {pid for pid, of in parent.items() if of in family} - family:
        family |= more
    return {pid: ticks[pid] / os.sysconf("SC_CLK_TCK") for pid in family}


def measured(spark: SparkSession, jobs: Jobs) -> dict[str, tuple[float, float, str]]:
    """Wall-clock seconds, processor seconds and result of every job."""
    done = {}
    for name, job in jobs.items():
        began, worked = time.perf_counter(), processor_seconds()
        told = job()
        # Workers that Spark ended meanwhile had been idle.
        processor = sum(now - worked.get(pid, 0) for pid, now in processor_seconds().items())
        done[name] = time.perf_counter() - began, processor, told
        spark.catalog.clearCache()
    return done


def grow(spark: SparkSession, place: Path, most: int, write: Writer, jobs: Maker) -> None:
    """Print a line a job and size, then how each grows; a small size goes before and is not told."""
    spent: dict[str, list[tuple[float, ...]]] = {}
    for pupils in (WARM, most // 16, most // 4, most):
        folder = place / f"{write.__name__}_{pupils}"
        folder.mkdir()
        write(pupils, folder)
        for name, (wall, processor, told) in measured(spark, jobs(spark, folder)).items():
            if pupils == WARM:
                continue
            spent.setdefault(name, []).append((pupils, wall, processor))
            print(f"{pupils:>11,}  {name:26} {wall:8.1f} s (processor {processor:.1f} s)  {told}", flush=True)
    for name, rows in spent.items():
        pupils, wall, processor = np.log(rows).T
        powers = [np.polyfit(pupils, seconds, 1)[0] for seconds in (processor, wall)]
        print(f"{name:26} grows as pupils to the power {powers[0]:.2f} (processor; wall {powers[1]:.2f})")


def main() -> None:
    """Measure the estimators, then the group tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pupils", type=int, default=4_000_000)
    parser.add_argument("--tables", type=int, default=1_000_000)
    asked = parser.parse_args()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as place:
        builder = SparkSession.builder.master("local[2]").appName("province")
        for name, value in {**SETTINGS, "spark.local.dir": place}.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        grow(spark, Path(place), max(asked.pupils, 16 * FEWEST), write_pupils, of_pupils)
        grow(spark, Path(place), max(asked.tables, 16 * FEWEST), write_exam, of_tables)
        spark.stop()


if __name__ == "__main__":
    main()
