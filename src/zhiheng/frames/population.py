"""Who counts, where, and with which mark: the dataset's marks under one 口径, totals included.

Every later table starts from `prepare` and decides nothing about pupils again.

| enrolment                       | school and above              | class and teacher           |
|---------------------------------|-------------------------------|-----------------------------|
| regular                         | counts                        | counts                      |
| guest 借读                      | by `guests`, default excluded | by `guests`, default counts |
| transferred_in                  | by `transferred_in`           | the same                    |
| repeat 往届                     | by `repeat`, default excluded | the same                    |
| transferred_out, exempt_special | excluded                      | excluded                    |
"""

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from zhiheng.frames.caliber import PER, Caliber
from zhiheng.frames.engine import gathered, settled
from zhiheng.frames.schema import TOTAL

TAKEN, CHEAT, ABSENT, DEFERRED, EXCLUDED = 1, 2, 3, 4, 5
"""What became of a pupil in a subject (column `fate`). Over the papers of a total the largest decides."""

TRAITS = ("gender", "migrant", "left_behind", "boarding")
OF_SCHOOLS = ("town", "school_type", "area")
"""Units made of whole schools, and columns of `schools`."""
TOTAL_NUMBER = -1
ROLL = ("regular", "transferred_in", "exempt_special")


@dataclass(frozen=True, slots=True)
class Population:
    """Marks of one exam under one 口径.

    Attributes
    ----------
    rows : one row per pupil and subject due, and per pupil for the total: pupil, subject (Int8, a key of
        `subjects`), school, class, the four traits, full_mark and mark (Int32 hundredths; mark is null unless it counts), scale_score,
        fate, taken (实考), expected (应考), roll (学籍), in_school and in_class (counts at that level),
        used (the mark is in the mean and the rates), all_pass (passed every paper; null but for totals).
    subjects : number → code of the subject, the total included. Only inside the engine are subjects numbers.
    numbers : the papers' subject and number, to translate further tables (`numbered`).
    schools : as in the dataset; and for town, school_type and area, `<name>_at`, the first school that has it.
    teaching : class, subject (number), teacher.
    caliber : the 口径.
    """

    rows: nw.LazyFrame
    subjects: Mapping[int, str]
    numbers: nw.LazyFrame
    schools: nw.LazyFrame
    teaching: nw.LazyFrame
    caliber: Caliber


def prepare(tables: Mapping[str, nw.LazyFrame], caliber: Caliber) -> Population:
    """Apply statuses, enrolments and the denominator policy of `caliber` to a dataset.

    Cheats count with 0 unless the caliber says otherwise. 免考 and 未扫描 are excluded (a card that was not
    scanned is no zero); 未选考 is not due at all. A total exists where every paper due to the pupil was sat
    and the papers add up to the exam's full mark; a missing paper takes the pupil out of the total only.
    """
    papers = (
        tables["papers"]
        .with_row_index("number", order_by="subject")
        .with_columns(nw.col("number").cast(nw.Int8))
    )
    marks = _with_papers(tables["marks"], papers, caliber)
    columns = ("pupil", "subject", "full_mark", "mark", "scale_score", "fate", "all_pass")
    totals = _totals(marks.filter(nw.col("in_total")), caliber)
    marks = marks.with_columns(nw.lit(None, nw.Boolean).alias("all_pass"))
    fate = nw.col("fate")
    rows = (
        nw.concat([marks.select(*columns), totals.select(*columns)], how="vertical")
        .with_columns(
            ((fate == TAKEN) | (fate == CHEAT) if caliber.cheat_counts else fate == TAKEN).alias("taken"),
            (fate <= ABSENT).alias("expected"),
        )
        .join(_pupils(tables["pupils"], caliber), on="pupil", how="inner")
    )
    rows = _trimmed(rows, caliber)
    numbers = papers.select("subject", "number")
    known = gathered(numbers)
    subjects = dict(zip(known["number"].to_list(), known["subject"].to_list(), strict=True))
    return Population(
        rows=settled(rows),
        subjects=subjects | {TOTAL_NUMBER: TOTAL},
        numbers=numbers,
        schools=_with_firsts(tables["schools"]),
        teaching=numbered(tables["teaching"].select("class", "subject", "teacher"), numbers),
        caliber=caliber,
    )


def numbered(frame: nw.LazyFrame, numbers: nw.LazyFrame) -> nw.LazyFrame:
    """Replace the code in `subject` by its number; rows of a subject without a paper are left out."""
    return frame.join(numbers, on="subject", how="inner").drop("subject").rename({"number": "subject"})


def _with_papers(marks: nw.LazyFrame, papers: nw.LazyFrame, caliber: Caliber) -> nw.LazyFrame:
    """Attach full marks, and translate the status of each mark into its fate."""
    papers = papers.select(
        "subject",
        "number",
        "full_mark",
        "in_total",
        (nw.col("weight").fill_null(1.0) * PER).round(0).cast(nw.Int64).alias("weight"),
    )
    status = nw.col("status")
    sat = (status == "normal") & (~nw.col("raw_mark").is_null() | ~nw.col("scale_score").is_null())
    fate = (
        nw.when(sat)
        .then(TAKEN)
        .when(status == "cheat")
        .then(CHEAT)
        .when(status == "absent")
        .then(ABSENT)
        .when(status == "deferred")
        .then(DEFERRED)
        .otherwise(EXCLUDED)
    )
    mark = nw.when(sat).then(nw.col("raw_mark"))
    if caliber.cheat_counts:
        mark = mark.when(status == "cheat").then(nw.lit(0, nw.Int32))
    return (
        marks.filter(status != "not_taken")
        .select(
            "pupil",
            "subject",
            mark.otherwise(None).alias("mark"),
            nw.when(sat).then(nw.col("scale_score")).alias("scale_score"),
            fate.cast(nw.Int8).alias("fate"),
        )
        .join(papers, on="subject", how="inner")
        .drop("subject")
        .rename({"number": "subject"})
    )


def _with_firsts(schools: nw.LazyFrame) -> nw.LazyFrame:
    school = nw.col("school")
    return schools.with_columns(
        *(
            nw.when(~nw.col(name).is_null()).then(school.min().over(name)).alias(f"{name}_at")
            for name in OF_SCHOOLS
        )
    )


def _totals(marks: nw.LazyFrame, caliber: Caliber) -> nw.LazyFrame:
    """One row per pupil: the weighted sum over the papers of the total, or why there is none.

    An exam whose papers have no full marks (scale scores only) has no total.
    """
    line = int(caliber.pass_ * PER)
    passed = nw.col("mark").cast(nw.Int64) * PER >= nw.col("full_mark").cast(nw.Int64) * line
    sums = settled(
        marks.with_columns(_weighted("mark"), _weighted("full_mark"), passed.alias("passed"))
        .group_by("pupil")
        .agg(
            nw.len().alias("due"),
            nw.col("mark").count().alias("sat"),
            nw.col("mark").sum(),
            nw.col("full_mark").sum(),
            nw.col("fate").max(),
            nw.col("passed").cast(nw.Int64).sum(),
        )
    )
    usual = gathered(sums.group_by("full_mark").agg(nw.len().alias("pupils"))).sort("pupils", "full_mark")
    full_mark = usual["full_mark"].to_list()[-1] if len(usual) else None
    complete = (nw.col("due") == nw.col("sat")) & (nw.col("full_mark") == full_mark)
    return sums.with_columns(
        nw.lit(TOTAL_NUMBER, nw.Int8).alias("subject"),
        nw.lit(full_mark, nw.Int32).alias("full_mark"),
        nw.when(complete).then(nw.col("mark")).cast(nw.Int32).alias("mark"),
        nw.lit(None, nw.Float64).alias("scale_score"),
        (nw.col("passed") == nw.col("due")).alias("all_pass"),
        nw.when(complete | (nw.col("fate") > TAKEN))
        .then(nw.col("fate"))
        .otherwise(EXCLUDED)
        .cast(nw.Int8)
        .alias("fate"),
    ).filter(nw.col("full_mark") > 0)


def _weighted(name: str) -> nw.Expr:
    """Hundredths times the paper's weight, rounded half up, in whole numbers."""
    return ((nw.col(name).cast(nw.Int64) * nw.col("weight") + PER // 2) // PER).alias(name)


def _pupils(pupils: nw.LazyFrame, caliber: Caliber) -> nw.LazyFrame:
    kind = nw.col("enrolment").fill_null("regular")
    own = ["regular"]
    if caliber.transferred_in:
        own.append("transferred_in")
    if caliber.repeat:
        own.append("repeat")
    in_school = [*own, "guest"] if caliber.guests == "included" else own
    in_class = own if caliber.guests == "excluded" else [*own, "guest"]
    return pupils.select(
        "pupil",
        "school",
        "class",
        *TRAITS,
        kind.is_in(in_school).alias("in_school"),
        kind.is_in(in_class).alias("in_class"),
        kind.is_in(ROLL).alias("roll"),
    )


def _trimmed(rows: nw.LazyFrame, caliber: Caliber) -> nw.LazyFrame:
    """Mark the rows whose mark is used; 去差均分 leaves out the lowest of each school or class."""
    marked = ~nw.col("mark").is_null()
    if caliber.denominator != "trim_lowest":
        return rows.with_columns(marked.alias("used"))
    unit = (caliber.trim_within, f"in_{caliber.trim_within}", "subject")
    cut = int(caliber.denominator_share * PER)
    # floor(share · n + ½), in whole numbers; ties at the cut go by pupil, so a rerun drops the same ones.
    dropped = (nw.col("mark").count().over(*unit) * (2 * cut) + PER) // (2 * PER)
    place = marked.cast(nw.Int64).cum_sum().over(*unit, order_by=["mark", "pupil"])
    return (
        rows.with_columns(dropped.alias("dropped"), place.alias("place"))
        .with_columns(
            (marked & (nw.col("place") > nw.max_horizontal("dropped", nw.lit(caliber.trim_count)))).alias(
                "used"
            )
        )
        .drop("dropped", "place")
    )
