"""Who is in the county: classes, pupils with invented names and numbers, teachers and what they teach.

Draws everything for the whole table at once, so a province costs seconds. Knows no mark.
"""

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
import yaml

from zhiheng.demo.places import STAGES, anhe

DIGITS = "零一二三四五六七八九"
GRADE_NAMES = [*(f"{DIGITS[g]}年级" for g in range(1, 10)), "高一", "高二", "高三"]
STAGE_OF_GRADE = [stage for stage, grades in STAGES.items() for _ in grades]
FIRST_GRADE = {stage: grades[0] for stage, grades in STAGES.items()}
GUESTS = 38 / 5550
"""借读 in grade 9, per pupil of the grade: their 学籍 is elsewhere. 38 in the whole county."""

LAST_JUNE = 5600 / 5550
"""Size of today's grade 9 when it was grade 8, over its size now."""

# Shares by area (city, town, village): who lives without parents at home, who came with working parents.
LEFT_BEHIND = {"city": 0.05, "town": 0.24, "village": 0.38}
MIGRANT = {"city": 0.11, "town": 0.04, "village": 0.01}
MIGRANT_PARK = 0.27
"""随迁 share in 沙河镇, where the factories are."""
BOARDING = {"primary": 0.04, "junior": 0.55, "senior": 0.82}
BOARDING_CITY_JUNIOR = 0.15


@cache
def name_parts() -> dict[str, Any]:
    """Return the surnames and given-name characters that names are put together from."""
    return yaml.safe_load(files(__package__).joinpath("names.yaml").read_text(encoding="utf-8"))


def draw_names(rng: np.random.Generator, male: np.ndarray, minority: np.ndarray) -> pl.Series:
    """Put together one name for each person; common surnames come up more often, so some names repeat.

    Parameters
    ----------
    male, minority : bool arrays, shape (n,)
        Minority names are written with a dot: 阿木·尔哈.
    """
    parts, n = name_parts(), male.size
    surnames = pl.Series([*parts["surnames"], *parts["double_surnames"]])
    weight = 1.0 / (np.arange(surnames.len()) + 6.0)
    weight[-len(parts["double_surnames"]) :] = 0.0006
    surname = surnames.gather(rng.choice(surnames.len(), size=n, p=weight / weight.sum()))
    pools = {key: pl.Series(list(parts[key])) for key in ("male", "female")}

    def given(column: str) -> pl.Expr:
        chosen = {key: pool.gather(rng.integers(0, pool.len(), n)) for key, pool in pools.items()}
        return pl.when(pl.lit(pl.Series(male))).then(chosen["male"]).otherwise(chosen["female"]).alias(column)

    first = pl.Series(parts["minority_first"]).gather(rng.integers(0, len(parts["minority_first"]), n))
    last = pl.Series(parts["minority_last"]).gather(rng.integers(0, len(parts["minority_last"]), n))
    single = rng.random(n) < 0.12
    frame = pl.DataFrame({"surname": surname, "single": single, "minority": minority}).with_columns(
        given("one"), given("two"), (first + "·" + last).alias("dotted")
    )
    return frame.select(
        pl.when("minority")
        .then("dotted")
        .when("single")
        .then(pl.col("surname") + pl.col("one"))
        .otherwise(pl.col("surname") + pl.col("one") + pl.col("two"))
        .alias("name")
    )["name"]


