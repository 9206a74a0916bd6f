"""Which files of a batch hold which school's rows, so that each school can be analysed alone.

It publishes nothing and moves nothing. A file of several schools is given to each of them; publishing a school's own
exam takes that school's rows only.
"""

from dataclasses import dataclass

import polars as pl

from zhiheng.base.clock import today
from zhiheng.base.intake.models import Batch, Upload
from zhiheng.base.intake.selectors import batch_sheets
from zhiheng.evidence.datasets.gathering import gather
from zhiheng.registry.matching.places import with_schools
from zhiheng.registry.matching.schools import UNNAMED
from zhiheng.registry.schools.models import School


@dataclass(frozen=True, slots=True)
class SchoolFiles:
    """One school and the files of a batch that speak of it.

    Attributes
    ----------
    uploads : files with rows of the school, then those with no pupil at all that hold a blueprint.
    alone : whether every row in them is the school's own.
    """

    school: School
    uploads: tuple[Upload, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class BySchool:
    """A batch divided. `nobody` holds the files whose rows name no school that can be told."""

    schools: tuple[SchoolFiles, ...]
    nobody: tuple[Upload, ...]


def files_by_school(batch: Batch) -> BySchool:
    """Divide the files of a read batch by the schools their rows name, in the order of the registry."""
    gathered = gather(batch_sheets(batch))
    rows, schools, _ = with_schools(gathered.people, uploads=gathered.uploads, on=today(), exam_school=None)
    unnamed = [key for key, school in schools.items() if school.name == UNNAMED]
    named = rows.filter(pl.col("school_id").is_not_null() & ~pl.col("school_id").is_in(unnamed))
    of_school = {key: set(part["upload"]) for (key,), part in named.group_by("school_id")}
    about_all = set(gathered.blueprint["upload"]) - set(rows["upload"])
    shared = {
        upload
        for (upload,), part in rows.group_by("upload")
        if part["school_id"].n_unique() > 1  # rows of nobody count as another's
    }
    divided = [
        SchoolFiles(
            schools[key],
            tuple(gathered.uploads[n] for n in (*sorted(own), *sorted(about_all))),
            alone=not own & shared,
        )
        for key, own in of_school.items()
    ]
    nobody = set(rows["upload"]) - set(named["upload"])
    return BySchool(
        tuple(sorted(divided, key=lambda found: (found.school.order, found.school.pinyin))),
        tuple(gathered.uploads[n] for n in sorted(nobody)),
    )
