"""The page of a sampled monitoring: the same levels as its document, as ledgers."""

from typing import Any

from django.http import HttpResponse

from zhiheng.base.components.ledger import Column, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.requests import Request
from zhiheng.reports.facts.levels import LEVELS, LevelShares, level_shares
from zhiheng.reports.facts.results import Results
from zhiheng.reports.monitoring.content import SAMPLED, definitions
from zhiheng.standards.subjects import subject_name

COLUMNS = [
    Column("name", "范围", sortable=False),
    Column("n", "实考", "count", sortable=False),
    *(
        column
        for place, level in enumerate(LEVELS)
        for column in (
            Column(f"share{place}", level, "percent", sortable=False),
            Column(f"limits{place}", "95%区间", "interval_percent", phone=False, sortable=False),
        )
    ),
]


def levels_page(request: Request, results: Results, context: dict[str, Any]) -> HttpResponse:
    """Return the page: one table a subject."""
    ledgers = [
        Ledger(
            request.GET,
            subject,
            f"{subject_name(subject)}各等级比例",
            COLUMNS,
            [_row(each) for each in level_shares(results, subject)],
            searchable=False,
            empty="抽到的人数太少，不作结论。",
        )
        for subject in results.subjects
    ]
    context |= {"results": results, "ledgers": ledgers, "sampled": SAMPLED, "defined": definitions(results)}
    return ledger_page(request, "monitoring/levels.html", context, *ledgers)


def _row(each: LevelShares) -> dict[str, Any]:
    row: dict[str, Any] = {"name": each.name, "n": each.n}
    for place, share in enumerate(each.shares):
        row |= {f"share{place}": share.value, f"limits{place}": (share.lo, share.hi)}
    return row
