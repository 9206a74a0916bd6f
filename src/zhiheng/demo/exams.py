"""The year's tests: who sat, what each pupil answered and scored, and why some have no mark.

Turns abilities into marks through the papers of `exams.yaml`. Knows no file layout and plants no mistake.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
import yaml

from zhiheng.demo.abilities import KNOWLEDGE_SCHOOL_SD, Abilities, after, before, draw_abilities
from zhiheng.demo.county import County

ABILITY_SD = 0.95
"""Spread of ability in a cohort, about; used to place an item at its planned facility."""
GUESSING = 0.18
OMITTED = 0.008
CHOICE_SLOPE, OPEN_SLOPE = 1.5, 1.25
OPTIONS = ["".join(letter for bit, letter in enumerate("ABCD") if code >> bit & 1) for code in range(16)]
"""Option letters by bit mask; 0 is nothing chosen."""
ABSENT = 0.008
ONE_SUBJECT_ABSENT = 0.0012
RARE = {"cheat": 0.0004, "deferred": 0.0007, "not_scanned": 0.0002}
SCHOOL_YEAR_BEGAN = date(2026, 9, 1)
MONITORED_CLASSES = 0.22
"""Share of the grade's classes in the sampled 监测."""


@dataclass(frozen=True)
class Responses:
    """Answers to the items of one paper.

    Attributes
    ----------
    items : label, kind, full_mark, knowledge, ability, expected_facility, key (as published), right.
    marks : int array, shape (n_pupils, n_items), points by the published key.
    options : uint8 array alike, index into `OPTIONS`; 0 for open items.
    """

    items: pl.DataFrame
    marks: np.ndarray
    options: np.ndarray


@dataclass(frozen=True)
class Sitting:
    """One test as it went.

    Attributes
    ----------
    key : its key in `exams.yaml`; `plan` is the entry there.
    pupils : the columns of `County.pupils` and `ticket`; one row per pupil who should have sat.
    ability : subject → what each could do on the day (pupil standard deviations).
    marks : subject → points, null without a mark; rows as in `pupils`.
    status : subject → a status of `zhiheng.frames.schema.STATUSES`.
    scaled : subject → 赋分, only where the test has it.
    responses : subject → answers, for subjects with item sheets.
    """

    key: str
    plan: dict[str, Any]
    pupils: pl.DataFrame
    ability: pl.DataFrame
    marks: pl.DataFrame
    status: pl.DataFrame
    scaled: pl.DataFrame
    responses: dict[str, Responses]

    @property
    def subjects(self) -> list[str]:
        """Subject codes in the order of the papers."""
        return [paper["subject"] for paper in self.plan["papers"]]


@cache
def year() -> dict[str, Any]:
    """Return the plan of the year's tests. Callers must not change it."""
    return yaml.safe_load(files(__package__).joinpath("exams.yaml").read_text(encoding="utf-8"))


def hold_exams(county: County, abilities: Abilities | None = None) -> dict[str, Sitting]:
    """Hold every test of the year; returns key → sitting."""
    known = abilities or draw_abilities(county)
    return {
        plan["key"]: _hold(county, known, plan, county.rng(10 + number))
        for number, plan in enumerate(year()["exams"])
    }


def _hold(county: County, known: Abilities, plan: dict[str, Any], rng: np.random.Generator) -> Sitting:
    everyone = county.everyone.with_row_index("row")
    who = _called(county, everyone, plan, rng)
    rows = who["row"].to_numpy().astype(np.int64)
    school = who["school"].to_numpy()
    outside = (county.schools["area"] != "city").to_numpy()[school]
    female = (who["gender"] == "female").to_numpy()
    taken = _subjects_taken(plan, rng, who.height)
    ability, marks, status, responses = {}, {}, {}, {}
    excused = _excused(county, known, who, plan, rng)
    for paper in plan["papers"]:
        subject = paper["subject"]
        if plan["kind"] == "academic_level":
            theta = before(known, rows, rng)
        else:
            theta = after(known, rows, school, _teacher(county, who, subject), rng)
        if plan.get("last_year"):
            theta = theta + county.schools["last_year"].fill_null(0.0).to_numpy()[school]
        theta = theta + paper.get("female", 0.05) * (female - 0.5)
        if subject in plan.get("item_sheets", ()):
            responses[subject] = _answers(subject, theta, school, outside, county.schools.height, rng)
            mark = responses[subject].marks.sum(axis=1).astype(float)
        else:
            mark = _whole_mark(paper, theta, rng)
        state = np.where(excused == "", _one_subject(rng, who.height), excused)
        state = np.where(taken[subject], state, "not_taken") if taken else state
        ability[subject] = theta
        status[subject] = state
        marks[subject] = pl.Series(mark).set(pl.Series(state != "normal"), None)
    frame = pl.DataFrame(marks)
    return Sitting(
        key=plan["key"],
        plan=plan,
        pupils=_with_tickets(who.drop("row"), plan, rng),
        ability=pl.DataFrame(ability),
        marks=frame,
        status=pl.DataFrame(status),
        scaled=frame.select(_scaled(s, frame[s]) for s in year()["scaled"] if taken)
        if taken
        else pl.DataFrame(),
        responses=responses,
    )


