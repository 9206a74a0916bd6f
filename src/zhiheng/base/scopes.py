"""Who sees what: one Scope per request, and the only two places that apply it.

`visible` narrows a database query, `restrict` narrows a result table. Both hide by default: a model or
table that does not say how it is scoped shows nothing to anyone below the county.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import polars as pl
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

NAMED_PUPILS = frozenset({"PR", "DL", "CA", "TE"})
"""Roles that may see names of the pupils in their scope."""
ORDINARY_UNITS = frozenset({"county", "school_type", "area", "group"})
"""Levels whose rows name no single school; everyone who may open an analysis sees them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may see, for one request.

    Attributes
    ----------
    county : sees every school. Otherwise only what the sets below hold.
    subjects : if not empty, only these subjects' detail (教研员, 任课教师).
    class_subjects : (class, subject) pairs a teacher teaches; adviser classes are in `classes`.
    """

    user_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    county: bool = False
    towns: frozenset[UUID] = frozenset()
    schools: frozenset[UUID] = frozenset()
    classes: frozenset[UUID] = frozenset()
    pupils: frozenset[UUID] = frozenset()
    subjects: frozenset[str] = frozenset()
    class_subjects: frozenset[tuple[UUID, str]] = frozenset()

    @property
    def anonymous(self) -> bool:
        """Nobody signed in, or somebody without any role."""
        return not self.roles

    def has(self, *roles: str) -> bool:
        """Tell whether any of the roles is held."""
        return not self.roles.isdisjoint(roles)

    def may_see_names(self, school: UUID, klass: UUID | None = None) -> bool:
        """Tell whether pupils of this school (or class) may be shown by name."""
        if not self.has(*NAMED_PUPILS):
            return False
        return (
            school in self.schools or klass in self.classes or any(c == klass for c, _ in self.class_subjects)
        )


NOBODY = Scope()
SYSTEM = Scope(roles=frozenset({"AD"}), county=True)
"""For jobs and the command line, which act for the bureau as a whole."""


def visible(queryset: "QuerySet[M]", scope: Scope) -> "QuerySet[M]":
    """Return the rows of `queryset` that `scope` may see.

    The model says how it is scoped in `scope_by`: dimension (school, town, class, pupil, user) → field path.
    """
    if scope.anonymous:
        return queryset.none()
    if scope.county:
        return queryset
    paths: Mapping[str, str] = getattr(queryset.model, "scope_by", {})
    taught = frozenset(klass for klass, _ in scope.class_subjects)
    held: dict[str, frozenset[Any]] = {
        "school": scope.schools,
        "town": scope.towns,
        "class": scope.classes | taught,
        "pupil": scope.pupils,
        "user": frozenset({scope.user_id} - {None}),
    }
    condition = Q(pk__in=[])
    for dimension, path in paths.items():
        if held[dimension]:
            condition |= Q(**{f"{path}__in": held[dimension]})
    rows = queryset.filter(condition)
    # A path through a one-to-many relation repeats rows.
    return rows.distinct() if any("__" in path for path in paths.values()) else rows


def restrict(
    frame: pl.DataFrame,
    scope: Scope,
    *,
    schools: Mapping[str, UUID],
    classes: Mapping[str, tuple[UUID, UUID]],
) -> pl.DataFrame:
    """Return the rows of a result table that `scope` may see.

    Parameters
    ----------
    frame : columns `level` and `unit`, perhaps `subject`.
    schools : unit → school id, for rows of level school.
    classes : unit → (class id, school id), for rows of level class.
    """
    if scope.anonymous or "level" not in frame.columns:
        return frame.clear()
    if not scope.county:
        own_schools = [unit for unit, school in schools.items() if school in scope.schools]
        taught = frozenset(klass for klass, _ in scope.class_subjects)
        own_classes = [
            unit
            for unit, (klass, school) in classes.items()
            if klass in scope.classes
            or klass in taught
            or (school in scope.schools and scope.has("PR", "DL"))
        ]
        level, unit = pl.col("level"), pl.col("unit")
        frame = frame.filter(
            level.is_in(list(ORDINARY_UNITS))
            | ((level == "school") & unit.is_in(own_schools))
            | ((level == "school_group") & unit.str.split("|").list.first().is_in(own_schools))
            | ((level == "class") & unit.is_in(own_classes))
        )
    if scope.subjects and "subject" in frame.columns:
        frame = frame.filter(pl.col("subject").is_in([*scope.subjects, "total"]))
    return frame
