"""One version of an exam's data: what it was made from, what it holds, how it differs from the one before."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from zhiheng.base.access import RESULTS, for_roles
from zhiheng.base.requests import Request
from zhiheng.evidence.datasets.page_data import dataset_page
from zhiheng.evidence.datasets.selectors import datasets_visible


@for_roles(RESULTS)
def dataset(request: Request, dataset_id: UUID) -> HttpResponse:
    """Show a dataset version."""
    scope = request.scope
    found = get_object_or_404(datasets_visible(scope), pk=dataset_id)
    return render(request, "datasets/detail.html", dataset_page(found, scope))
