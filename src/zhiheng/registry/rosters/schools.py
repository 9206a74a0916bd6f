"""Bring in the list of schools. A school the registry knows is renewed, a 暂建 one is claimed, others are made."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from zhiheng.files.problems import Problem
from zhiheng.registry.matching.schools import Directory, directory
from zhiheng.registry.rosters.lists import ListRow, incomplete
from zhiheng.registry.schools.models import School, Town
from zhiheng.registry.schools.services import school_make, town_ensure

AREAS = {"城": "city", "镇": "town", "乡": "village", "村": "village"}
STAGE_WORDS = (
    ("幼儿园", "kindergarten"),
    ("特殊", "special"),
    ("特教", "special"),
    ("职", "vocational"),
    ("中专", "vocational"),
    ("九年", "nine_year"),
    ("一贯", "nine_year"),
    ("完全中学", "complete"),
    ("完中", "complete"),
    ("高级中学", "senior"),
    ("高中", "senior"),
    ("初", "junior"),
    ("小", "primary"),
    ("教学点", "primary"),
    ("中学", "junior"),
)
FIVE_FOUR = ("五四", "54", "5+4", "五四制")


@transaction.atomic
def school_list_import(rows: Iterable[ListRow], *, on: dt.date) -> tuple[list[School], list[Problem]]:
    """Make, renew or claim the schools of a list, in its order. Returns them and the rows that could not be taken."""
    known = directory(on)
    taken: dict[str, School] = {}
    problems: list[Problem] = []
    hubs: list[tuple[School, str]] = []
    towns = {town.name: town for town in Town.objects.all()}
    for order, row in enumerate(rows):
        cells = row.cells
        if not cells["name"]:
            problems.append(incomplete(row, "roster.school_nameless", "学校名称"))
            continue
        town = _town(cells.get("town", ""), towns)
        school = _known(known, cells, town) or school_make(name=cells["name"], town=town, order=order)
        if school.pk.hex in taken:
            problems.append(
                Problem(
                    "roster.school_twice",
                    row.place,
                    "这所学校前面已有一行",
                    "每所学校一行",
                    "删去多余的一行",
                    True,
                )
            )
            continue
        _renew(school, cells, town, order)
        known.add(school)
        taken[school.pk.hex] = school
        if cells.get("hub") and cells["hub"] != school.name:
            hubs.append((school, cells["hub"]))
    for school, name in hubs:
        found = known.named(name, None)
        if len(found) == 1 and found[0].pk != school.pk:
            school.hub = found[0]
            school.save(update_fields=["hub"])
    return list(taken.values()), problems


def _town(name: str, towns: dict[str, Town]) -> Town | None:
    if not name:
        return None
    if name not in towns:
        towns[name] = town_ensure(name)
    return towns[name]


def _known(known: Directory, cells: dict[str, str], town: Town | None) -> School | None:
    """Find by code, else by exact name in the same town (a 暂建 school may not know its town yet)."""
    code = cells.get("code", "")
    if code and code in known.by_code:
        return known.by_code[code]
    found = known.named(cells["name"], town.name if town else None)
    same = [
        s for s in found if (s.name == cells["name"] or s.origin == "provisional") and not (code and s.code)
    ]
    return same[0] if len(same) == 1 else None


def _renew(school: School, cells: dict[str, str], town: Town | None, order: int) -> None:
    school.origin, school.order = "roster", order
    school.name = cells["name"]
    school.short_name = cells.get("short_name", "") or school.short_name
    school.code = cells.get("code") or school.code
    school.town = town or school.town
    school.area = next(
        (code for word, code in AREAS.items() if cells.get("area", "").startswith(word)), school.area
    )
    school.school_type = cells.get("school_type", "") or school.school_type
    school.private = "民办" in cells.get("nature", "") or "民办" in school.school_type
    school.stage = stage_in(school.school_type, school.name) or school.stage
    if any(word in cells.get("system", "") for word in FIVE_FOUR):
        school.primary_years = 5
    school.save()


def stage_in(school_type: str, name: str) -> str:
    """Return the kind of school its type says, else its name; "" where neither does."""
    for text in (school_type, name):
        for word, stage in STAGE_WORDS:
            if word in text:
                return stage
    return ""
