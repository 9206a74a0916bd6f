"""Write towns, schools, classes and terms. 暂建 entries are made here and claimed here.

Pupils and teachers are written by `registry.pupils`, `registry.matching` and `registry.rosters`.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max

from zhiheng.base.audit.services import audit_write
from zhiheng.base.errors import Explained
from zhiheng.base.pinyin import pinyin_of
from zhiheng.registry.schools.grades import UNASSIGNED
from zhiheng.registry.schools.models import Class, School, Term, Town


class CannotClaim(Explained):
    """A 暂建 school cannot become the school asked for."""


def town_ensure(name: str) -> Town:
    """Return the town of that name, made at the end of the bureau's order when it is new."""
    pinyin, initials = pinyin_of(name)
    last = Town.objects.aggregate(last=Max("order"))["last"]
    town, _ = Town.objects.get_or_create(
        name=name,
        defaults={"pinyin": pinyin, "initials": initials, "order": 0 if last is None else last + 1},
    )
    return town


def school_make(*, name: str, town: Town | None = None, origin: str = "roster", **fields: Any) -> School:
    """Make a school at the end of the bureau's order, with its pinyin."""
    pinyin, initials = pinyin_of(name)
    fields.setdefault("order", _next_order())
    return School.objects.create(
        name=name, town=town, origin=origin, pinyin=pinyin, initials=initials, **fields
    )


def _next_order() -> int:
    last = School.objects.aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def school_provisional(name: str, town: str | None = None) -> School:
    """Return the 暂建 school of that name in that town, made when it is new. A roster claims it later."""
    drafts = ProvisionalSchools()
    school = drafts.named(name, town)
    drafts.save()
    return school


class ProvisionalSchools:
    """The 暂建 schools: asked for one by one, the new ones written at once by `save`."""

    def __init__(self) -> None:
        rows = School.objects.filter(origin="provisional", merged_into=None).select_related("town")
        self._known = {(s.name, s.town.name if s.town else None): s for s in rows.order_by("-order")}
        self._towns: dict[str, Town] = {}
        self._fresh: list[School] = []
        self._order = _next_order()

    def named(self, name: str, town: str | None) -> School:
        """Return the school of that name in that town; a new one is not in the database before `save`."""
        key = (name, town or None)
        if key not in self._known:
            pinyin, initials = pinyin_of(name)
            self._known[key] = School(
                name=name,
                town=self._town(town) if town else None,
                origin="provisional",
                pinyin=pinyin,
                initials=initials,
                order=self._order + len(self._fresh),
            )
            self._fresh.append(self._known[key])
        return self._known[key]

    def save(self) -> None:
        """Write the schools that are new."""
        School.objects.bulk_create(self._fresh, batch_size=500)
        self._order += len(self._fresh)
        self._fresh = []

    def _town(self, name: str) -> Town:
        if name not in self._towns:
            self._towns[name] = town_ensure(name)
        return self._towns[name]


@transaction.atomic
def school_claim(provisional: School, into: School, *, by: Any = None) -> School:
    """Let a registered school take over a 暂建 one: its classes, pupils and teachers move, the entry stays and points on.

    Raises
    ------
    CannotClaim
        The entry is not 暂建, or is the school itself.
    """
    if provisional.pk == into.pk or provisional.origin != "provisional":
        raise CannotClaim(
            f"“{provisional.name}”不是暂建学校，不能并入“{into.name}”。学校撤并请用“学校合并”。"
        )
    _move_classes(provisional, into)
    provisional.teachers.update(school=into)
    provisional.merged_into = into
    provisional.save(update_fields=["merged_into"])
    School.objects.filter(merged_into=provisional).update(merged_into=into)
    audit_write(
        action="school.claim", user=by, object=provisional, school_id=into.id, detail={"into": into.name}
    )
    return into


@transaction.atomic
def schools_merge(schools: Iterable[School], *, into: School, on: dt.date, by: Any = None) -> School:
    """Record that schools were merged into one on a day (撤并). Their classes of old stay theirs."""
    for school in schools:
        if school.pk == into.pk:
            continue
        school.closed_on = on
        school.save(update_fields=["closed_on"])
        into.predecessors.add(school)
        audit_write(action="school.merge", user=by, object=school, school_id=into.id, detail={"on": on})
    return into


def _move_classes(old: School, new: School) -> None:
    there = {(c.stage, c.entry_year, c.number, c.name): c for c in new.classes.all()}
    for klass in old.classes.all():
        same = there.get((klass.stage, klass.entry_year, klass.number, klass.name))
        if same is None:
            klass.school = new
            klass.save(update_fields=["school"])
            continue
        klass.enrolments.update(klass=same)
        klass.teaching.update(klass=same)
        klass.delete()


ClassKey = tuple[School, str, int, int | str]
"""School, stage, entry year, number or name."""
ClassPlace = tuple[Any, str, int, int | str]
"""The same with the school's id."""


def classes_ensure(keys: Iterable[ClassKey], *, origin: str) -> dict[ClassPlace, Class]:
    """Return the classes of these keys by (school id, stage, entry year, number or name), making those that are new."""
    wanted = {(school.pk, stage, year, number) for school, stage, year, number in keys}
    schools = {school for school, *_ in wanted}

    def known() -> dict[ClassPlace, Class]:
        rows = Class.objects.filter(school__in=schools).select_related("school")
        return {(c.school_id, c.stage, c.entry_year, c.name or c.number): c for c in rows}

    missing = wanted - known().keys()
    Class.objects.bulk_create(
        [
            Class(school_id=s, stage=stage, entry_year=y, origin=origin, **_number_or_name(n))
            for s, stage, y, n in sorted(missing, key=str)
        ],
        ignore_conflicts=True,
    )
    return {key: klass for key, klass in known().items() if key in wanted}


def _number_or_name(which: int | str) -> dict[str, Any]:
    return {"number": which} if isinstance(which, int) else {"number": UNASSIGNED, "name": which}


def terms_seed(first: int, last: int) -> list[Term]:
    """Make the two terms of every academic year from `first` to `last`; those that exist are left as the bureau set them."""
    made = []
    for year in range(first, last + 1):
        for number, starts, ends in (
            (1, dt.date(year, 9, 1), dt.date(year + 1, 1, 31)),
            (2, dt.date(year + 1, 2, 1), dt.date(year + 1, 8, 31)),
        ):
            term, _ = Term.objects.get_or_create(
                year=year, number=number, defaults={"starts_on": starts, "ends_on": ends}
            )
            made.append(term)
    return made
