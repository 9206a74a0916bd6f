"""What changed from one version of a dataset to the next: counts, sentences, and cells by place. No names."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from zhiheng.files.problems import column_letters
from zhiheng.frames.schema import HUNDREDTHS
from zhiheng.standards.subjects import subject_name, subjects

MOST_CELLS = 200


def difference_of(
    old: Mapping[str, pl.DataFrame],
    new: Mapping[str, pl.DataFrame],
    uploads: list[dict[str, Any]],
) -> dict[str, Any]:
    """Compare two versions.

    Parameters
    ----------
    old, new : tables by name.
    uploads : the new manifest's uploads, for the names of files.

    Returns
    -------
    dict with pupils_added, pupils_removed, schools_added, schools_removed (names), changed (subject code →
    number of marks), cells (at most 200: file, sheet number, cell, subject, old, new) and sentences.
    """
    before, after = _with_uuid(old), _with_uuid(new)
    pupils_old, pupils_new = set(old["pupils"]["uuid"]), set(new["pupils"]["uuid"])
    schools_old, schools_new = set(old["schools"]["name"]), set(new["schools"]["name"])
    changed = _changed(before, after)
    counts = dict(changed.group_by("subject").len().iter_rows())
    order = list(subjects())
    found: dict[str, Any] = {
        "pupils_added": len(pupils_new - pupils_old),
        "pupils_removed": len(pupils_old - pupils_new),
        "schools_added": sorted(schools_new - schools_old),
        "schools_removed": sorted(schools_old - schools_new),
        "changed": {
            s: counts[s] for s in sorted(counts, key=lambda s: order.index(s) if s in order else len(order))
        },
        "cells": [_cell(row, uploads) for row in changed.head(MOST_CELLS).iter_rows(named=True)],
    }
    return found | {"sentences": _sentences(found)}


def _with_uuid(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    return tables["marks"].join(tables["pupils"].select("pupil", "uuid"), on="pupil")


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Marks of pupils who are in both versions that differ, are new or are gone."""
    values = ["raw_mark", "scale_score", "status"]
    both = before.select("uuid").unique().join(after.select("uuid").unique(), on="uuid")
    joined = (
        after.join(
            before.select("uuid", "subject", *values),
            on=["uuid", "subject"],
            how="full",
            suffix="_old",
            coalesce=True,
        )
        .join(both, on="uuid", how="semi")
        .filter(pl.any_horizontal(pl.col(v).ne_missing(pl.col(f"{v}_old")) for v in values))
    )
    return joined.sort("subject", "upload", "sheet", "row", nulls_last=True)


def _cell(row: dict[str, Any], uploads: list[dict[str, Any]]) -> dict[str, Any]:
    known = row["upload"] is not None
    address = f"{column_letters(row['column'] or 0)}{row['row']}" if known else ""
    return {
        "file": uploads[row["upload"]]["name"] if known else "",
        "sheet": row["sheet"],
        "cell": address,
        "subject": row["subject"],
        "old": _value(row, "_old"),
        "new": _value(row, ""),
    }


def _value(row: dict[str, Any], suffix: str) -> float | str | None:
    if row[f"raw_mark{suffix}"] is not None:
        return float(row[f"raw_mark{suffix}"]) / HUNDREDTHS
    score = row[f"scale_score{suffix}"]
    return float(score) if score is not None else row[f"status{suffix}"]


def _sentences(found: dict[str, Any]) -> list[str]:
    said = []
    if found["schools_added"]:
        said.append(f"新增学校{len(found['schools_added'])}所：{'、'.join(found['schools_added'])}。")
    if found["schools_removed"]:
        said.append(f"减少学校{len(found['schools_removed'])}所：{'、'.join(found['schools_removed'])}。")
    if found["pupils_added"]:
        said.append(f"新增学生{found['pupils_added']}名。")
    if found["pupils_removed"]:
        said.append(f"减少学生{found['pupils_removed']}名。")
    if found["changed"]:
        each = "、".join(f"{subject_name(s)}{n}个" for s, n in found["changed"].items())
        said.append(f"原有学生的成绩改动{sum(found['changed'].values())}个：{each}。")
    return said or ["与上一版相同。"]
