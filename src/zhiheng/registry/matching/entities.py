"""Rows of many sheets that are one person: by student number, then ticket, then class and name.

Works on frames alone. An entity is a person as the sheets know them; whether the registry knows
them is `resolve`, which takes nothing that is contradicted.
"""

import polars as pl

from zhiheng.registry.matching.vault import Vault

TRAITS = ("gender", "migrant", "left_behind", "boarding", "enrolment")


def entities_of(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Group rows into entities.

    Parameters
    ----------
    rows : person, sheet_key, row, klass, school, name, student_no, ticket and `TRAITS`; ids and names null, never "".

    Returns
    -------
    rows : person and entity (null where namesakes cannot be told apart).
    entities : entity, student_no, ticket, name, klass, school, namesakes and `TRAITS`; the commonest value of each.
    """
    rows = rows.with_columns(
        pl.when(pl.col("student_no").is_null() & pl.col("ticket").is_null() & pl.col("name").is_not_null())
        .then(pl.int_range(pl.len()).over("sheet_key", "klass", "name", order_by="row"))
        .otherwise(0)
        .alias("occurrence")
    )
    number_of_ticket = (
        rows.drop_nulls(["student_no", "ticket"])
        .select("ticket", "student_no")
        .unique()
        .unique("ticket", keep="none")
    )
    rows = rows.join(
        number_of_ticket.rename({"student_no": "number_of_ticket"}),
        on="ticket",
        how="left",
        maintain_order="left",
    ).with_columns(pl.coalesce("student_no", "number_of_ticket").alias("number"))
    numbered = pl.coalesce("s:" + pl.col("number"), "t:" + pl.col("ticket"))
    rows = rows.with_columns(numbered.alias("key"))
    named = (
        rows.drop_nulls(["key", "name"])
        .group_by("klass", "name")
        .agg(pl.col("key").unique().alias("keys"))
        .with_columns(pl.col("keys").list.len().alias("owners"), pl.col("keys").list.first().alias("owner"))
        .drop("keys")
    )
    rows = rows.join(named, on=["klass", "name"], how="left", maintain_order="left")
    bare = pl.col("key").is_null() & pl.col("name").is_not_null()
    # Namesakes without numbers, told apart by their order, hold in one sheet only.
    doubled = bare & (pl.col("occurrence").max().over("klass", "name") > 0)
    many_sheets = pl.col("sheet_key").n_unique().over("klass", "name") > 1
    lost = bare & ((pl.col("owners") > 1) | (doubled & many_sheets) | (doubled & (pl.col("owners") >= 1)))
    by_name = "n:" + pl.col("klass") + ":" + pl.col("name") + ":" + pl.col("occurrence").cast(pl.String)
    rows = rows.with_columns(
        pl.when(lost)
        .then(None)
        .when(bare)
        .then(pl.coalesce("owner", by_name))
        .otherwise(pl.col("key"))
        .alias("entity")
    )
    return rows.select("person", "entity"), _described(rows)


def _described(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per entity. Name, class and ticket are those most rows give, so one shifted sheet does not rename anyone."""
    rows = rows.drop_nulls("entity")
    described = rows.group_by("entity", maintain_order=True).agg(
        pl.col("number").first().alias("student_no"),
        *(pl.col(trait).drop_nulls().first() for trait in TRAITS),
        pl.col("occurrence").max(),
    )
    for columns in (["name"], ["klass", "school"], ["ticket"]):
        commonest = (
            rows.drop_nulls(columns)
            .group_by("entity", *columns)
            .agg(pl.len().alias("times"), pl.col("person").min().alias("first"))
            .sort(["times", "first"], descending=[True, False])
            .unique("entity", keep="first", maintain_order=True)
            .drop("times", "first")
        )
        described = described.join(commonest, on="entity", how="left", maintain_order="left")
    return described


def resolve(entities: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """Find the pupil of every entity: 学籍号, then 考号, then class and name where no number contradicts.

    Returns the entities with pupil (null when unknown), how, and fault (ids_disagree, namesakes or null).
    """
    found = (
        entities.join(
            vault.numbers.rename({"pupil": "by_number"}), on="student_no", how="left", maintain_order="left"
        )
        .join(vault.tickets.rename({"pupil": "by_ticket"}), on="ticket", how="left", maintain_order="left")
        .join(_by_class_and_name(vault), on=["klass", "name"], how="left", maintain_order="left")
    )
    found = found.join(
        _numbers_of(vault), left_on="by_name", right_on="pupil", how="left", maintain_order="left"
    )
    contradicted = (
        (pl.col("student_no") != pl.col("own_number")) | (pl.col("ticket") != pl.col("own_ticket"))
    ).fill_null(False)
    found = found.with_columns(
        pl.when(contradicted | (pl.col("owners") != 1))
        .then(None)
        .otherwise(pl.col("by_name"))
        .alias("by_name"),
        (pl.col("by_number") != pl.col("by_ticket")).fill_null(False).alias("disagree"),
    )
    found = _provisional_namesakes(found, vault)
    by_id = pl.coalesce("by_number", "by_ticket")
    # Two entities may not become one pupil by name alone, nor take a name whose owner came with a number.
    taken_by_id = (
        found.select(by_id.alias("by_name")).drop_nulls().unique().with_columns(pl.lit(True).alias("taken"))
    )
    found = found.join(taken_by_id, on="by_name", how="left", maintain_order="left")
    alone = pl.col("by_name").is_not_null() & by_id.is_null()
    rivals = (alone.cast(pl.Int32).sum().over("by_name") > 1) | pl.col("taken").fill_null(False)
    bare = pl.col("student_no").is_null() & pl.col("ticket").is_null()
    namesakes = by_id.is_null() & bare & pl.col("by_name").is_null() & (pl.col("owners") > 1).fill_null(False)
    return found.with_columns(
        pl.when(pl.col("disagree"))
        .then(None)
        .when(by_id.is_not_null())
        .then(by_id)
        .when(alone & ~rivals)
        .then(pl.col("by_name"))
        .alias("pupil"),
        pl.when(pl.col("by_number").is_not_null())
        .then(pl.lit("student_no"))
        .when(pl.col("by_ticket").is_not_null())
        .then(pl.lit("ticket"))
        .when(alone & ~rivals)
        .then(pl.lit("name"))
        .otherwise(pl.lit("provisional"))
        .alias("how"),
        pl.when(pl.col("disagree"))
        .then(pl.lit("ids_disagree"))
        .when(namesakes | (alone & rivals & bare))
        .then(pl.lit("namesakes"))
        .alias("fault"),
    ).select(*entities.columns, "pupil", "how", "fault")


def _by_class_and_name(vault: Vault) -> pl.DataFrame:
    return (
        vault.names.join(vault.enrolled.select("pupil", "klass"), on="pupil", how="inner")
        .unique(["klass", "name", "pupil"])
        .group_by("klass", "name")
        .agg(pl.len().alias("owners"), pl.col("pupil").first().alias("by_name"))
    )


def _numbers_of(vault: Vault) -> pl.DataFrame:
    numbers = vault.numbers.group_by("pupil").agg(pl.col("student_no").first().alias("own_number"))
    tickets = vault.tickets.group_by("pupil").agg(pl.col("ticket").first().alias("own_ticket"))
    return numbers.join(tickets, on="pupil", how="full", coalesce=True)


def _provisional_namesakes(found: pl.DataFrame, vault: Vault) -> pl.DataFrame:
    """Find again the 暂建 namesakes an earlier reading of the same sheet made, in the order of their ids."""
    made = (
        vault.names.join(vault.enrolled.filter(pl.col("origin") == "provisional"), on="pupil", how="inner")
        .sort("pupil")
        .with_columns(
            pl.int_range(pl.len()).over("klass", "name").alias("occurrence"),
            pl.len().over("klass", "name").alias("made"),
        )
        .filter(pl.col("made") > 1)
        .select("klass", "name", "occurrence", pl.col("pupil").alias("again"), "made")
    )
    return (
        found.join(made, on=["klass", "name", "occurrence"], how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("by_name").is_null() & (pl.col("owners") == pl.col("made")))
            .then(pl.col("again"))
            .otherwise(pl.col("by_name"))
            .alias("by_name")
        )
        .drop("again", "made")
    )
