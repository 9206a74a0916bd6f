"""Match rows of sheets to pupils of the registry, and write what is new. Near matches are offered, never taken."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl

from zhiheng.files.problems import Cell, Problem
from zhiheng.registry.matching import problems as _codes  # noqa: F401
from zhiheng.registry.matching.entities import TRAITS, entities_of, resolve
from zhiheng.registry.matching.near import near_names
from zhiheng.registry.matching.places import Sender, with_classes, with_schools
from zhiheng.registry.matching.provisional import matches_write, offers_of, with_new_pupils
from zhiheng.registry.matching.shifts import shifted_runs
from zhiheng.registry.matching.vault import SHORT_NUMBER, Vault, vault_read
from zhiheng.registry.pupils.models import NearMatch
from zhiheng.registry.schools.models import School


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows with their pupils.

    Attributes
    ----------
    frame : person, pupil, klass, school (32 hexadecimal digits), enrolment, how (student_no, ticket, name,
        provisional). A person of the input that is missing here was not accepted: a problem that blocks the row says why.
    problems : everything worth telling, in the order of the sheets.
    near : how many near matches wait for a person.
    """

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    near: int


def people_match(
    people: pl.DataFrame,
    *,
    uploads: Sequence[Sender],
    on: dt.date,
    batch_id: UUID,
    exam_id: UUID | None = None,
    grade: int | None = None,
    exam_school: School | None = None,
) -> Matched:
    """Find the pupil of every row: 学籍号 → 考号 → school + class + name; unknown ones become 暂建.

    Parameters
    ----------
    people : columns of `files.sheets.PEOPLE_SCHEMA`, `person` unique over all sheets, and `upload`, an index into `uploads`.
    on : the day whose enrolments count.
    grade : the exam's grade, 1 to 12; rows of another grade are listed.
    exam_school : the one school of a school's own exam: sheets that name none are its own, rows of others are listed.
    """
    rows, schools, problems = with_schools(people, uploads=uploads, on=on, exam_school=exam_school)
    if exam_school is not None:
        rows, problems = _only_school(rows, problems, exam_school)
    rows, class_problems = with_classes(rows, schools, grade=grade, on=on)
    problems += class_problems
    rows = tidy(rows)
    placed = rows.filter(pl.col("klass").is_not_null())
    nameless = pl.col("name").is_null() & pl.col("student_no").is_null() & pl.col("ticket").is_null()
    problems += row_problems(placed.filter(nameless), "match.person_unknown")
    placed = placed.filter(~nameless)
    vault = vault_read(
        [school.pk for school in schools.values()],
        exam_id=exam_id,
        on=on,
        numbers=placed["student_no"].drop_nulls().unique(),
    )
    keyed, entities = entities_of(placed)
    entities = resolve(entities, vault)
    placed = _with_known_names(
        placed.join(keyed, on="person", how="left", maintain_order="left"), entities, vault
    )
    accepted, told = _checked(placed, vault)
    problems += told
    entities = with_new_pupils(entities.join(accepted.select("entity").unique(), on="entity", how="semi"))
    offers = _offers(entities, accepted, vault, uploads, batch_id)
    matches_write(entities, exam_id=exam_id, on=on, tickets_known=vault.tickets, offers=offers)
    frame = _frame(accepted, entities, vault)
    return Matched(frame, tuple(sorted(problems, key=lambda p: p.place)), len(offers))


def _only_school(
    rows: pl.DataFrame, problems: list[Problem], school: School
) -> tuple[pl.DataFrame, list[Problem]]:
    """Keep the rows of the one school whose own exam it is; each sheet is told how many others it holds."""
    foreign = pl.col("school_id").is_not_null() & (pl.col("school_id") != school.pk.hex)
    told = [
        Problem(
            "match.school_other",
            Cell(file, sheet, first),
            f"有{count}行是别的学校的，没有计入",
            f"{school.name}的学生",
            "学校自己的考试只分析本校；别的学校请各自登记",
            blocks_row=True,
        )
        for file, sheet, first, count in rows.filter(foreign)
        .group_by("file", "sheet", maintain_order=True)
        .agg(pl.col("row").min(), pl.len())
        .iter_rows()
    ]
    return rows.filter(~foreign.fill_null(False)), problems + told


