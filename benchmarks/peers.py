"""The same group tables written by hand in Polars and in DuckDB's SQL: what ours is measured against.

Counts, sums, lines, quartiles and pupils' ranks for every level; no intervals, no 口径 choices, no totals of choice.
"""

from pathlib import Path

import duckdb
import polars as pl

TRAITS = ("gender", "migrant", "left_behind", "boarding")
LINES = {"excellent": 80, "good": 70, "pass": 60, "low": 40, "top": 95}
QUARTILES = (0.25, 0.50, 0.75)
LEVELS = {
    "county": (),
    "town": ("town",),
    "school_type": ("school_type",),
    "area": ("area",),
    "school": ("school",),
    "class": ("class",),
    "teacher": ("teacher",),
    **{f"group:{trait}": (trait,) for trait in TRAITS},
    **{f"school_group:{trait}": ("school", trait) for trait in TRAITS},
}


def by_polars(folder: Path) -> dict[str, pl.DataFrame]:
    """Group tables and ranks by hand-written Polars."""
    read = {
        name: pl.scan_parquet(folder / f"{name}.parquet")
        for name in ("marks", "pupils", "schools", "teaching", "papers")
    }
    mark = pl.when(pl.col("status") == "normal").then("raw_mark").when(pl.col("status") == "cheat").then(0)
    marks = (
        read["marks"]
        .select("pupil", "subject", "status", mark.cast(pl.Int32).alias("mark"))
        .join(read["papers"].select("subject", "full_mark"), on="subject")
    )
    totals = marks.group_by("pupil").agg(
        pl.lit("total").alias("subject"),
        pl.when((pl.col("status") == "absent").any())
        .then(pl.lit("absent"))
        .otherwise(pl.lit("normal"))
        .alias("status"),
        pl.when(pl.col("mark").is_not_null().all()).then(pl.col("mark").sum()).cast(pl.Int32).alias("mark"),
        pl.col("full_mark").sum(),
    )
    pupils = read["pupils"].join(read["schools"], on="school")
    rows = pl.concat([marks, totals], how="diagonal").join(pupils, on="pupil").collect()
    county = (
        rows.lazy()
        .filter(pl.col("enrolment") != "guest")
        .group_by("subject")
        .agg(
            pl.col("mark").mean().alias("county_mean"),
            pl.col("mark").quantile(0.3, "lower").alias("bottom_to"),
        )
    )
    rows = rows.lazy().join(county, on="subject").collect()
    own = rows.lazy().filter(pl.col("enrolment") != "guest")
    taught = rows.lazy().join(read["teaching"], on=["class", "subject"])
    out = {}
    for level, keys in LEVELS.items():
        source = {"class": rows.lazy(), "teacher": taught}.get(level, own)
        out[level] = source.group_by(*keys, "subject").agg(_polars_sums()).collect()
    ranks = [
        pl.col("mark").rank("min", descending=True).over(keys).alias(name)
        for name, keys in (("county_rank", ["subject"]), ("school_rank", ["school", "subject"]))
    ]
    out["ranks"] = own.select("pupil", "subject", *ranks).collect()
    return out


def _polars_sums() -> list[pl.Expr]:
    mark, full = pl.col("mark"), pl.col("full_mark")
    wide = mark.cast(pl.Int64)
    hits = {name: mark * 100 >= line * full for name, line in LINES.items()}
    hits["low"] = ~hits["low"]
    hits["good"] = hits["good"] & ~hits["excellent"]
    return [
        mark.count().alias("taken"),
        *((pl.col("status") == word).sum().alias(word) for word in ("absent", "deferred", "cheat")),
        wide.sum().alias("sum"),
        (wide * wide).sum().alias("squares"),
        *(hit.sum().alias(name) for name, hit in hits.items()),
        (mark > pl.col("county_mean")).sum().alias("above_mean"),
        (mark <= pl.col("bottom_to")).sum().alias("bottom"),
        mark.min().alias("min"),
        mark.max().alias("max"),
        *(mark.quantile(q, "linear").alias(f"q{q}") for q in QUARTILES),
    ]


def by_duckdb(folder: Path) -> dict[str, pl.DataFrame | int]:
    """Group tables and ranks by hand-written SQL; results stay in the database, only their sizes come out."""
    base = duckdb.connect()
    base.execute(
        f"""
        create table rows as
        with marks as (
            select pupil, m.subject, status, full_mark,
                case status when 'normal' then raw_mark when 'cheat' then 0 end as mark
            from '{folder}/marks.parquet' m join '{folder}/papers.parquet' p using (subject)
        ), totals as (
            select pupil, 'total' as subject, if(bool_or(status = 'absent'), 'absent', 'normal') as status,
                sum(full_mark)::int as full_mark, if(count(mark) = count(*), sum(mark), null)::int as mark
            from marks group by pupil
        ), every as (select * from marks union all by name select * from totals)
        select e.*, u.* exclude (pupil), s.* exclude (school)
        from every e join '{folder}/pupils.parquet' u using (pupil) join '{folder}/schools.parquet' s using (school)
        """
    )
    base.execute(
        """
        create table benchmark as select subject, avg(mark) as county_mean, quantile_disc(mark, 0.3) as bottom_to
        from rows where enrolment <> 'guest' group by subject
        """
    )
    hits = {name: f"mark * 100 >= {line} * full_mark" for name, line in LINES.items()}
    hits["low"] = f"mark * 100 < {LINES['low']} * full_mark"
    hits["good"] = f"{hits['good']} and mark * 100 < {LINES['excellent']} * full_mark"
    sums = ", ".join(
        [
            "count(mark) as taken",
            *(f"count(*) filter (status = '{word}') as {word}" for word in ("absent", "deferred", "cheat")),
            "sum(mark::bigint) as sum, sum(mark::bigint * mark) as squares",
            *(f'count(*) filter ({hit}) as "{name}"' for name, hit in hits.items()),
            "count(*) filter (mark > county_mean) as above_mean, count(*) filter (mark <= bottom_to) as bottom",
            "min(mark) as min, max(mark) as max, quantile_cont(mark, [0.25, 0.5, 0.75]) as quartiles",
        ]
    )
    sizes = {}
    for level, keys in LEVELS.items():
        source = "rows join benchmark using (subject)"
        if level == "teacher":
            source += f" join '{folder}/teaching.parquet' using (class, subject)"
        where = "" if level in ("class", "teacher") else "where enrolment <> 'guest'"
        by = ", ".join([*(f'"{key}"' for key in keys), "subject"])
        base.execute(
            f'create or replace table "{level}" as select {by}, {sums} from {source} {where} group by {by}'
        )
        sizes[level] = base.execute(f'select count(*) from "{level}"').fetchone()[0]
    base.execute(
        """
        create table ranks as select pupil, subject,
            rank() over (partition by subject order by mark desc) as county_rank,
            rank() over (partition by school, subject order by mark desc) as school_rank
        from rows where enrolment <> 'guest'
        """
    )
    sums_of_schools = base.execute("select sum(sum)::bigint from school").fetchone()[0]
    return sizes | {"sum over schools": sums_of_schools}
