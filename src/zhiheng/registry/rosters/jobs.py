"""Rosters are taken in here, never in the web process."""

from typing import Any
from uuid import UUID

from zhiheng.base.intake.models import Batch
from zhiheng.base.jobs.registry import job
from zhiheng.base.people.models import User
from zhiheng.registry.rosters.services import roster_import


@job("roster.import", "导入名册")
def take_in(progress: Any, *, batch_id: str, user_id: str | None = None) -> dict[str, Any]:
    """Bring a confirmed batch of rosters into the registry."""
    progress.steps(["导入名册"])
    with progress.step("导入名册"):
        imported = roster_import(
            batch=Batch.objects.get(id=UUID(batch_id)),
            by=User.objects.filter(id=UUID(user_id)).first() if user_id else None,
        )
    return {"schools": imported.schools, "pupils": imported.pupils, "teachers": imported.teachers}