def tidy(rows: pl.DataFrame) -> pl.DataFrame:
    """Empty texts become null, numbers that hold in one class only as well; each sheet of each upload gets one key."""
    texts = ("name", "student_no", "ticket", "gender", "enrolment")
    rows = rows.with_columns(
        *(pl.when(pl.col(c).str.len_chars() > 0).then(pl.col(c)).alias(c) for c in texts),
        (pl.col("upload").cast(pl.Int64) * 100_000 + pl.col("sheet_index")).alias("sheet_key"),
        pl.col("school_id").alias("school"),
        pl.col("class_id").alias("klass"),
    )
    return rows.with_columns(
        *(pl.when(~_running(c)).then(pl.col(c)).alias(c) for c in ("student_no", "ticket"))
    ).select(
        "person",
        "upload",
        "file",
        "sheet",
        "sheet_key",
        "row",
        "klass",
        "school",
        "name",
        "student_no",
        "ticket",
        *TRAITS,
    )


def _running(number: str) -> pl.Expr:
    """Tell the short numbers that several classes give to different names: running numbers, they identify nobody."""
    several = (pl.col("klass").n_unique() > 1) & (pl.col("name").drop_nulls().n_unique() > 1)
    return pl.col(number).str.contains(SHORT_NUMBER).fill_null(False) & several.over(number)


