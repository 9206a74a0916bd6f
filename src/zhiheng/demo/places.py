"""The places of the county: towns, schools, sites and kindergartens, and how many pupils each grade holds.

Reads `anhe.yaml`; makes the county smaller, or repeats it until it is a province. Knows no pupil.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from typing import Any

import numpy as np
import polars as pl
import yaml

COUNTY_PUPILS = 55_400
STAGES = {"primary": range(1, 7), "junior": range(7, 10), "senior": range(10, 13)}
# These carry the county's stories, so a small county keeps at least so many of them.
AT_LEAST = {"普通高中": 2, "县城初中": 1, "乡镇初中": 3, "九年一贯": 1, "中心小学": 2, "村小": 2, "教学点": 2}


@cache
def anhe() -> dict[str, Any]:
    """Return the plan of the invented county. Callers must not change it."""
    return yaml.safe_load(files(__package__).joinpath("anhe.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Places:
    """Where the county's schools stand.

    Attributes
    ----------
    schools : one row per site: school, county, unit, name, code, town, area, school_type, private, intake, growth,
        last_year, absent_share, enrolment, plan_name, capacity. `unit` is the school that reports for the site;
        `enrolment` is given only where pupils are not named.
    kindergartens : one row per kindergarten with the count of children.
    sizes : int array, shape (n_sites, 12), pupils in each grade.
    """

    schools: pl.DataFrame
    kindergartens: pl.DataFrame
    sizes: np.ndarray


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Share `total` in proportion to `weights` in whole numbers, by largest remainder; the sum is exact."""
    exact = total * weights / weights.sum()
    share = np.floor(exact).astype(np.int64)
    short = total - int(share.sum())
    share[np.argsort(share - exact, kind="stable")[:short]] += 1
    return share


def places(rng: np.random.Generator, pupils: int) -> Places:
    """Lay out one county, a small one, or as many as it takes to hold `pupils`."""
    whole, rest = divmod(pupils, COUNTY_PUPILS)
    fractions = [1.0] * whole + ([rest / COUNTY_PUPILS] if rest else [])
    made = [_county(rng, fraction, number) for number, fraction in enumerate(fractions)]
    schools: list[pl.DataFrame] = []
    start = 0
    for part, _, _ in made:
        schools.append(part.with_columns(pl.col("school", "unit") + start))
        start += part.height
    return Places(
        schools=pl.concat(schools).with_columns(pl.col("school", "unit").cast(pl.Int32)),
        kindergartens=pl.concat([part for _, part, _ in made]),
        sizes=np.concatenate([part for _, _, part in made]),
    )


def _county(
    rng: np.random.Generator, fraction: float, number: int
) -> tuple[pl.DataFrame, pl.DataFrame, np.ndarray]:
    plan = anhe()
    sites = _sites(rng, sqrt(fraction))
    area = {town["name"]: town["area"] for town in plan["towns"]}
    prefix = county_name(number) if number else ""
    town_number = {town["name"]: place for place, town in enumerate(plan["towns"])}
    schools = pl.DataFrame(
        {
            "school": range(len(sites)),
            "county": number,
            "unit": [site["unit"] for site in sites],
            "name": [_in_county(prefix, site["name"]) for site in sites],
            "code": [f"99{number:03d}{town_number[s['town']]:02d}{k:03d}" for k, s in enumerate(sites)],
            "town": [prefix + site["town"] for site in sites],
            "area": [
                "village" if site["type"] in ("村小", "教学点") else area[site["town"]] for site in sites
            ],
            "school_type": [site["type"] for site in sites],
            "private": [site.get("private", False) for site in sites],
            **{
                key: pl.Series([site.get(key) for site in sites], dtype=pl.Float64)
                for key in ("intake", "growth", "last_year", "absent_share")
            },
            "enrolment": pl.Series([site.get("enrolment") for site in sites], dtype=pl.Int64),
            "plan_name": [site["name"] for site in sites],
        }
    )
    sizes = _grade_sizes(sites, fraction)
    seats = pl.Series(
        "capacity", [_capacity(site, int(n)) for site, n in zip(sites, sizes.sum(axis=1), strict=True)]
    )
    return schools.with_columns(seats), _kindergartens(rng, fraction, prefix), sizes


