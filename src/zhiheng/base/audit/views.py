"""The audit trail as its readers see it."""

from django.http import HttpRequest, HttpResponse

from zhiheng.base.audit.page_data import COLUMNS, audit_rows
from zhiheng.base.components.ledger import Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.people.access import AUDIT, for_roles


@for_roles(AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """List what was done, newest first."""
    ledger = Ledger(
        request.GET, "audit", "审计", COLUMNS, audit_rows(request.scope),  # type: ignore[attr-defined]
        [Filter("actor", "谁"), Filter("action", "做了什么")], empty="还没有记录。",
    )  # fmt: skip
    return ledger_page(request, "audit/list.html", {}, ledger)