def _with_known_names(rows: pl.DataFrame, entities: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """Add to every row: pupil, how, fault, the names its pupil is known by, and the pupil its own name points to."""
    names = vault.names.group_by("pupil").agg(pl.col("name").alias("names"))
    entities = entities.join(names, on="pupil", how="left", maintain_order="left").with_columns(
        pl.coalesce("names", pl.concat_list("name")).alias("names")
    )
    owner = (
        vault.names.join(vault.enrolled.select("pupil", "klass"), on="pupil")
        .unique(["klass", "name"], keep="none")
        .rename({"pupil": "name_owner"})
    )
    rows = rows.join(
        entities.select("entity", "pupil", "how", "fault", "names"),
        on="entity",
        how="left",
        maintain_order="left",
    ).join(owner, on=["klass", "name"], how="left", maintain_order="left")
    differs = (
        pl.col("name").is_not_null()
        & pl.col("names").is_not_null()
        & ~pl.col("names").list.contains(pl.col("name"))
    )
    return rows.with_columns(
        differs.fill_null(False).alias("name_differs"),
        # A row whose name is one of several known ones counts as knowing it.
        pl.when(differs).then(pl.col("names").list.last()).otherwise(pl.col("name")).alias("known_name"),
    )


def _checked(rows: pl.DataFrame, vault: Vault) -> tuple[pl.DataFrame, list[Problem]]:
    """Split off the rows that contradict themselves. The rest keep `guest`: the pupil's roll is at another school."""
    problems: list[Problem] = []
    runs = shifted_runs(rows)
    shifted = _inside(rows, runs)
    problems += _shift_problems(rows, runs)
    rows = rows.filter(~pl.col("person").is_in(shifted.implode()))
    roll = vault.enrolled.select("pupil", pl.col("school").alias("roll_school"))
    rows = rows.join(roll, on="pupil", how="left", maintain_order="left").with_columns(
        (pl.col("roll_school") != pl.col("school")).fill_null(False).alias("guest")
    )
    other = pl.col("name_differs") & (
        pl.col("guest") | (pl.col("name_owner") != pl.col("pupil")).fill_null(False)
    )
    for condition, code in (
        (pl.col("fault") == "ids_disagree", "match.ids_disagree"),
        (pl.col("entity").is_null() | (pl.col("fault") == "namesakes"), "match.namesakes"),
        (other, "match.id_and_name_disagree"),
    ):
        condition = condition.fill_null(False)
        problems += row_problems(rows.filter(condition), code)
        rows = rows.filter(~condition)
    problems += row_problems(rows.filter("name_differs"), "match.name_differs")
    problems += row_problems(
        rows.filter(pl.col("guest")).unique("pupil", maintain_order=True), "match.school_differs"
    )
    return rows, problems


def _inside(rows: pl.DataFrame, runs: pl.DataFrame) -> pl.Series:
    """Return the persons whose row lies in a run of shifted names."""
    joined = rows.select("person", "sheet_key", "row").join(runs, on="sheet_key", how="inner")
    return joined.filter(pl.col("row").is_between("first_row", "last_row"))["person"].unique()


def _shift_problems(rows: pl.DataFrame, runs: pl.DataFrame) -> Iterable[Problem]:
    where = rows.select("sheet_key", "file", "sheet").unique("sheet_key")
    for run in runs.join(where, on="sheet_key", how="left", maintain_order="left").iter_rows(named=True):
        distance, first, last = abs(run["offset"]), run["first_row"], run["last_row"]
        direction = "下" if run["offset"] > 0 else "上"
        yield Problem(
            "match.names_shifted",
            Cell(run["file"], run["sheet"], first),
            f"第{first}—{last}行的姓名比编号整体{direction}移了{distance}行，共{last - first + 1}行没有计入",
            "姓名与学籍号、考号在同一行",
            "把姓名列与编号列重新对齐后上传",
            blocks_row=True,
        )


SAID: dict[str, tuple[str, str, str, bool]] = {
    # code: found, expected, fix, blocks the row
    "match.person_unknown": ("姓名、学籍号、考号都空着", "至少有一样", "补上姓名或编号后重新上传", True),
    "match.ids_disagree": (
        "学籍号和考号分别是两名学生的",
        "同一名学生的编号",
        "核对这一行的学籍号和考号",
        True,
    ),
    "match.namesakes": (
        "本班有同名学生，这一行没有能分清的编号",
        "学籍号或考号",
        "补上学籍号或考号后重新上传",
        True,
    ),
    "match.id_and_name_disagree": (
        "编号是一名学生的，姓名是另一名学生的",
        "同一名学生的编号和姓名",
        "核对这一行的编号和姓名",
        True,
    ),
    "match.name_differs": (
        "姓名与这个编号登记的姓名不同，已按编号计入",
        "登记的姓名",
        "核对姓名；改过名的请更新名册",
        False,
    ),
    "match.school_differs": (
        "这名学生的学籍在另一所学校，按借读计入本校",
        "本校在籍学生",
        "核对是否借读或已转学",
        False,
    ),
}


def row_problems(rows: pl.DataFrame, code: str) -> list[Problem]:
    """Return one problem per row."""
    found, expected, fix, blocks = SAID[code]
    return [
        Problem(code, Cell(file, sheet, row), found, expected, fix, blocks)
        for file, sheet, row in rows.select("file", "sheet", "row").iter_rows()
    ]


def _offers(
    entities: pl.DataFrame, rows: pl.DataFrame, vault: Vault, uploads: Sequence[Any], batch_id: UUID
) -> list[NearMatch]:
    """Near matches of the new pupils among roster pupils whom no row was given to."""
    new = entities.filter("new")
    roster = (
        vault.enrolled.filter(pl.col("origin") == "roster")
        .join(vault.names, on="pupil")
        .join(entities.select("pupil"), on="pupil", how="anti")
        .select("pupil", "klass", "school", "name")
    )
    if new.is_empty() or roster.is_empty():
        return []
    found = near_names(new.select("entity", "klass", "school", "name"), roster)
    wanted = pl.DataFrame(
        {"entity": [offer.entity for offer in found]}, schema={"entity": pl.String()}
    ).unique()
    first = rows.join(wanted, on="entity", how="semi").unique("entity", keep="first", maintain_order=True)
    places = {
        e: (uploads[u].id, s, r)
        for e, u, s, r in first.select("entity", "upload", "sheet", "row").iter_rows()
    }
    pupils = dict(new.select("entity", "pupil").iter_rows())
    schools = dict(new.select("entity", "school").iter_rows())
    return offers_of(found, places, schools, pupils, batch_id)


def _frame(rows: pl.DataFrame, entities: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """Pupil, class, school and enrolment of every accepted row; the roster's class wins where the pupil is at home."""
    at_home = vault.enrolled.filter(pl.col("origin") == "roster").select(
        "pupil", pl.col("klass").alias("roll_class"), pl.col("kind").alias("roll_kind")
    )
    return (
        rows.drop("pupil")
        .join(entities.select("entity", "pupil"), on="entity", how="left", maintain_order="left")
        .join(at_home, on="pupil", how="left", maintain_order="left")
        .select(
            "person",
            "pupil",
            pl.when(pl.col("guest"))
            .then(pl.col("klass"))
            .otherwise(pl.coalesce("roll_class", "klass"))
            .alias("klass"),
            "school",
            pl.when(pl.col("guest"))
            .then(pl.lit("guest"))
            .otherwise(pl.coalesce("roll_kind", "enrolment", pl.lit("regular")))
            .alias("enrolment"),
            "how",
        )
    )
