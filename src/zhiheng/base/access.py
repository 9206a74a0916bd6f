"""Who may open which kind of page. What they see on it is decided by their scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase

from zhiheng.base.requests import Request
from zhiheng.base.roles import COUNTY_ROLES

View = Callable[..., HttpResponseBase]

EVERYONE: frozenset[str] = frozenset()
COUNTY = COUNTY_ROLES
RESULTS = frozenset({"BL", "OF", "RO", "RS", "IN", "BE", "AU", "PR", "DL", "CA", "TE"})
"""Reads analyses, each within the scope."""
FAMILY = frozenset({"PA", "ST"})
"""Sees the own child, or oneself, and nobody else."""
CLASS_PAGES = frozenset({"PR", "DL", "CA", "TE"})
"""Sees pupils by name, of the own classes only."""
SCHOOL_HEADS = frozenset({"PR", "DL"})
INTAKE = frozenset({"RO", "BE", "DL"})
"""Uploads sheets, confirms columns, publishes."""
EXAMS_EDIT = frozenset({"RO", "BE", "DL"})
COLLECT = frozenset({"RO", "BE"})
"""Asks schools for sheets and returns them."""
COLLECT_READ = COLLECT | {"BL", "OF", "PR", "DL"}
CALIBER_READ = COUNTY | {"PR", "DL", "CA", "TE"}
CALIBER_EDIT = frozenset({"RO"})
DOCUMENTS = frozenset({"BL", "OF", "RO", "RS", "IN", "BE", "AU", "PR", "DL"})
DOCUMENTS_MAKE = frozenset({"RO"})
CLOCK_STEPS = frozenset({"RO", "OF", "BL"})
SCHOOLS = COUNTY | {"PR", "DL"}
MATCHING = frozenset({"BE", "DL"})
UNIT_HEADS = frozenset({"PR", "DL"})
"""Appoints who heads a grade, a class or a subject group of the own school."""
OUTFLOW = frozenset({"BE", "BL", "AU"})
"""Reads counts of pupils who left the county. Nobody of a school: the counts must not guide who is approached."""
OUTFLOW_EDIT = frozenset({"BE"})
FILINGS = frozenset({"BL", "OF", "RO", "RS", "IN", "BE", "AU"})
PLANS = COUNTY | {"PR", "DL"}
PLANS_EDIT = frozenset({"RO"})
PAPERS = frozenset({"RO", "RS", "AU"})
"""Reads who set which paper and how it was checked."""
PAPERS_EDIT = frozenset({"RO", "RS"})
PAPER_QUALITY = frozenset({"RO", "RS"})
"""Reads how each author's papers turned out; nobody who appraises them."""
EXTERNAL = frozenset({"RO", "BL", "AU"})
"""Reads how the county stood among others: an internal note."""
EXTERNAL_EDIT = frozenset({"RO"})
BANDS = frozenset({"BL", "RO", "AU"})
"""Reads how many pupils lie in each band of marks."""
GROWTH = frozenset({"BL", "OF", "RO", "RS", "IN", "AU", "PR", "DL"})
"""Reads value added and growth. No teacher: a class's figure is for its school's own improvement."""
ITEM_SCALING = frozenset({"RO", "RS"})
"""Reads how items measure and whom they favour: for whoever sets and mends papers, not for who appraises authors."""
EQUITY = frozenset({"BL", "OF", "RO", "IN", "AU"})
"""Reads how far the county's schools lie apart. No school: the figures are of the county's doing, not of a school's."""
COURSES = frozenset({"RO", "RS", "IN", "BE", "BL", "PR", "DL"})
COURSES_EDIT = frozenset({"DL"})
"""Brings in lists of who takes which course of the own school."""
AUDIT = frozenset({"AU", "AD", "PR"})
PEOPLE = frozenset({"AD"})


def for_roles(roles: frozenset[str]) -> Callable[[View], View]:
    """Let a view through to people who hold one of `roles`; others get the page that says whom to ask."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.scope.has(*roles):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard
