"""The truth about the simulated county: effects, gaps, anomalies and every planted mistake, for tests to ask.

Written beside the raw files and never read by the importer; `read_truth` gives it back.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from zhiheng.demo.abilities import AREA_INTAKE, GROUP_GAPS, PRIOR_SLOPE, Abilities
from zhiheng.demo.county import County
from zhiheng.demo.exams import Sitting, year
from zhiheng.demo.mistakes import Mistake
from zhiheng.demo.places import anhe

TRUTH_FILE, MARKS_FILE = "truth.json", "truth_marks.parquet"
MOCK, GRADUATION = "mock_2027", "graduation_2026"


def write_truth(
    folder: Path,
    county: County,
    known: Abilities,
    sittings: dict[str, Sitting],
    mistakes: Sequence[Mistake],
) -> dict[str, Any]:
    """Write truth.json and truth_marks.parquet into `folder`; returns the content of the first.

    truth: counts; exams (statuses, means); coefficients of the model; schools (intake, growth and mean ability of
    every school with grade 9); gaps (raw, by subject, in ability and in points); teachers_of_grade9 (effects);
    knowledge; anomalies; mistakes (see `Mistake`). Effects are in pupil standard deviations.
    truth_marks: one row per pupil and subject of every test: exam, student_no, ticket, name, school, class number,
    subject, mark, scaled, status, ability.
    """
    marks = pl.concat([true_marks(county, sitting) for sitting in sittings.values()])
    marks.write_parquet(folder / MARKS_FILE)
    truth = {
        "seed": county.seed,
        "pupils": county.pupils.height,
        "teachers": county.teachers.height,
        "sites": county.schools.height,
        "reporting_units": county.schools["unit"].n_unique(),
        "exams": {key: _exam(sitting) for key, sitting in sittings.items()},
        "coefficients": {"prior_slope": PRIOR_SLOPE, "area": AREA_INTAKE, "groups": GROUP_GAPS},
        "schools": _schools(county, known, sittings),
        "gaps": _gaps(county, sittings[MOCK]),
        "teachers_of_grade9": _teachers(county, known, sittings[MOCK]),
        "knowledge": year()["knowledge"],
        "anomalies": _anomalies(county, sittings[MOCK]),
        "mistakes": [asdict(mistake) for mistake in mistakes],
    }
    (folder / TRUTH_FILE).write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")
    return truth


def read_truth(folder: Path) -> tuple[dict[str, Any], pl.DataFrame]:
    """Read back (truth.json, truth_marks.parquet) of a folder that `write_sheets` made."""
    truth = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
    return truth, pl.read_parquet(folder / MARKS_FILE)


def true_marks(county: County, sitting: Sitting) -> pl.DataFrame:
    """Return what every pupil truly has in one test, one row per pupil and subject."""
    who = sitting.pupils.join(
        county.schools.select("school", pl.col("name").alias("school_name")),
        on="school",
        how="left",
        maintain_order="left",
    ).select(
        pl.lit(sitting.key).alias("exam"),
        "student_no",
        "ticket",
        "name",
        pl.col("school_name").alias("school"),
        pl.col("number").alias("class"),
    )
    scaled = sitting.scaled.columns
    return pl.concat(
        [
            who.with_columns(
                pl.lit(subject).alias("subject"),
                sitting.marks[subject].alias("mark"),
                (sitting.scaled[subject] if subject in scaled else pl.lit(None, dtype=pl.Float64)).alias(
                    "scaled"
                ),
                sitting.status[subject].alias("status"),
                sitting.ability[subject].alias("ability"),
            )
            for subject in sitting.subjects
        ]
    )


def _exam(sitting: Sitting) -> dict[str, Any]:
    normal = sitting.marks.count().row(0, named=True)
    mean = sitting.marks.mean().row(0, named=True)
    return {
        "folder": sitting.plan["folder"],
        "name": sitting.plan["name"],
        "pupils": sitting.pupils.height,
        "classes": sitting.pupils["class"].n_unique(),
        "with_mark": normal,
        "mean": mean,
        "statuses": {
            subject: dict(sitting.status[subject].value_counts(sort=True).iter_rows())
            for subject in sitting.subjects
        },
    }


def _schools(county: County, known: Abilities, sittings: dict[str, Sitting]) -> list[dict[str, Any]]:
    """Effects of every school with grade 9, and what its pupils could truly do a year ago and now."""
    now = _mean_ability(sittings[MOCK], "ability_now")
    then = _mean_ability(sittings[GRADUATION], "ability_before")
    return (
        county.schools.select("school", "name", "town", "area", "school_type")
        .join(known.schools, on="school", how="left", maintain_order="left")
        .join(now, on="school", how="inner", maintain_order="left")
        .join(then, on="school", how="left", maintain_order="left")
        .drop("school")
        .to_dicts()
    )


def _mean_ability(sitting: Sitting, name: str) -> pl.DataFrame:
    frame = sitting.pupils.select("school").with_columns(sitting.ability.mean_horizontal().alias(name))
    return frame.group_by("school", maintain_order=True).agg(pl.col(name).mean(), pl.len().alias(f"{name}_n"))


def _gaps(county: County, sitting: Sitting) -> dict[str, dict[str, dict[str, float]]]:
    """Raw gaps among those with a mark, by subject: in ability, and in points. Not adjusted for anything."""
    area = county.schools.select("school", "area")
    who = sitting.pupils.join(area, on="school", how="left", maintain_order="left")
    sides = {
        "female_minus_male": (pl.col("gender") == "female", pl.col("gender") == "male"),
        "migrant_minus_others": (pl.col("migrant"), ~pl.col("migrant")),
        "left_behind_minus_others": (pl.col("left_behind"), ~pl.col("left_behind")),
        "boarding_minus_others": (pl.col("boarding"), ~pl.col("boarding")),
        "city_minus_village": (pl.col("area") == "city", pl.col("area") == "village"),
    }
    found: dict[str, dict[str, dict[str, float]]] = {}
    for subject in sitting.subjects:
        frame = who.with_columns(
            sitting.ability[subject].alias("ability"), sitting.marks[subject].alias("points")
        )
        frame = frame.drop_nulls("points")
        for name, (one, other) in sides.items():
            row = frame.select(
                (pl.col(value).filter(one).mean() - pl.col(value).filter(other).mean()).alias(value)
                for value in ("ability", "points")
            )
            found.setdefault(name, {})[subject] = row.row(0, named=True)
    return found


def _teachers(county: County, known: Abilities, sitting: Sitting) -> list[dict[str, Any]]:
    """Effect of each teacher of a mock subject on what the grade 9 classes can do."""
    effect = pl.DataFrame({"teacher": county.teachers["teacher"], "effect": known.teachers})
    names = county.schools.select("school", pl.col("name").alias("school_name"))
    return (
        county.teaching.filter(pl.col("grade") == 9, pl.col("subject").is_in(sitting.subjects))
        .group_by("teacher", "subject", maintain_order=True)
        .agg(pl.col("number").alias("classes"), pl.col("school").first())
        .join(effect, on="teacher", how="left", maintain_order="left")
        .join(county.teachers.select("teacher", "name"), on="teacher", how="left", maintain_order="left")
        .join(names, on="school", how="left", maintain_order="left")
        .select("name", "school_name", "subject", "classes", "effect")
        .to_dicts()
    )


def _anomalies(county: County, sitting: Sitting) -> dict[str, Any]:
    """What practice.md section 8 plants in the county, as it came out."""
    schools = county.schools
    largest = county.classes.sort("size", descending=True).head(1).join(schools, on="school")
    items = sitting.responses["math"].items.filter(pl.col("key") != pl.col("right"))
    absent = schools.drop_nulls("absent_share").select("school", "name")
    missing = (
        sitting.pupils.with_columns(sitting.status["chinese"])
        .join(absent, on="school")
        .group_by(pl.col("name_right").alias("school"), maintain_order=True)
        .agg((pl.col("chinese") == "absent").sum().alias("absent"), pl.len().alias("expected"))
    )
    shared = schools.filter(pl.col("name").is_duplicated()).select("name", "town", "code")
    three = (
        county.teaching.join(
            schools.select("school", "school_type", pl.col("name").alias("school_name")), on="school"
        )
        .filter(pl.col("school_type") == "乡镇初中")
        .group_by("teacher", maintain_order=True)
        .agg(pl.col("subject").unique(maintain_order=True), pl.col("school_name").first())
        .filter(pl.col("subject").list.len() >= 3)
    )
    return {
        "large_class": largest.select("name", "grade", "number", "size").row(0, named=True),
        "wrong_keys": items.select("label", "key", "right").to_dicts(),
        "absent": missing.to_dicts(),
        "guests": county.pupils.filter(pl.col("enrolment") == "guest").height,
        "left_since_june": county.leavers.height,
        "same_name_schools": shared.to_dicts(),
        "last_year": dict(schools.drop_nulls("last_year").select("name", "last_year").iter_rows()),
        "empty_site": schools.filter(pl.col("plan_name") == anhe()["empty_point"])["name"].to_list(),
        "three_subjects": three.join(county.teachers.select("teacher", "name"), on="teacher")
        .select("name", "school_name", "subject")
        .to_dicts(),
    }
