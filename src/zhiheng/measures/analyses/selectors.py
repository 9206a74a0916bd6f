"""Read analyses and their result tables, each row only for those who may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import narwhals as nw
import polars as pl
from django.db.models import QuerySet

from zhiheng.base.definitions.models import Definition
from zhiheng.base.definitions.selectors import current
from zhiheng.base.scopes import ORDINARY_UNITS, Scope, restrict
from zhiheng.evidence.datasets import selectors as datasets
from zhiheng.evidence.exams.models import Exam
from zhiheng.frames.masking import Units, for_reader, gaps_masked, masked, masked_like
from zhiheng.frames.results import LEVELS, RESULTS
from zhiheng.measures.analyses.analysis_kinds import EXAM, caliber_of
from zhiheng.measures.analyses.models import Analysis
from zhiheng.measures.analyses.services import analysis_folder

COUNTY_TABLES = frozenset({"paper_stats", "options", "between"})
"""Tables that hold the county only: no row of theirs names a unit."""


def analyses_of(exam: Exam, kind: str = EXAM) -> QuerySet[Analysis]:
    """Return the finished runs of an exam, newest dataset version first."""
    return (
        Analysis.objects.filter(kind=kind, dataset__exam=exam, state="done")
        .select_related("dataset", "definition")
        .order_by("-dataset__version", "-finished_at")
    )


def latest_analysis(exam: Exam, definition: Definition | None = None) -> Analysis | None:
    """Return the run on the newest dataset under a 口径 (the exam's own where none is given), if any."""
    definition = definition or current("caliber", exam.caliber_key)
    return analyses_of(exam).filter(definition=definition).first() or analyses_of(exam).first()


def newest_analyses() -> list[Analysis]:
    """Return, for every analysed exam, the run that pages and documents show."""
    return [found for exam in Exam.objects.all() if (found := latest_analysis(exam))]


def result_tables(analysis: Analysis, scope: Scope) -> dict[str, pl.DataFrame]:
    """Return every result table of a run, restricted and masked to what `scope` may see.

    Tables with units have two more columns. `masked`: the figures are null, because fewer pupils than the 口径's
    least number stand behind them or because they would lead to such a group, and this reader may not see those
    pupils. `small`: so few pupils, shown because the reader may see them; print the number with a warning.
    """
    dataset = analysis.dataset
    schools = {unit: school for unit, (school, _) in datasets.school_units(dataset).items()}
    classes = datasets.class_units(dataset)
    reader = _reader(scope, schools, classes)
    found = {}
    for name, table in _masked_tables(analysis.pk, analysis.key, reader).items():
        if name in COUNTY_TABLES:
            found[name] = table.clear() if scope.anonymous else _of_subjects(table, scope)
        else:
            found[name] = restrict(table, scope, schools=schools, classes=classes)
    return found


def open_tables(analysis: Analysis) -> dict[str, pl.DataFrame]:
    """Return every result table of a run whole, small groups only flagged.

    For what cuts out the slice of one school for its own people, and for the bureau's operator at the command line,
    who holds the sheets themselves. Never for a page or a document about the county.
    """
    schools = datasets.school_units(analysis.dataset)
    return dict(_masked_tables(analysis.pk, analysis.key, _Reader(True, frozenset(schools), frozenset())))


@dataclass(frozen=True, slots=True)
class _Reader:
    """For whom tables are masked: whether all units are seen, and the units whose pupils' rows may be seen."""

    county: bool
    schools: frozenset[str]
    classes: frozenset[str]


def _reader(scope: Scope, schools: Mapping[str, UUID], classes: Mapping[str, tuple[UUID, UUID]]) -> _Reader:
    return _Reader(
        scope.county,
        frozenset(unit for unit, school in schools.items() if scope.may_see_names(school)),
        frozenset(unit for unit, (klass, school) in classes.items() if scope.may_see_names(school, klass)),
    )


@lru_cache(maxsize=16)
def _masked_tables(analysis_id: UUID, key: str, reader: _Reader) -> dict[str, pl.DataFrame]:
    """Return all tables masked for one reader. A run never changes (`key` names it), so they may be kept."""
    analysis = Analysis.objects.select_related("dataset", "definition").get(pk=analysis_id)
    minimum = caliber_of(analysis.definition).min_group
    dimensions = {name: nw.from_native(table) for name, table in datasets.tables(analysis.dataset).items()}
    schools, classes, teaching = (dimensions[name] for name in ("schools", "classes", "teaching"))
    units = Units.of(schools, classes, teaching)
    folder = analysis_folder(key)
    raw = {name: pl.read_parquet(path) for name in RESULTS if (path := folder / f"{name}.parquet").exists()}
    groups = masked(_for_reader(raw["groups"], reader, units), schools, classes, minimum, teaching=teaching)
    found = {}
    for name, table in raw.items():
        if name == "groups":
            made = groups
        elif name == "between":
            made = gaps_masked(_lazy(table), groups)
        elif name in COUNTY_TABLES:
            made = _lazy(_of_enough(name, table, minimum, reader.schools >= units.schools.keys()))
        else:
            made = masked_like(name, _for_reader(table, reader, units), groups, units, minimum)
        found[name] = nw.to_native(made).collect().drop("seen", "own", strict=False)
    return found


def _lazy(table: pl.DataFrame) -> nw.LazyFrame:
    return nw.from_native(table.lazy())


def _for_reader(table: pl.DataFrame, reader: _Reader, units: Units) -> nw.LazyFrame:
    return for_reader(
        _lazy(table),
        units,
        schools=reader.schools,
        classes=reader.classes,
        levels=LEVELS if reader.county else ORDINARY_UNITS,
    )


def _of_enough(name: str, table: pl.DataFrame, minimum: int, own: bool) -> pl.DataFrame:
    """Leave out papers and items that too few pupils have marks in."""
    if own:
        return table
    if name == "paper_stats":
        return table.filter(pl.col("n") >= minimum)
    return table.filter(pl.col("count").sum().over("subject", "item") >= minimum)


def _of_subjects(table: pl.DataFrame, scope: Scope) -> pl.DataFrame:
    return table.filter(pl.col("subject").is_in([*scope.subjects, "total"])) if scope.subjects else table
