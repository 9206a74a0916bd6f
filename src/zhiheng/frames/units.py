"""Units: which rows belong to which county, town, school, class, teacher or group of pupils.

Works on pupils' rows and on sums of them alike; it computes nothing.
"""

import narwhals as nw

from zhiheng.frames.population import TRAITS, Population

_OF_SCHOOLS = ("town", "school_type", "area")
_WORDS = {
    "gender": ("female", "male"),
    "migrant": ("no", "yes"),
    "left_behind": ("no", "yes"),
    "boarding": ("no", "yes"),
}
BY_CLASS = ("class", "teacher")
BY_TRAIT = ("group", "school_group")


def placed(frame: nw.LazyFrame, level: str, population: Population) -> nw.LazyFrame:
    """Add `unit` (text) and `counts` (bool: counts at this level); drop rows that are in no unit.

    `frame` has school, class, subject, in_school and in_class; for the trait levels the four traits instead
    of class. There a row appears once for each trait somebody stated.
    """
    if level in BY_TRAIT:
        return _by_trait(frame, level)
    if level == "county":
        frame = frame.with_columns(nw.lit("").alias("unit"))
    elif level in _OF_SCHOOLS:
        names = population.schools.select("school", nw.col(level).alias("unit"))
        frame = frame.join(names, on="school", how="inner")
    elif level == "teacher":
        taught = population.teaching.select(
            "class", "subject", nw.col("teacher").cast(nw.String).alias("unit")
        )
        frame = frame.join(taught, on=["class", "subject"], how="inner")
    else:
        frame = frame.with_columns(nw.col(level).cast(nw.String).alias("unit"))
    counts = nw.col("in_class" if level in BY_CLASS else "in_school")
    return frame.filter(~nw.col("unit").is_null()).with_columns(counts.alias("counts"))


def _by_trait(frame: nw.LazyFrame, level: str) -> nw.LazyFrame:
    school = nw.concat_str([nw.col("school").cast(nw.String), nw.lit("|")])
    parts = []
    for trait in TRAITS:
        word = nw.col(trait)
        if trait != "gender":
            word = nw.when(word).then(nw.lit("yes")).when(~word).then(nw.lit("no")).otherwise(None)
        unit = nw.concat_str([nw.lit(f"{trait}:"), word])
        if level == "school_group":
            unit = nw.concat_str([school, unit])
        parts.append(
            frame.filter(~nw.col(trait).is_null()).with_columns(
                unit.alias("unit"), nw.col("in_school").alias("counts")
            )
        )
    return nw.concat(parts, how="vertical")
