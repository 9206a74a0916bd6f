"""Filters and tags every template has: numbers as the bureau prints them, and the components."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from zhiheng.base.components import printed
from zhiheng.base.components.ledger import Ledger
from zhiheng.files.problems import column_letters
from zhiheng.standards.subjects import subject_name

register = template.Library()

register.filter("count", printed.count)
register.filter("points", printed.points)
register.filter("percent", printed.percent)
register.filter("signed", printed.signed)
register.filter("day", printed.day)
register.filter("short_day", printed.short_day)
register.filter("moment", printed.moment)
register.filter("letters", column_letters)
register.filter("subject_name", subject_name)


@register.simple_tag
def interval(lo: Any, hi: Any, kind: str = "points", places: int = 1) -> str:
    """Print 95 % limits."""
    return printed.interval(lo, hi, kind=kind, places=places)


@register.filter
def masked(value: Any, n: int | None) -> Any:
    """Print a value, or 人数少于10 where the group behind it is too small to show."""
    return "人数少于10" if n is not None and n < printed.SMALLEST_GROUP else value


@register.simple_tag
def tag(word: str, tone: str = "") -> SafeString:
    """Print a state: a word on its tint. Tones: blue, red, amber, green, or none."""
    return format_html('<span class="tag {}">{}</span>', tone, word)


@register.simple_block_tag
def card(content: str, title: str = "", aside: str = "", kind: str = "", anchor: str = "") -> SafeString:
    """A card with its heading."""
    head = ""
    if title:
        head = format_html(
            '<div class="head"><h2>{}</h2>{}</div>',
            title,
            format_html('<span class="aside">{}</span>', aside) if aside else "",
        )
    place = format_html(' id="{}"', anchor) if anchor else ""
    return format_html('<section class="card {}"{}>{}{}</section>', kind, place, head, mark_safe(content))


@register.inclusion_tag("components/key_number.html")
def key_number(
    label: str, value: Any, note: str = "", tone: str = "", unit: str = "", link: str = "", where: str = ""
) -> dict[str, Any]:
    """A key number: label, value, what it rests on. `link` leads on, `where` opens the drawer."""
    return {
        "label": label,
        "value": value,
        "note": note,
        "tone": tone,
        "unit": unit,
        "link": link,
        "where": where,
    }


@register.simple_tag
def where_from(url: str) -> SafeString:
    """Attributes of a link that opens its page in the drawer; without scripts it is a plain link."""
    return format_html('href="{0}" hx-get="{0}" hx-target="#drawer-body" hx-swap="innerHTML"', url)


@register.inclusion_tag("components/empty.html")
def empty(say: str, why: str = "", url: str = "", verb: str = "") -> dict[str, Any]:
    """An empty page: what is missing and the next step."""
    return {"say": say, "why": why, "url": url, "verb": verb}


@register.simple_tag
def purpose(who: str, when: str, how: str) -> SafeString:
    """The footer line 适合谁 · 何时用 · 怎么用."""
    return format_html('<p class="purpose">适合谁：{} · 何时用：{} · 怎么用：{}</p>', who, when, how)


@register.inclusion_tag("components/ledger.html", takes_context=True)
def ledger(context: Any, table: Ledger) -> dict[str, Any]:
    """A ledger table."""
    return {"ledger": table, "request": context.get("request")}


@register.inclusion_tag("components/chart.html")
def chart(drawing: Any, kind: str = "") -> dict[str, Any]:
    """A chart card: title that states the finding, the drawing, n and interval, table view, download."""
    return {"chart": drawing, "kind": kind}


@register.inclusion_tag("components/steps.html")
def steps(names: list[str], now: int) -> dict[str, Any]:
    """The steps of a wizard; `now` counts from 1."""
    states = ["done" if i < now else "now" if i == now else "" for i in range(1, len(names) + 1)]
    return {"steps": zip(names, states, strict=True)}


@register.inclusion_tag("components/progress.html")
def progress(job: Any, then: str = "") -> dict[str, Any]:
    """The progress of a job, renewed every second until it ends; then the page goes to `then`."""
    return {"job": job, "then": then}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Any) -> dict[str, Any]:
    """What happened and what comes, oldest first: dictionaries with when, what, who, state."""
    return {"entries": entries}


@register.inclusion_tag("components/difference.html")
def difference(lines: Any) -> dict[str, Any]:
    """Before and after, line by line: dictionaries with label, before, after."""
    return {"lines": lines}


@register.inclusion_tag("components/field.html")
def field(bound: Any, kind: str = "") -> dict[str, Any]:
    """One field of a form: label, input, help, errors."""
    return {"field": bound, "kind": kind}
