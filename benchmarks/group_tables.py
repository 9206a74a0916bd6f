"""Group tables and ranks of 1,000,000 pupils × 9 subjects, ours beside hand-written Polars and DuckDB SQL.

    python benchmarks/group_tables.py [--pupils 1000000] [--full-pupils 60000] [--items 25]

Each runs in a process of its own from the same Parquet files, so that peak memory is its own; the better of two
runs counts, the first is printed apart. Then our whole `analyse` with item marks of every subject.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import narwhals as nw
import polars as pl
from peers import by_duckdb, by_polars
from simulated import exam

from zhiheng.frames.analyse import analyse
from zhiheng.frames.caliber import shipped_calibers
from zhiheng.frames.engine import opened
from zhiheng.frames.groups import groups_of
from zhiheng.frames.population import prepare
from zhiheng.frames.ranks import ranked

CALIBER = shipped_calibers()["county_80_60_40"]
TARGET = 1.2


def by_us(folder: Path) -> dict:
    """Our group tables and ranks."""
    population = prepare(opened(_scanned(folder)), CALIBER)
    groups = groups_of(population).collect()
    own = population.rows.filter(nw.col("in_school"))
    ranks = ranked(own, "mark", within=["subject"], name="county_rank")
    ranks = ranked(ranks, "mark", within=["school", "subject"], name="school_rank")
    ranks.select("pupil", "subject", "county_rank", "school_rank").collect()
    school = groups.to_native().filter(level="school")
    return {"groups": len(groups), "sum over schools": school["sum"].sum()}


def everything(folder: Path) -> dict:
    """Every result table, items, options and tags included."""
    return {name: len(table.collect()) for name, table in analyse(_scanned(folder), CALIBER).items()}


CANDIDATES: dict[str, Callable[[Path], dict]] = {
    "zhiheng": by_us,
    "polars": by_polars,
    "duckdb": by_duckdb,
    "analyse": everything,
}


def _scanned(folder: Path) -> dict[str, pl.LazyFrame]:
    return {path.stem: pl.scan_parquet(path) for path in folder.glob("*.parquet")}


def _measured(name: str, folder: Path) -> dict:
    """Run a candidate twice in a fresh process."""
    command = [sys.executable, __file__, "--only", name, "--folder", str(folder)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _only(name: str, folder: Path) -> None:
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        made = CANDIDATES[name](folder)
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    told = {key: value if isinstance(value, int) else len(value) for key, value in made.items()}
    if name == "polars":
        told["sum over schools"] = int(made["school"]["sum"].sum())
    print(json.dumps({"first": seconds[0], "best": min(seconds), "peak_gb": peak, "made": told}))


def _written(pupils: int, items: int, folder: Path) -> None:
    for name, table in exam(pupils, items=items).items():
        table.sink_parquet(folder / f"{name}.parquet")


def main() -> None:
    """Print seconds, ratios and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--full-pupils", type=int, default=60_000)
    parser.add_argument("--items", type=int, default=25)
    parser.add_argument("--only", choices=CANDIDATES)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.only:
        _only(given.only, given.folder)
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _written(given.pupils, 0, folder)
        got = {name: _measured(name, folder) for name in ("zhiheng", "polars", "duckdb")}
    print(f"group tables and ranks, {given.pupils:,} pupils x 9 subjects and the total")
    for name, row in got.items():
        print(f"  {name:8} {row['best']:7.2f} s (first {row['first']:.2f} s)  peak {row['peak_gb']:.2f} GB")
    sums = {row["made"]["sum over schools"] for row in got.values()}
    print(f"  sums of marks {'equal' if len(sums) == 1 else f'DIFFER: {sums}'}")
    ratio = got["zhiheng"]["best"] / min(got["polars"]["best"], got["duckdb"]["best"])
    print(f"  ratio to the faster peer {ratio:.2f} (target {TARGET})")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _written(given.full_pupils, given.items, folder)
        whole = _measured("analyse", folder)
    print(f"every table, {given.full_pupils:,} pupils x 9 subjects x {given.items} items")
    print(
        f"  zhiheng  {whole['best']:7.2f} s (first {whole['first']:.2f} s)  peak {whole['peak_gb']:.2f} GB  {whole['made']}"
    )


if __name__ == "__main__":
    main()
