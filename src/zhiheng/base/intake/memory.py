"""What people confirmed about a layout, remembered for the next sheet that looks the same."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import F

from zhiheng.base.clock import now
from zhiheng.base.intake.models import Batch, Mapping, Sheet, present
from zhiheng.base.intake.reading import reading_from_json, reading_to_json
from zhiheng.files.sheets import SheetReading


def remembered() -> dict[str, SheetReading]:
    """Return every confirmed reading by layout."""
    return {row.layout: reading_from_json(row.reading) for row in Mapping.objects.all()}


def used(layouts: Iterable[str]) -> None:
    """Count that these layouts met a confirmed reading."""
    Mapping.objects.filter(layout__in=layouts).update(used=F("used") + 1)


def remember(batch: Batch, by: Any) -> None:
    """Keep the readings of a batch that a person confirmed; of two with one layout, the one looked at.

    Only the columns are kept: places, titles and file names belong to the one sheet.
    """
    sheets = Sheet.objects.filter(present("upload__"), upload__batch=batch).exclude(layout="")
    for sheet in sheets.order_by("confirmed", "upload__name", "index"):
        if sheet.kind in ("notes", "empty"):
            continue
        kept = replace(reading_from_json(sheet.reading), file="", sheet="", index=0, context={}, notes=())
        Mapping.objects.update_or_create(
            layout=sheet.layout,
            defaults={"reading": reading_to_json(kept), "confirmed_at": now(), "confirmed_by": by},
        )