def _called(
    county: County, everyone: pl.DataFrame, plan: dict[str, Any], rng: np.random.Generator
) -> pl.DataFrame:
    """Who should sit: a cohort as it stood that day, of one school or of sampled classes where the test is so."""
    who = everyone.filter(
        pl.col("entry_year") == plan["entry_year"], pl.col("grade").is_in(_grades_now(plan))
    )
    if plan["date"] < SCHOOL_YEAR_BEGAN:
        who = who.filter(pl.col("enrolment") != "transferred_in")
    else:
        who = who.filter(pl.col("enrolment") != "transferred_out")
    if "school" in plan:
        named = county.schools.filter(pl.col("plan_name") == plan["school"])["school"]
        return who.filter(pl.col("school").is_in(named[:1].implode()))
    if plan["kind"] == "monitoring":
        large = county.classes.filter(pl.col("grade") == plan["grade"], pl.col("size") >= 12)[
            "class"
        ].to_numpy()
        chosen = rng.choice(large, size=max(2, round(large.size * MONITORED_CLASSES)), replace=False)
        return who.filter(pl.col("class").is_in(pl.Series(chosen).implode()))
    return who


def _grades_now(plan: dict[str, Any]) -> list[int]:
    """The grade the cohort is in today: a test of last school year is a grade behind."""
    return [plan["grade"], plan["grade"] + 1] if plan["date"] < SCHOOL_YEAR_BEGAN else [plan["grade"]]


def _teacher(county: County, who: pl.DataFrame, subject: str) -> np.ndarray:
    by_class = np.full(county.classes.height, -1)
    taught = county.teaching.filter(pl.col("subject") == subject)
    by_class[taught["class"].to_numpy()] = taught["teacher"].to_numpy()
    return by_class[who["class"].to_numpy()]


def _excused(
    county: County, known: Abilities, who: pl.DataFrame, plan: dict[str, Any], rng: np.random.Generator
) -> np.ndarray:
    """Return why a pupil has no mark in any subject, "" for those who sat.

    Weak pupils are missing a little more often everywhere; where the plan gives a school a share of
    absent pupils, that share of its weakest is missing from the mock.
    """
    prior = known.prior[who["row"].to_numpy()]
    n = who.height
    state = np.full(n, "", dtype="<U16")
    state[rng.random(n) < ABSENT * np.exp(-0.7 * prior)] = "absent"
    exempt = (who["enrolment"] == "exempt_special").to_numpy() & (rng.random(n) < 0.6)
    state[exempt] = "exempt_special"
    if plan.get("weakest_missing"):
        state[rng.permutation(n)[: max(1, round(n * RARE["deferred"]))]] = "deferred"
        for school, share in (
            county.schools.drop_nulls("absent_share").select("school", "absent_share").iter_rows()
        ):
            rows = np.flatnonzero((who["school"] == school).to_numpy())
            weakest = rows[np.argsort(prior[rows] + rng.normal(0, 0.2, rows.size), kind="stable")]
            state[rows] = ""
            state[weakest[: round(rows.size * share)]] = "absent"
    return state


def _one_subject(rng: np.random.Generator, n: int) -> np.ndarray:
    draw = rng.random(n)
    edges = np.cumsum([ONE_SUBJECT_ABSENT, RARE["cheat"], RARE["not_scanned"]])
    return np.select([draw < edge for edge in edges], ["absent", "cheat", "not_scanned"], "normal")