def _sites(rng: np.random.Generator, part: float) -> list[dict[str, Any]]:
    """The schools that stay at this size, units first in the plan's order, each hub followed by its villages."""
    plan = anhe()
    kept: list[dict[str, Any]] = []
    for kind in dict.fromkeys(school["type"] for school in plan["schools"]):
        of_kind = [school for school in plan["schools"] if school["type"] == kind]
        kept += of_kind[: max(AT_LEAST.get(kind, 1), round(len(of_kind) * part))]
    villages = _first_of_each(kept, "villages", part, AT_LEAST["村小"])
    points = _first_of_each(kept, "points", part, AT_LEAST["教学点"])
    points |= {(s["name"], p) for s in kept for p in s.get("points", []) if p == plan["empty_point"]}
    low, high = plan["point_sizes"]
    sites: list[dict[str, Any]] = []
    for school in kept:
        unit = len(sites)
        sites.append({**school, "unit": unit})
        below = {"unit": unit, "town": school["town"]}
        for name in school.get("villages", []):
            if (school["name"], name) in villages:
                size = plan["village_primary"] + int(rng.integers(-25, 26))
                sites.append({"name": name, "type": "村小", "primary": size, **below})
        for name in school.get("points", []):
            if (school["name"], name) in points:
                size = 0 if name == plan["empty_point"] else _point_size(rng, low, high)
                sites.append({"name": name, "type": "教学点", "point": size, **below})
    return sites


def _point_size(rng: np.random.Generator, low: int, high: int) -> int:
    """Most teaching points are tiny: the sizes fall off from `low` to `high`."""
    return low + int((high - low + 1) * rng.random() ** 2.6)


def _first_of_each(kept: list[dict[str, Any]], key: str, part: float, least: int) -> set[tuple[str, str]]:
    """Choose villages in turn from every hub, so that a small county keeps both schools of one name."""
    longest = max(len(school.get(key, [])) for school in kept)
    turns = [(s["name"], s[key][turn]) for turn in range(longest) for s in kept if len(s.get(key, [])) > turn]
    return set(turns[: max(least, round(len(turns) * part))])


def _grade_sizes(sites: list[dict[str, Any]], fraction: float) -> np.ndarray:
    """Share every grade's pupils among the schools that teach it; teaching points keep grades 1 to 3."""
    sizes = np.zeros((len(sites), 12), dtype=np.int64)
    for row, site in enumerate(sites):
        if site.get("point"):
            sizes[row, :3] = apportion(site["point"], np.array([0.45, 0.33, 0.22]))
    for stage, grades in STAGES.items():
        weights = np.array([float(site.get(stage, 0)) for site in sites])
        for grade in grades:
            total = round(anhe()["grade_sizes"][grade - 1] * fraction)
            sizes[:, grade - 1] += apportion(total - int(sizes[:, grade - 1].sum()), weights)
    return sizes


def _capacity(site: dict[str, Any], pupils: int) -> int:
    """Seats a site was built for: short where people moved to, empty where they left."""
    plan = anhe()["seats_per_pupil"]
    factor = plan["by_town"].get(site["town"], plan["by_type"].get(site["type"], plan["elsewhere"]))
    if site["type"] in plan["at_least"]:
        return max(plan["at_least"][site["type"]], round(pupils * plan["by_type"][site["type"]]))
    return round((pupils or site.get("enrolment", 0)) * factor / 10) * 10


def county_name(number: int) -> str:
    """Return what the county is called: 安禾县 itself, then 安禾2县, 安禾3县 beside it."""
    return f"{anhe()['name'].removesuffix('县')}{number + 1}县" if number else str(anhe()["name"])


def _in_county(prefix: str, name: str) -> str:
    return prefix + name.removeprefix(anhe()["name"]) if prefix else name


def _kindergartens(rng: np.random.Generator, fraction: float, prefix: str) -> pl.DataFrame:
    plan = anhe()["kindergartens"]
    low, high = plan["sizes"]
    rows = [
        (
            f"{prefix}{town['name'].removesuffix('街道')}{word}幼儿园",
            prefix + town["name"],
            town["area"],
            bool(word != plan["names"][0]),
            int(rng.integers(low, high)),
        )
        for town in anhe()["towns"]
        for word in plan["names"][
            : max(1, round(plan["in_city" if town["area"] == "city" else "per_town"] * sqrt(fraction)))
        ]
    ]
    return pl.DataFrame(rows, schema=["name", "town", "area", "private", "children"], orient="row")
