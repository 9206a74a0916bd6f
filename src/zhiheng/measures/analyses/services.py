"""Run an analysis: tables of a published dataset in, result tables on disk, key figures as observations.

The same dataset, definition and method give the same key, so a run is made once and found again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

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
from zhiheng.measures.analyses.analysis_kinds import EXAM
from zhiheng.measures.analyses.kinds import analysis_kinds
from zhiheng.measures.analyses.models import Analysis, Observation


class NotPublished(Explained):
    """Only a published dataset is analysed."""


def analysis_key(
    dataset: Dataset, definition: Definition, *, kind: str = EXAM, baseline: Dataset | None = None
) -> str:
    """Return the hash of everything that could change the numbers."""
    base = baseline.sha256 if baseline else ""
    parts = [kind, dataset.sha256, base, definition.sha256, analysis_kinds()[kind].method_version]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def analysis_folder(key: str) -> Path:
    """Return where the result tables of a run lie."""
    return home() / "analyses" / key


def analysis_run(
    *,
    dataset: Dataset,
    definition: Definition | None = None,
    kind: str = EXAM,
    baseline: Dataset | None = None,
) -> Analysis:
    """Analyse a published dataset, or return the run that did so before.

    Parameters
    ----------
    definition : the 口径; that of the exam where none is given.
    kind : a code of `kinds.analysis_kinds`.
    baseline : the earlier dataset, for kinds that measure growth.

    Raises
    ------
    NotPublished
        The dataset is not published.
    """
    if dataset.state != "published":
        raise NotPublished("这一版数据还没有入库，不能分析。请先在收表向导里完成“入库”。")
    definition = definition or current("caliber", dataset.exam.caliber_key)
    key = analysis_key(dataset, definition, kind=kind, baseline=baseline)
    done = Analysis.objects.filter(key=key, state="done").first()
    if done:
        return done
    folder = analysis_folder(key)
    if not folder.exists():
        earlier = datasets.tables(baseline) if baseline else None
        made = analysis_kinds()[kind].make(datasets.tables(dataset), earlier, definition)
        with folder_whole(folder) as scratch:
            _write_results(made, scratch)
    return _record(
        Analysis(kind=kind, dataset=dataset, baseline=baseline, definition=definition, key=key), folder
    )


def _write_results(results: Mapping[str, nw.LazyFrame], folder: Path) -> None:
    for name, frame in results.items():
        result: Any = nw.to_native(frame)
        (result.collect() if isinstance(result, pl.LazyFrame) else result).write_parquet(
            folder / f"{name}.parquet"
        )


@transaction.atomic
def _record(run: Analysis, folder: Path) -> Analysis:
    kind = analysis_kinds()[run.kind]
    results = {path.stem: pl.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    analysis, _ = Analysis.objects.update_or_create(
        key=run.key,
        defaults={
            "kind": run.kind,
            "dataset": run.dataset,
            "baseline": run.baseline,
            "definition": run.definition,
            "method_version": kind.method_version,
            "state": "done",
            "started_at": now(),
            "finished_at": now(),
            "tables": {
                name: {
                    "rows": table.height,
                    "sha256": hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest(),
                }
                for name, table in results.items()
            },
        },
    )
    analysis.observations.all().delete()
    Observation.objects.bulk_create(_observations(analysis, kind.observed(results)), batch_size=2000)
    if kind.code == EXAM:
        run.dataset.exam.state = "analysed"
        run.dataset.exam.save(update_fields=["state"])
    audit_write(
        action="analysis.run", object=analysis, detail={"key": run.key, "definition": str(run.definition)}
    )
    return analysis


def _observations(analysis: Analysis, observed: pl.DataFrame) -> Iterator[Observation]:
    schools = datasets.school_units(analysis.dataset)
    period = analysis.dataset.exam.ended_on
    for row in observed.iter_rows(named=True):
        unit = row.pop("unit")
        unit_id, unit_name = schools.get(unit, (None, unit)) if row["level"] == "school" else (None, unit)
        yield Observation(analysis=analysis, period=period, unit_id=unit_id, unit_name=unit_name, **row)
