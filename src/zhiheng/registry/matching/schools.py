"""Which school and class a row names. Asks code, then name, then looser forms of the name, then the town.

A name that could be two schools is a problem for a person, never a guess.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from zhiheng.registry.schools.models import School
from zhiheng.registry.schools.names import FORMS, plain_name
from zhiheng.registry.schools.services import ProvisionalSchools

UNNAMED = "（未注明学校）"
"""The 暂建 school of sheets that name none."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a row says of its school, and which school sent the file (None when nobody knows)."""

    name: str | None
    code: str | None
    town: str | None
    sender: str | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """A school, or why there is none: `choices` are the schools it could be."""

    school: School | None
    how: str  # code, name, sender, exam, provisional, unnamed, ambiguous
    choices: tuple[School, ...] = ()


@dataclass(slots=True)
class Directory:
    """The schools of the registry, by every form of their names."""

    by_id: dict[str, School] = field(default_factory=dict)
    by_code: dict[str, School] = field(default_factory=dict)
    by_form: list[defaultdict[str, set[str]]] = field(
        default_factory=lambda: [defaultdict(set) for _ in FORMS]
    )

    def add(self, school: School) -> None:
        """Enter a school under its id, its code and every form of its names."""
        self.by_id[school.pk.hex] = school
        if school.code:
            self.by_code[school.code] = school
        for name in filter(None, {school.name, school.short_name}):
            for index, form in zip(self.by_form, FORMS, strict=True):
                index[form(name)].add(school.pk.hex)

    def named(self, name: str, town: str | None) -> list[School]:
        """Return the schools a name can mean: by the strictest form that knows anyone, in the town where one is given."""
        for index, form in zip(self.by_form, FORMS, strict=True):
            found = [self.by_id[key] for key in index.get(form(name), ())]
            if town and found:
                there = [s for s in found if s.town and plain_name(s.town.name) == plain_name(town)]
                # A school whose town nobody has told may be the one; a school of another town is not.
                found = there or [s for s in found if s.town is None]
            if found:
                return sorted(found, key=lambda s: (s.order, s.pinyin))
        return []


def directory(on: dt.date) -> Directory:
    """Return the schools open on a day, those claimed by another left out."""
    made = Directory()
    for school in School.objects.filter(merged_into=None).select_related("town"):
        if school.closed_on is None or school.closed_on > on:
            made.add(school)
    return made


def schools_resolve(
    places: Iterable[Place], *, on: dt.date, exam_school: School | None = None
) -> Mapping[Place, Resolution]:
    """Return the school of every place; names that nobody knows become 暂建 schools."""
    known, drafts = directory(on), ProvisionalSchools()
    found = {place: _resolve(place, known, drafts, exam_school) for place in dict.fromkeys(places)}
    drafts.save()
    return found


def _resolve(
    place: Place, known: Directory, drafts: ProvisionalSchools, exam_school: School | None
) -> Resolution:
    if place.code and place.code in known.by_code:
        return Resolution(known.by_code[place.code], "code")
    if place.name:
        found = known.named(place.name, place.town)
        if len(found) > 1 and place.sender:
            found = [s for s in found if s.pk.hex == place.sender] or found
        if len(found) == 1:
            return Resolution(found[0], "name")
        if found:
            return Resolution(None, "ambiguous", tuple(found))
        return _provisional(place.name, place.town, known, drafts, "provisional")
    if place.sender and place.sender in known.by_id:
        return Resolution(known.by_id[place.sender], "sender")
    if exam_school is not None:
        return Resolution(exam_school, "exam")
    return _provisional(UNNAMED, None, known, drafts, "unnamed")


def _provisional(
    name: str, town: str | None, known: Directory, drafts: ProvisionalSchools, how: str
) -> Resolution:
    school = drafts.named(name, town)
    known.add(school)
    return Resolution(school, how)


def sender_hex(school_id: UUID | None) -> str | None:
    """Return a school id as the frames of matching write ids."""
    return school_id.hex if school_id else None
