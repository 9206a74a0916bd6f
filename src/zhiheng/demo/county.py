"""The invented county as tables: places, classes, pupils, teachers, all from one seed.

The same seed and size give the same tables on every run. Tests and marks are in `exams`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from zhiheng.demo import people
from zhiheng.demo import teaching as staff
from zhiheng.demo.places import COUNTY_PUPILS, places


@dataclass(frozen=True)
class County:
    """A simulated county, or several side by side.

    Attributes
    ----------
    seed : what everything was drawn from.
    schools : sites in reporting order; see `places.Places`.
    kindergartens : with counts of children only.
    classes : class, school, grade, entry_year, number, size.
    pupils : one row per pupil; see `people.pupils`.
    leavers : the same columns; in grade 8 last June, gone since.
    graduates : the same columns; in grade 9 last year.
    teachers, teaching : see `teaching.teachers` and `teaching.teaching`.
    """

    seed: int
    schools: pl.DataFrame
    kindergartens: pl.DataFrame
    classes: pl.DataFrame
    pupils: pl.DataFrame
    leavers: pl.DataFrame
    graduates: pl.DataFrame
    teachers: pl.DataFrame
    teaching: pl.DataFrame

    @property
    def everyone(self) -> pl.DataFrame:
        """Pupils, then leavers, then graduates: the rows that abilities are drawn for."""
        return pl.concat([self.pupils, self.leavers, self.graduates])

    def rng(self, stream: int) -> np.random.Generator:
        """Return the generator of one purpose, so that a new purpose never shifts an old one's draws."""
        return stream_rng(self.seed, stream)


def stream_rng(seed: int, stream: int) -> np.random.Generator:
    """Return an independent generator for (seed, stream)."""
    return np.random.default_rng(np.random.SeedSequence([seed, stream]))


def build_county(seed: int = 2026, pupils: int = COUNTY_PUPILS) -> County:
    """Build 安禾县, smaller or repeated so that it holds `pupils` pupils in grades 1 to 12.

    The vocational and the special school give counts only (`schools.enrolment`), beside these pupils.
    Below 55,400 both the number of schools and their sizes shrink; above, whole counties stand side by side.
    """
    laid_out = places(stream_rng(seed, 1), pupils)
    rooms = people.classes(laid_out.schools, laid_out.sizes)
    everyone = people.pupils(stream_rng(seed, 2), laid_out.schools, rooms)
    assigned = staff.teaching(laid_out.schools, rooms)
    return County(
        seed=seed,
        schools=laid_out.schools,
        kindergartens=laid_out.kindergartens,
        classes=rooms,
        pupils=everyone,
        leavers=people.leavers(stream_rng(seed, 5), laid_out.schools, rooms, everyone),
        graduates=people.graduates(stream_rng(seed, 6), laid_out.schools, rooms),
        teachers=staff.teachers(stream_rng(seed, 3), assigned),
        teaching=assigned,
    )
