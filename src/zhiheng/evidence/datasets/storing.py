"""The bytes of a dataset: Parquet tables and their manifest in one folder, there whole or not at all."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

from zhiheng.base.canonical import canonical_json, sha256_of
from zhiheng.base.storage import folder_whole, home
from zhiheng.frames.schema import TABLES

FORMAT = 1
"""Format number of the manifest; a release that reads another number says so."""
MANIFEST = "manifest.json"


def dataset_folder(dataset_id: UUID) -> Path:
    """Return where the tables of a dataset lie."""
    return home() / "datasets" / str(dataset_id)


def tables_write(
    dataset_id: UUID, tables: Mapping[str, pl.DataFrame], manifest: dict[str, Any]
) -> dict[str, Any]:
    """Write the tables and the manifest, which is returned with format number, rows and sha256 of every table."""
    with folder_whole(dataset_folder(dataset_id)) as folder:
        described = {}
        for name, table in tables.items():
            path = folder / f"{name}.parquet"
            # Written in slices: words of millions of rows are spelled out only on their way to the file.
            table.lazy().cast(TABLES[name].to_polars()).sink_parquet(path, compression="zstd")
            described[name] = {"rows": table.height, "sha256": _sha256(path)}
        manifest = {"format": FORMAT, "dataset": str(dataset_id), **manifest, "tables": described}
        (folder / MANIFEST).write_text(canonical_json(manifest), encoding="utf-8")
    return manifest


def tables_intact(dataset_id: UUID, sha256: str) -> bool:
    """Tell whether the manifest on disk is the one that was published and every table is as it says."""
    folder = dataset_folder(dataset_id)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            manifest["format"] == FORMAT
            and sha256_of(manifest) == sha256
            and all(
                _sha256(folder / f"{name}.parquet") == told["sha256"]
                for name, told in manifest["tables"].items()
            )
        )
    except (OSError, ValueError, KeyError):
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
