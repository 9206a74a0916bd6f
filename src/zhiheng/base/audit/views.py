"""The audit trail as its readers see it."""

from django.http import HttpResponse

from zhiheng.base.access import AUDIT, for_roles
from zhiheng.base.audit.page_data import COLUMNS, audit_rows
from zhiheng.base.components.ledger import Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.requests import Request


@for_roles(AUDIT)
def audit(request: Request) -> HttpResponse:
    """List what was done, newest first."""
    ledger = Ledger(
        request.GET, "audit", "审计", COLUMNS, audit_rows(request.scope),
        [Filter("actor", "谁"), Filter("action", "做了什么")], empty="还没有记录。",
    )  # fmt: skip
    return ledger_page(request, "audit/list.html", {}, ledger)
