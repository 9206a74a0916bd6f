"""What a run of the main job made, as a program and as a person read it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhiheng.base.errors import Explained
from zhiheng.base.intake.models import Batch
from zhiheng.evidence.datasets.models import Dataset


class NothingAccepted(Explained):
    """Not one row could be taken, or there is no such exam."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made.

    Attributes
    ----------
    counts : rows_in, rows_accepted, rows_listed, pupils, schools, problems.
    paths : every file written for the user, in order.
    notes : sentences the user must read.
    schools : one result per school where each was analysed alone; then `dataset` is empty.
    """

    exam: str
    dataset: dict[str, Any]
    counts: dict[str, int]
    paths: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    schools: tuple["SchoolResult", ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {
            "exam": self.exam,
            "dataset": self.dataset,
            "counts": self.counts,
            "paths": [str(path) for path in self.paths],
            "notes": list(self.notes),
            "schools": [school.as_json() for school in self.schools],
        }

    def as_text(self) -> str:
        """Return the same for a person."""
        c = self.counts
        lines = [
            f"{self.exam}：数据第{self.dataset['version']}版" if self.dataset else self.exam,
            f"读入 {c['rows_in']} 行 = 采用 {c['rows_accepted']} 行 + 列出 {c['rows_listed']} 行；"
            f"{c['schools']} 所学校，{c['pupils']} 名学生；问题 {c['problems']} 条",
            *self.notes,
            *[f"  {path}" for path in self.paths],
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class SchoolResult:
    """One school's part of a run that kept schools apart: `dataset` and `counts` as in `RunResult`."""

    school: str
    exam: str
    dataset: dict[str, Any]
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """Return the documented JSON form."""
        return {"school": self.school, "exam": self.exam, "dataset": self.dataset, "counts": self.counts}


def dataset_told(dataset: Dataset) -> dict[str, Any]:
    """Return what the documented JSON says of a dataset."""
    return {"id": str(dataset.id), "version": dataset.version, "sha256": dataset.sha256}


def row_counts(batch: Batch) -> dict[str, int]:
    """Return rows_in, rows_accepted, rows_listed and problems of a batch."""
    return {
        "rows_in": batch.rows_in,
        "rows_accepted": batch.rows_accepted,
        "rows_listed": batch.rows_listed,
        "problems": batch.problems.count(),
    }


def counts_told(dataset: Dataset, batch: Batch) -> dict[str, int]:
    """Return the counts of a published batch: rows, problems, pupils, schools."""
    batch.refresh_from_db()
    counted = dataset.manifest["counts"]
    return row_counts(batch) | {name: counted[name] for name in ("pupils", "schools")}
