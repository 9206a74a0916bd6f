"""Looks at named data leave a trace in the audit, in the transaction of the look."""

from typing import Any
from uuid import UUID

from zhiheng.base.audit.services import audit_write
from zhiheng.base.components.ledger import Row
from zhiheng.base.intake.models import Upload
from zhiheng.reports.pages.results import Reading


def cell_read(*, reading: Reading, cell: Row, address: str, upload_id: UUID, by: Any) -> None:
    """Record that somebody looked at a cell of an uploaded sheet."""
    school, _ = reading.pupil_place(cell["pupil"])
    audit_write(
        action="upload_cell.read",
        user=by,
        object=Upload.objects.get(pk=upload_id),
        school_id=school,
        detail={"cell": address, "row": cell["row"], "sheet": cell["sheet"]},
        purpose="数从哪来",
    )
