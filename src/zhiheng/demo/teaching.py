"""Teachers and who teaches what: posts by subject, as many as the school's classes need.

Reads the posts of `anhe.yaml`. Knows no timetable and no mark.
"""

import numpy as np
import polars as pl

from zhiheng.demo.people import STAGE_OF_GRADE, draw_names
from zhiheng.demo.places import anhe

SMALL_SITES = {"村小": "small", "教学点": "point"}
OTHER_STAFF = 0.065
"""Teachers without a class of their own this term (management, leave, library), per teacher with one."""
RETIRING = 0.16
"""Share of teachers in the cohort that retires within five years: a wave."""


def teaching(schools: pl.DataFrame, class_table: pl.DataFrame) -> pl.DataFrame:
    """Assign every class and subject to a teacher.

    Returns one row per class and subject: class, school, grade, number, subject, teacher, adviser (班主任).
    """
    kind = pl.col("school_type").replace_strict(SMALL_SITES, default=None)
    stage = pl.Series("stage", STAGE_OF_GRADE).gather(class_table["grade"] - 1)
    rooms = class_table.with_columns(stage).join(
        schools.select("school", "school_type", "plan_name"), on="school", how="left", maintain_order="left"
    )
    rooms = rooms.with_columns(pl.coalesce(kind, "stage").alias("staffing"))
    demand = rooms.join(_posts(), on="staffing", how="inner", maintain_order="left_right").filter(
        pl.col("grade").is_between("from_grade", "to_grade")
    )
    demand = _with_shared_posts(demand)
    order = pl.int_range(pl.len()).over("school", "staffing", "post")
    assigned = (
        demand.with_columns((order // pl.col("per_teacher")).alias("turn"))
        .with_columns(
            pl.struct("school", "staffing", "post", "turn").rank("dense").cast(pl.Int32).alias("teacher") - 1
        )
        .explode("subjects")
        .rename({"subjects": "subject"})
    )
    return assigned.select(
        "class",
        "school",
        "grade",
        "number",
        "subject",
        "teacher",
        (pl.col("subject") == "chinese").alias("adviser"),
    ).sort("class", maintain_order=True)


def _posts() -> pl.DataFrame:
    rows = [
        (staffing, place, post["subjects"], post["classes"], *post.get("grades", [1, 12]))
        for staffing, posts in anhe()["posts"].items()
        for place, post in enumerate(posts)
    ]
    columns = ["staffing", "post", "subjects", "per_teacher", "from_grade", "to_grade"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _with_shared_posts(demand: pl.DataFrame) -> pl.DataFrame:
    """Where the plan says one teacher has several subjects, put these posts together."""
    for school in (school for school in anhe()["schools"] if "one_teacher" in school):
        together = (pl.col("plan_name") == school["name"]) & pl.col("subjects").list.first().is_in(
            school["one_teacher"]
        )
        demand = demand.with_columns(
            pl.when(together).then(pl.lit(-1)).otherwise("post").alias("post"),
            pl.when(together).then(pl.lit(99)).otherwise("per_teacher").alias("per_teacher"),
        )
    return demand


def teachers(rng: np.random.Generator, assigned: pl.DataFrame) -> pl.DataFrame:
    """Draw the teachers: those who teach, then staff without a class, in the same proportion everywhere.

    Returns one row per teacher: teacher, school, name, gender, birth_year, subject (null without a class).
    """
    busy = (
        assigned.group_by("teacher", maintain_order=True)
        .agg(pl.col("school").first(), pl.col("subject").first())
        .sort("teacher")
    )
    extra = rng.choice(busy["school"].to_numpy(), size=round(busy.height * OTHER_STAFF))
    others = pl.DataFrame(
        {
            "teacher": np.arange(busy.height, busy.height + extra.size, dtype=np.int32),
            "school": np.sort(extra),
            "subject": pl.Series([None] * extra.size, dtype=pl.String),
        }
    )
    everyone = pl.concat([busy, others.select(busy.columns)], how="vertical_relaxed")
    n = everyone.height
    male = rng.random(n) < 0.36
    age = np.where(rng.random(n) < RETIRING, rng.integers(55, 60, n), rng.integers(24, 55, n))
    return everyone.select(
        "teacher",
        "school",
        _names_of_their_own(rng, male, everyone["school"]).alias("name"),
        pl.Series("gender", np.where(male, "male", "female")),
        pl.Series("birth_year", anhe()["academic_year"] - age, dtype=pl.Int32),
        "subject",
    )


def _names_of_their_own(rng: np.random.Generator, male: np.ndarray, school: pl.Series) -> pl.Series:
    """Draw names until no two teachers of one school share one; 任课表 knows teachers by name only."""
    names = draw_names(rng, male, np.zeros(male.size, dtype=bool))
    while True:
        shared = (
            ~pl.DataFrame({"school": school, "name": names})
            .select(pl.struct("school", "name").is_first_distinct())
            .to_series()
        )
        if not shared.any():
            return names
        again = np.flatnonzero(shared.to_numpy())
        names = names.scatter(again, draw_names(rng, male[again], np.zeros(again.size, dtype=bool)))