def _subjects_taken(plan: dict[str, Any], rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Which subjects each pupil of a senior test has chosen; empty for other tests."""
    if plan["grade"] < 10:
        return {}
    tracks = year()["tracks"]
    choice = rng.choice(len(tracks), size=n, p=np.array([track["share"] for track in tracks]))
    common = {"chinese", "math", "english"}
    return {
        paper["subject"]: np.array([paper["subject"] in common | set(t["subjects"]) for t in tracks])[choice]
        for paper in plan["papers"]
    }


def _whole_mark(paper: dict[str, Any], theta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mark a paper without items: a logistic curve of ability, in the paper's own steps; a few get zero."""
    share = _logistic(_centre(paper["facility"], paper["spread"]) + paper["spread"] * theta)
    mark = np.round(paper["full_mark"] * share / paper["step"]) * paper["step"]
    mark[rng.random(theta.size) < 0.0008 * np.exp(-theta)] = 0.0
    return mark


def _logistic(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def _centre(facility: float, slope: float) -> float:
    """Logit that gives a mean of `facility` over normal abilities (probit approximation of the mean)."""
    return float(np.log(facility / (1 - facility)) * np.sqrt(1 + 0.346 * (slope * ABILITY_SD) ** 2))


def _answers(
    subject: str,
    theta: np.ndarray,
    school: np.ndarray,
    outside: np.ndarray,
    n_schools: int,
    rng: np.random.Generator,
) -> Responses:
    """Answer every item; a knowledge point can be weak in the county, outside the city, or in one school."""
    plan = [(*row, None)[:7] for row in year()["items"][subject]]
    names = ["label", "kind", "full_mark", "knowledge", "ability", "expected_facility", "right"]
    wrong = year().get("wrong_keys", {}).get(subject, {})
    items = pl.DataFrame(plan, schema=names, orient="row").with_columns(
        pl.coalesce(
            pl.col("label").replace_strict(wrong, default=None, return_dtype=pl.String), "right"
        ).alias("key")
    )
    marks = np.zeros((theta.size, items.height), dtype=np.int16)
    options = np.zeros((theta.size, items.height), dtype=np.uint8)
    weak = {
        point: _point_effect(subject, point, outside) + rng.normal(0, KNOWLEDGE_SCHOOL_SD, n_schools)[school]
        for point in items["knowledge"].unique(maintain_order=True)
    }
    for column, item in enumerate(items.iter_rows(named=True)):
        ready = theta + weak[item["knowledge"]]
        if item["kind"] == "open":
            slope = _centre(item["expected_facility"], OPEN_SLOPE)
            share = _logistic(slope + OPEN_SLOPE * ready + rng.normal(0, 0.7, theta.size))
            marks[:, column] = rng.binomial(item["full_mark"], share)
        else:
            options[:, column] = _chosen(item, ready, rng)
            marks[:, column] = points(options[:, column], item["key"], item["full_mark"])
    return Responses(items, marks, options)


def _point_effect(subject: str, point: str, outside: np.ndarray) -> np.ndarray:
    effect = year()["knowledge"].get(subject, {}).get(point, {})
    return effect.get("all", 0.0) + effect.get("outside_city", 0.0) * outside


def option_code(letters: str) -> int:
    """Return the bit mask of option letters: A is 1, AC is 5."""
    return sum(1 << "ABCD".index(letter) for letter in letters)


def _chosen(item: dict[str, Any], ready: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw option masks: the right one by ability, else a distractor by its own pull, sometimes nothing."""
    right = option_code(item["right"])
    guess = GUESSING if item["kind"] == "choice" else 0.06
    facility = max((item["expected_facility"] - guess) / (1 - guess), 0.05)
    know = guess + (1 - guess) * _logistic(_centre(facility, CHOICE_SLOPE) + CHOICE_SLOPE * ready)
    bits = {"choice": 1, "multiple": 2}[item["kind"]]
    rivals = np.array([code for code in range(1, 16) if 1 <= code.bit_count() <= bits and code != right])
    wrong = rng.choice(rivals, size=ready.size, p=rng.dirichlet(np.full(rivals.size, 2.5)))
    chosen = np.where(rng.random(ready.size) < know, right, wrong)
    return np.where(rng.random(ready.size) < OMITTED * np.exp(-ready), 0, chosen).astype(np.uint8)


def points(options: np.ndarray, key: str, full_mark: int) -> np.ndarray:
    """Mark options by a key: all right gives the full mark; some right and none wrong, of several, gives 1."""
    right = option_code(key)
    some = (options != 0) & (options & ~np.uint8(right) == 0)
    partial = 1 if len(key) > 1 else 0
    return np.where(options == right, full_mark, np.where(some, partial, 0))


def _scaled(subject: str, raw: pl.Series) -> pl.Series:
    """等级赋分 over all who took the subject in the county (metrics.md section 8); equal marks stay together."""
    bands = year()["grade_bands"]
    better = (raw.rank("min", descending=True) - 1) / raw.count()
    edges = np.cumsum([band["share"] for band in bands])
    band = pl.Series(
        np.minimum(np.searchsorted(edges, better.fill_null(0).to_numpy(), side="right"), len(bands) - 1)
    )
    frame = pl.DataFrame({"raw": raw, "band": band}).with_columns(
        pl.when(pl.col("raw").is_not_null()).then("band").alias("band")
    )
    t1 = pl.col("band").replace_strict(range(len(bands)), [b["low"] for b in bands], return_dtype=pl.Float64)
    t2 = pl.col("band").replace_strict(range(len(bands)), [b["high"] for b in bands], return_dtype=pl.Float64)
    y1, y2 = pl.col("raw").min().over("band"), pl.col("raw").max().over("band")
    part = pl.when(y2 > y1).then((pl.col("raw") - y1) / (y2 - y1)).otherwise(1.0)
    return frame.select((t1 + part * (t2 - t1) + 0.5).floor().alias(subject))[subject]


def _with_tickets(who: pl.DataFrame, plan: dict[str, Any], rng: np.random.Generator) -> pl.DataFrame:
    """Number the pupils of a school in a drawn order: test, school, serial."""
    if "ticket" not in plan:
        return who.with_columns(pl.lit(None, dtype=pl.String).alias("ticket"))
    drawn = who.with_columns(pl.Series("draw", rng.random(who.height)))
    serial = pl.col("draw").rank("ordinal").over("school").cast(pl.String).str.zfill(4)
    school = (pl.col("school") + 1).cast(pl.String).str.zfill(3)
    return drawn.with_columns(pl.concat_str(pl.lit(plan["ticket"]), school, serial).alias("ticket")).drop(
        "draw"
    )
