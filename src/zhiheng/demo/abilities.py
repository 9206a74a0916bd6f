"""What pupils can do: a multilevel model of prior attainment and one year's growth, with every effect kept.

Units are pupil standard deviations. Draws no mark; `exams` turns abilities into papers.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from zhiheng.demo.county import County

AREA_INTAKE = {"city": 0.28, "town": -0.06, "village": -0.55}
SCHOOL_INTAKE_SD = 0.16
SCHOOL_GROWTH_SD = 0.12
CLASS_SD = 0.10
PUPIL_SD = 0.82
TEACHER_SD = 0.10
GROUP_GAPS = {"migrant": -0.14, "left_behind": -0.24, "boarding": 0.05}
"""Shift of a group's prior attainment, all else equal."""
PRIOR_SLOPE = 0.85
"""What one unit of prior attainment is worth a year later."""
NEW_SD = 0.28
"""What a pupil's year adds, common to all subjects."""
SUBJECT_SD = 0.38
KNOWLEDGE_SCHOOL_SD = 0.16


@dataclass(frozen=True)
class Abilities:
    """The truth behind the marks.

    Attributes
    ----------
    schools : school, intake (mean prior attainment apart from area and groups), growth, area_intake.
    classes : float array by class id, the class's own addition to prior attainment.
    teachers : float array by teacher id, addition to what the teacher's classes can do.
    prior : float array by row of `County.everyone`, attainment a year before the pupil's own mock.
    year : float array alike, the pupil's own change apart from the school's growth.
    """

    schools: pl.DataFrame
    classes: np.ndarray
    teachers: np.ndarray
    prior: np.ndarray
    year: np.ndarray


def draw_abilities(county: County) -> Abilities:
    """Draw every effect and every pupil's attainment of one county."""
    rng = county.rng(4)
    n_schools = county.schools.height
    intake = rng.normal(0, SCHOOL_INTAKE_SD, n_schools)
    growth = rng.normal(0, SCHOOL_GROWTH_SD, n_schools)
    schools = county.schools.select(
        "school",
        pl.coalesce("intake", pl.Series(intake)).alias("intake"),
        pl.coalesce("growth", pl.Series(growth)).alias("growth"),
        pl.col("area").replace_strict(AREA_INTAKE, return_dtype=pl.Float64).alias("area_intake"),
    )
    classes = rng.normal(0, CLASS_SD, county.classes.height)
    teachers = rng.normal(0, TEACHER_SD, county.teachers.height)
    base = (schools["intake"] + schools["area_intake"]).to_numpy()
    drawn = [
        _pupils(each, frame, base, classes)
        for each, frame in (
            (rng, pl.concat([county.pupils, county.leavers])),
            (county.rng(7), county.graduates),
        )
    ]
    prior, year = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    return Abilities(schools, classes, teachers, prior, year)


def _pupils(
    rng: np.random.Generator, frame: pl.DataFrame, base: np.ndarray, classes: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Draw prior attainment and the year's own change of the pupils of a frame; `base` is by school id."""
    prior = rng.normal(0, PUPIL_SD, frame.height) + base[frame["school"].to_numpy()]
    prior += classes[frame["class"].to_numpy()]
    for group, gap in GROUP_GAPS.items():
        prior += gap * frame[group].to_numpy()
    prior -= 1.1 * (frame["enrolment"] == "exempt_special").to_numpy()
    return prior, rng.normal(0, NEW_SD, frame.height)


def before(found: Abilities, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what the pupils of `rows` could do in one subject a year ago, shape (n_rows,)."""
    return found.prior[rows] + rng.normal(0, SUBJECT_SD, rows.size)


def after(
    found: Abilities, rows: np.ndarray, school: np.ndarray, teacher: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return what they can do in one subject now, shape (n_rows,).

    Parameters
    ----------
    rows : rows of the pupils.
    school : their school ids.
    teacher : id of the subject's teacher in their class; -1 where there is none.
    """
    growth = found.schools["growth"].to_numpy()[school]
    taught = np.where(teacher >= 0, found.teachers[teacher], 0.0)
    own = PRIOR_SLOPE * found.prior[rows] + found.year[rows]
    return own + growth + taught + rng.normal(0, SUBJECT_SD, rows.size)
