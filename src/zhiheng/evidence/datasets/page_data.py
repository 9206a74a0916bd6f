"""What the page of a dataset version shows. Files and cells of other schools stay with the bureau."""

from typing import Any

from django.http import Http404

from zhiheng.base.scopes import Scope
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.evidence.exams.selectors import exams_visible
from zhiheng.files.problems import CATALOGUE
from zhiheng.standards.subjects import subject_name

COUNTS = {
    "rows_in": "读到的行",
    "rows_accepted": "采用的行",
    "rows_listed": "列出的行",
    "schools": "学校",
    "classes": "班级",
    "pupils": "学生",
    "marks": "成绩",
    "item_marks": "小题分",
}


def dataset_page(dataset: Dataset, scope: Scope) -> dict[str, Any]:
    """Return the context of the page.

    Raises
    ------
    Http404
        The exam is not open to this person.
    """
    if not exams_visible(scope).filter(pk=dataset.exam_id).exists():
        raise Http404
    manifest, difference = dataset.manifest, dataset.difference
    whole = scope.county or dataset.exam.school_id in scope.schools
    return {
        "dataset": dataset,
        "versions": dataset.exam.datasets.filter(state="published").order_by("-version"),
        "counts": [(label, manifest["counts"].get(name)) for name, label in COUNTS.items()],
        "problems": [(CATALOGUE.get(code, code), n) for code, n in manifest.get("problems", {}).items()],
        "uploads": manifest["uploads"] if whole else [],
        "whole": whole,
        "sentences": difference.get("sentences", []) if whole else [],
        "before": difference.get("version"),
        "cells": [
            {
                "label": f"{cell['file']} › {cell['cell']}　{subject_name(cell['subject'])}",
                "before": _mark(cell["old"]),
                "after": _mark(cell["new"]),
            }
            for cell in difference.get("cells", [])
        ]
        if whole
        else [],
    }


def _mark(value: Any) -> str:
    return "—" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
