"""Run an analysis: tables of a published dataset in, result tables on disk, key figures as observations.

The same dataset, definition and method give the same key, so a run is made once and found again.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import narwhals as nw
import polars as pl
from django.db import transaction

from zhiheng.base.audit.services import audit_write
from zhiheng.base.clock import now
from zhiheng.base.definitions.models import Definition
from zhiheng.base.definitions.selectors import current
from zhiheng.base.errors import Explained
from zhiheng.base.storage import folder_whole, home
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.frames.analyse import analyse
from zhiheng.frames.caliber import Caliber, caliber_from_body
from zhiheng.frames.schema import TOTAL
from zhiheng.measures.analyses.models import Analysis, Observation

METHOD_VERSION = "2026.1"
"""Changes whenever the same data and definition would give other numbers."""

OBSERVED = {
    # indicator → (value, numerator, denominator, low, high) columns of the groups table
    "mean": ("mean", None, "taken", "mean_lo", "mean_hi"),
    "participation_rate": ("participation", "taken", "expected", None, None),
    "excellent_rate": ("excellent_rate", "excellent_count", "denominator", "excellent_lo", "excellent_hi"),
    "pass_rate": ("pass_rate", "pass_count", "denominator", "pass_lo", "pass_hi"),
    "low_rate": ("low_rate", "low_count", "denominator", "low_lo", "low_hi"),
}
OBSERVED_LEVELS = ("county", "town", "school")


class NotPublished(Explained):
    """Only a published dataset is analysed."""


def caliber_of(definition: Definition) -> Caliber:
    """Return the 口径 a definition holds."""
    return caliber_from_body(
        definition.body, key=definition.key, version=definition.version, title=definition.title
    )


def analysis_key(dataset: Dataset, definition: Definition) -> str:
    """Return the hash of everything that could change the numbers."""
    parts = [dataset.sha256, definition.sha256, METHOD_VERSION]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def analysis_folder(key: str) -> Path:
    """Return where the result tables of a run lie."""
    return home() / "analyses" / key


def analysis_run(*, dataset: Dataset, definition: Definition | None = None) -> Analysis:
    """Analyse a published dataset under a 口径, or return the run that did so before.

    Parameters
    ----------
    definition : the 口径; that of the exam where none is given.

    Raises
    ------
    NotPublished
        The dataset is not published.
    """
    if dataset.state != "published":
        raise NotPublished("这一版数据还没有入库，不能分析。请先在收表向导里完成“入库”。")
    definition = definition or current("caliber", dataset.exam.caliber_key)
    key = analysis_key(dataset, definition)
    done = Analysis.objects.filter(key=key, state="done").first()
    if done:
        return done
    folder = analysis_folder(key)
    if not folder.exists():
        with folder_whole(folder) as scratch:
            _write_results(datasets.tables(dataset), caliber_of(definition), scratch)
    return _record(dataset, definition, key, folder)


def _write_results(tables: Mapping[str, pl.LazyFrame], caliber: Caliber, folder: Path) -> None:
    for name, frame in analyse(tables, caliber).items():
        result: Any = nw.to_native(frame)
        (result.collect() if isinstance(result, pl.LazyFrame) else result).write_parquet(
            folder / f"{name}.parquet"
        )


@transaction.atomic
def _record(dataset: Dataset, definition: Definition, key: str, folder: Path) -> Analysis:
    analysis, _ = Analysis.objects.update_or_create(
        key=key,
        defaults={
            "dataset": dataset,
            "definition": definition,
            "method_version": METHOD_VERSION,
            "state": "done",
            "started_at": now(),
            "finished_at": now(),
            "tables": {
                path.stem: {
                    "rows": pl.scan_parquet(path).select(pl.len()).collect().item(),
                    "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                }
                for path in sorted(folder.glob("*.parquet"))
            },
        },
    )
    analysis.observations.all().delete()
    groups = pl.read_parquet(folder / "groups.parquet").filter(pl.col("level").is_in(OBSERVED_LEVELS))
    Observation.objects.bulk_create(
        _observations(analysis, groups, datasets.school_units(dataset)), batch_size=2000
    )
    dataset.exam.state = "analysed"
    dataset.exam.save(update_fields=["state"])
    audit_write(action="analysis.run", object=analysis, detail={"key": key, "definition": str(definition)})
    return analysis


def _observations(
    analysis: Analysis, groups: pl.DataFrame, schools: Mapping[str, tuple[UUID, str]]
) -> list[Observation]:
    period = analysis.dataset.exam.ended_on
    made = []
    for row in groups.iter_rows(named=True):
        unit_id, unit_name = (
            schools.get(row["unit"], (None, row["unit"])) if row["level"] == "school" else (None, row["unit"])
        )
        for indicator, (value, numerator, denominator, lo, hi) in OBSERVED.items():
            made.append(
                Observation(
                    analysis=analysis,
                    indicator=indicator,
                    level=row["level"],
                    unit_id=unit_id,
                    unit_name=unit_name,
                    subject=row["subject"] or TOTAL,
                    period=period,
                    value=row[value],
                    numerator=row[numerator] if numerator else None,
                    denominator=row[denominator],
                    n=row["taken"],
                    lo=row[lo] if lo else None,
                    hi=row[hi] if hi else None,
                )
            )
    return made