def classes(schools: pl.DataFrame, sizes: np.ndarray) -> pl.DataFrame:
    """Divide every grade of every school into classes under the county's cap for its type.

    Returns one row per class: class, school, grade, entry_year, number, size.
    """
    caps = np.array([anhe()["class_caps"].get(kind, 50) for kind in schools["school_type"]])
    count = -(-sizes // caps[:, None])  # (n_sites, 12)
    school, grade = np.nonzero(count)
    times = count[school, grade]
    place = np.repeat(np.arange(times.size), times)
    number = np.arange(place.size) - np.repeat(np.cumsum(times) - times, times)
    total = sizes[school, grade]
    size = total[place] // times[place] + (number < total[place] % times[place])
    stage_first = np.array([FIRST_GRADE[stage] for stage in STAGE_OF_GRADE])
    frame = pl.DataFrame(
        {
            "class": np.arange(place.size, dtype=np.int32),
            "school": school[place].astype(np.int32),
            "grade": (grade[place] + 1).astype(np.int32),
            "entry_year": (anhe()["academic_year"] - (grade + 1 - stage_first[grade]))[place].astype(
                np.int32
            ),
            "number": (number + 1).astype(np.int32),
            "size": size.astype(np.int32),
        }
    )
    return _with_large_class(frame, schools)


def _with_large_class(frame: pl.DataFrame, schools: pl.DataFrame) -> pl.DataFrame:
    """Move pupils into the one class the plan wants far too large, evenly from the others of its grade."""
    for plan in (school for school in anhe()["schools"] if "large_class" in school):
        wish = plan["large_class"]
        where = schools.filter(pl.col("plan_name") == plan["name"])["school"].to_list()
        size = frame["size"].to_numpy().copy()
        for school in where:
            rows = np.flatnonzero(
                ((frame["school"] == school) & (frame["grade"] == wish["grade"])).to_numpy()
            )
            large = rows[min(wish["number"], rows.size) - 1]
            others = rows[rows != large]
            spare = int(size[rows].sum()) - wish["size"]
            if others.size == 0 or spare < others.size:
                continue
            size[large] = wish["size"]
            size[others] = spare // others.size + (np.arange(others.size) < spare % others.size)
        frame = frame.with_columns(pl.Series("size", size, dtype=pl.Int32))
    return frame


def pupils(
    rng: np.random.Generator,
    schools: pl.DataFrame,
    class_table: pl.DataFrame,
    *,
    region: str = "1",
    years_ago: int = 0,
) -> pl.DataFrame:
    """Draw every pupil of every class, in the grade they were in `years_ago`. `region` keeps the numbers of draws apart.

    Returns one row per pupil: pupil, class, school, county, grade, entry_year, number (of the class), seat,
    name, student_no, gender, migrant, left_behind, boarding, enrolment; sorted by class and seat.
    """
    size = class_table["size"].to_numpy()
    of_class = np.repeat(np.arange(size.size), size)
    frame = class_table.select("class", "school", "grade", "entry_year", "number")[of_class].with_columns(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("pupil"),
        pl.Series(
            "seat", np.arange(of_class.size) - np.repeat(np.cumsum(size) - size, size) + 1, dtype=pl.Int32
        ),
    )
    site = frame["school"].to_numpy()
    area = schools["area"].to_numpy()[site]
    stage = np.array(STAGE_OF_GRADE)[frame["grade"].to_numpy() - 1]
    n = of_class.size
    male = rng.random(n) < 0.522
    in_minority_town = schools["town"].str.contains("民族乡").to_numpy()[site]
    park = schools["town"].str.contains("沙河").to_numpy()[site]
    migrant = rng.random(n) < np.where(park, MIGRANT_PARK, _by(MIGRANT, area))
    left_behind = ~migrant & (rng.random(n) < _by(LEFT_BEHIND, area))
    board = np.where((area == "city") & (stage == "junior"), BOARDING_CITY_JUNIOR, _by(BOARDING, stage))
    frame = frame.with_columns(
        schools["county"].gather(site).cast(pl.Int32).alias("county"),
        draw_names(rng, male, in_minority_town & (rng.random(n) < 0.12)).alias("name"),
        pl.when(pl.lit(pl.Series(male))).then(pl.lit("male")).otherwise(pl.lit("female")).alias("gender"),
        pl.Series("migrant", migrant),
        pl.Series("left_behind", left_behind),
        pl.Series("boarding", rng.random(n) < board),
        pl.Series("enrolment", _enrolment(rng, frame["grade"].to_numpy(), area)),
    )
    return _with_student_numbers(rng, frame, region, years_ago)


def leavers(
    rng: np.random.Generator, schools: pl.DataFrame, class_table: pl.DataFrame, current: pl.DataFrame
) -> pl.DataFrame:
    """Draw who was in today's grade 9 last June and has left since; the columns of `pupils`.

    The grade had LAST_JUNE times its present size; those who came since are not counted among them.
    """
    ninth = current.filter(pl.col("grade") == 9)
    stayed = ninth.filter(pl.col("enrolment") != "transferred_in").height
    count = round(ninth.height * LAST_JUNE) - stayed
    rooms = class_table.filter(pl.col("grade") == 9)
    gone = np.bincount(rng.integers(0, rooms.height, count), minlength=rooms.height)
    drawn = pupils(rng, schools, rooms.with_columns(pl.Series("size", gone)), region="2")
    return drawn.with_columns(
        pl.col("pupil") + current.height, pl.lit("transferred_out").alias("enrolment")
    ).select(current.columns)


def graduates(rng: np.random.Generator, schools: pl.DataFrame, class_table: pl.DataFrame) -> pl.DataFrame:
    """Draw last year's grade 9, who have left since; the columns of `pupils`, classes named as today's of the grade."""
    rooms = class_table.filter(pl.col("grade") == 9).with_columns(pl.col("entry_year") - 1)
    return pupils(rng, schools, rooms, region="3", years_ago=1)


def _by(shares: dict[str, float], key: np.ndarray) -> np.ndarray:
    return np.select([key == name for name in shares], list(shares.values()))


def _enrolment(rng: np.random.Generator, grade: np.ndarray, area: np.ndarray) -> np.ndarray:
    """Mark the few who are not simply on the roll: 随班就读 everywhere, 转入 at random, 借读 in city grade 9."""
    draw = rng.random(grade.size)
    status = np.where(draw < 0.003, "exempt_special", np.where(draw < 0.009, "transferred_in", "regular"))
    status[(grade >= 10) & (status == "exempt_special")] = "regular"
    may = np.flatnonzero((grade == 9) & (area == "city") & (status == "regular"))
    status[rng.choice(may, size=max(1, round(GUESTS * int((grade == 9).sum()))), replace=False)] = "guest"
    return status


def _with_student_numbers(
    rng: np.random.Generator, frame: pl.DataFrame, region: str, years_ago: int
) -> pl.DataFrame:
    """Give each pupil G and 18 digits under region 99, which no place in China has."""
    born = anhe()["academic_year"] - years_ago - 6 - frame["grade"].to_numpy()
    days = pl.Series(rng.integers(0, 365, frame.height))
    frame = frame.with_columns(
        (pl.date(pl.lit(pl.Series(born)), 9, 1) + pl.duration(days=pl.lit(days))).alias("born")
    )
    serial = pl.int_range(pl.len()).over("county", "born")
    return frame.with_columns(
        pl.concat_str(
            pl.lit("G99"),
            pl.col("county").cast(pl.String).str.zfill(3),
            pl.lit(region),
            pl.col("born").dt.strftime("%Y%m%d"),
            serial.cast(pl.String).str.zfill(3),
            ((serial * 7 + 3) % 10).cast(pl.String),
        ).alias("student_no")
    ).drop("born")
