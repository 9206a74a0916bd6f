"""Read how many left: for the few who plan with it, and only as counts that point at nobody."""

from zhiheng.base.scopes import Scope, visible
from zhiheng.core.masking import MINIMUM
from zhiheng.registry.outflow.models import Outflow, TopOutflow
from zhiheng.registry.outflow.table import YEARS, OutflowTable, outflow_table


def three_years(scope: Scope) -> OutflowTable:
    """Return the table of the last three years noted, for the county; empty for anybody below it."""
    noted = visible(Outflow.objects.all(), scope)
    last = noted.order_by("-year").values_list("year", flat=True).first()
    years = range(last - YEARS + 1, last + 1) if last else range(0)
    counts = {(each.destination, each.year): each.pupils for each in noted.filter(year__in=years)}
    return outflow_table(counts, years)


def top_outflows(scope: Scope) -> list[tuple[TopOutflow, int | None]]:
    """Return the years with the count that left, None in its place where it is under 10 but not 0."""
    return [
        (each, None if 0 < each.left < MINIMUM else each.left)
        for each in visible(TopOutflow.objects.all(), scope)
    ]
