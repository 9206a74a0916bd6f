"""Papers and items: from the exam's description, from blueprint sheets, or proposed from the marks themselves.

A proposed full mark is only a proposal: it is used so that work can go on, and told so that a person decides.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction

from zhiheng.base.errors import Explained
from zhiheng.base.intake.models import Batch
from zhiheng.base.intake.services import papers_tell
from zhiheng.evidence.exams.models import Exam, Item, Paper
from zhiheng.frames.schema import HUNDREDTHS
from zhiheng.standards.subjects import subject_aliases, subjects

ITEM_KINDS = {"choice", "multiple", "open"}
USUAL_FULL_MARKS = (
    10,
    20,
    30,
    40,
    50,
    60,
    70,
    80,
    90,
    100,
    120,
    150,
    200,
    240,
    250,
    300,
)
"""Full marks papers usually carry; above the last, marks are taken for scale scores."""


class SubjectUnknown(Explained):
    """A word that names no subject."""


@dataclass(frozen=True, slots=True)
class PaperPlan:
    """A paper as described or proposed. `full_mark` in points; None where the marks are scale scores."""

    subject: str
    full_mark: Decimal | None = None
    in_total: bool = True
    weight: float = 1.0
    is_scale: bool = False


def papers_told(batch: Batch, exam: Exam | None) -> Batch:
    """Tell a batch the full marks of its exam's papers and which are on a scale, so that reading checks marks by them."""
    papers = list(exam.papers.all()) if exam else []
    return papers_tell(
        batch=batch,
        full_marks={paper.subject: float(paper.full_mark) for paper in papers if paper.full_mark},
        is_scale=[paper.subject for paper in papers if paper.is_scale],
    )


def subject_code(word: str) -> str:
    """Return the code of a subject written as 数学, 数, SX or math.

    Raises
    ------
    SubjectUnknown
        No subject is called so.
    """
    text = str(word).strip()
    if text in subjects():
        return text
    code = subject_aliases().get(text) or subject_aliases().get(text.upper())
    if code is None:
        raise SubjectUnknown(
            f"“{text}”不是已知的学科。可以写：{'、'.join(s.name for s in subjects().values())}。"
        )
    return code


def paper_plan(described: Mapping[str, Any]) -> PaperPlan:
    """Read one entry of an exam file's `papers`."""
    full = described.get("full_mark")
    return PaperPlan(
        subject=subject_code(described["subject"]),
        full_mark=None if full is None else Decimal(str(full)),
        in_total=bool(described.get("in_total", True)),
        weight=float(described.get("weight", 1.0)),
        is_scale=bool(described.get("is_scale", False)),
    )


@transaction.atomic
def papers_set(exam: Exam, plans: "list[PaperPlan]") -> None:
    """Give an exam these papers; a paper that exists is changed, one that is not named stays."""
    order = {code: place for place, code in enumerate(subjects())}
    for plan in plans:
        Paper.objects.update_or_create(
            exam=exam,
            subject=plan.subject,
            defaults={
                "full_mark": plan.full_mark,
                "in_total": plan.in_total,
                "weight": plan.weight,
                "is_scale": plan.is_scale,
                "order": order.get(plan.subject, len(order)),
            },
        )


def full_mark_proposed(highest: float, lowest: float = 0.0) -> Decimal | None:
    """Return the smallest usual full mark that holds the highest mark; None when the marks look like scale scores."""
    if lowest < 0:
        return None
    return next((Decimal(full) for full in USUAL_FULL_MARKS if highest <= full), None)


@transaction.atomic
def items_set(paper: Paper, blueprint: pl.DataFrame) -> list[Item]:
    """Replace the items of a paper by those of a blueprint (columns of `files.sheets.BLUEPRINT_SCHEMA`), in its order."""
    paper.items.all().delete()
    rows = blueprint.unique("label", keep="last", maintain_order=True)
    return Item.objects.bulk_create(
        [
            Item(
                paper=paper,
                order=place,
                label=row["label"],
                kind=row["kind"] if row["kind"] in ITEM_KINDS else _kind_of(row["key"]),
                full_mark=None if row["full_mark"] is None else Decimal(row["full_mark"]) / HUNDREDTHS,
                knowledge=(row["knowledge"] or "")[:80],
                ability=(row["ability"] or "")[:20],
                expected_facility=row["expected_facility"],
                key=key_normal(row["key"]),
            )
            for place, row in enumerate(rows.iter_rows(named=True))
        ]
    )


def _kind_of(key: str | None) -> str:
    letters = key_normal(key)
    return "open" if not letters else "multiple" if len(letters) > 1 else "choice"


def key_normal(key: str | None) -> str:
    """Return the options of a key or an answer as capital letters (or digits) in order: "c a" and "AC" are one."""
    narrow = unicodedata.normalize("NFKC", key or "").upper()
    return "".join(sorted(c for c in narrow if c.isalnum()))[:10]


@transaction.atomic
def keys_set(paper: Paper, keys: Mapping[str, str]) -> int:
    """Set or correct the right options of items by label; return how many items changed."""
    changed = 0
    for item in paper.items.filter(label__in=list(keys)):
        key = key_normal(keys[item.label])
        if item.key != key:
            item.key = key
            item.save(update_fields=["key"])
            changed += 1
    return changed
