"""What every page shows around its content: the rail, the inbox count, the term, who is signed in."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.urls import reverse

from zhiheng.base.clock import now, today
from zhiheng.base.components.rail import RULES_AFTER, SECTIONS, RailItem
from zhiheng.base.definitions.selectors import UnknownDefinition, current
from zhiheng.base.discovery import all_modules
from zhiheng.base.inbox.selectors import inbox_for
from zhiheng.base.roles import ROLES
from zhiheng.base.scopes import NOBODY, Scope
from zhiheng.registry.schools.selectors import term_on


@cache
def rail_items() -> tuple[RailItem, ...]:
    """Return every page that some folder puts on the rail, in order."""
    found = [item for module in all_modules("navigation") for item in module.ITEMS]
    return tuple(sorted(found, key=lambda item: (SECTIONS.index(item.section), item.order)))


def rail_for(scope: Scope, namespace: str) -> Iterator[dict[str, Any]]:
    """Yield the sections in which this person has a page, marked where the reader stands."""
    for section in SECTIONS:
        items = [i for i in rail_items() if i.section == section and (not i.roles or scope.has(*i.roles))]
        if not items:
            continue
        pages = [{"label": i.label, "url": reverse(i.url_name), "here": i.holds(namespace)} for i in items]
        yield {
            "label": section,
            "url": pages[0]["url"],
            "pages": pages if len(pages) > 1 else [],
            "here": any(page["here"] for page in pages),
            "rule": section in RULES_AFTER,
        }


def shell(request: Any) -> dict[str, Any]:
    """Give templates the shell of this request."""
    scope: Scope = getattr(request, "scope", NOBODY)
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"bureau": _bureau()}
    match = request.resolver_match
    namespace = (match.namespace or match.url_name or "") if match else ""
    rail = list(rail_for(scope, namespace))
    return {
        "bureau": _bureau(),
        "term": _term_text(),
        "rail": rail,
        "section": next((section for section in rail if section["here"]), None),
        "moment": now(),
        "inbox_count": len(inbox_for(scope)),
        "roles": "、".join(ROLES[role] for role in ROLES if role in scope.roles),
    }


def _term_text() -> str:
    """Return 2026—2027学年 第一学期 · 第12周; empty in the holidays."""
    day = today()
    term = term_on(day)
    return f"{term} · 第{(day - term.starts_on).days // 7 + 1}周" if term else ""


def _bureau() -> str:
    """Return the bureau's name; empty on a database that was never prepared."""
    try:
        return str(current("bureau", "bureau").body["organisation"])
    except UnknownDefinition:
        return ""
