"""Write what matching found: 暂建 pupils with their identities and enrolments, tickets of this exam, near matches."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID, uuid4

import polars as pl
from django.db import transaction

from zhiheng.registry.matching.bulk import rows_insert
from zhiheng.registry.matching.near import Near
from zhiheng.registry.pupils.models import Enrolment, Identity, NearMatch, Pupil
from zhiheng.registry.schools.grades import YEAR_BEGINS, academic_year


def with_new_pupils(entities: pl.DataFrame) -> pl.DataFrame:
    """Give a fresh pupil id to every entity that has none and no fault; column `new` tells which.

    Ids are random, but those of namesakes rise in the order of their rows, by which they are found again.
    """
    fresh = (pl.col("pupil").is_null() & pl.col("fault").is_null()).alias("new")
    entities = entities.with_columns(fresh)
    ids = pl.Series([uuid4().hex if new else None for new in entities["new"]], dtype=pl.String)
    return (
        entities.with_columns(ids.alias("fresh"))
        .with_columns(
            pl.coalesce("pupil", pl.col("fresh").sort(nulls_last=True).over("new", "klass", "name")).alias(
                "pupil"
            )
        )
        .drop("fresh")
    )


@transaction.atomic
def matches_write(
    entities: pl.DataFrame,
    *,
    exam_id: UUID | None,
    on: dt.date,
    tickets_known: pl.DataFrame,
    offers: Iterable[NearMatch],
) -> None:
    """Write new pupils, new tickets and offers in one short transaction.

    Parameters
    ----------
    entities : entity, pupil, new, student_no, ticket, name, klass and the traits.
    tickets_known : tickets of this exam that are already in the vault.
    """
    # In the order of the primary key an index is written once from left to right, not at random.
    new = entities.filter("new").sort("pupil")
    begins = dt.date(academic_year(on), *YEAR_BEGINS)
    rows_insert(
        Pupil,
        ["id", "gender", "migrant", "left_behind", "boarding", "origin"],
        new.select(
            "pupil",
            pl.col("gender").fill_null(""),
            "migrant",
            "left_behind",
            "boarding",
            pl.lit("provisional"),
        ).iter_rows(),
    )
    exam = exam_id.hex if exam_id else None
    # A ticket list may come before its exam is filed: then the day says for which year its numbers hold.
    since = None if exam_id else on.isoformat()
    named = _facts(new, "name")
    numbered = _facts(new, "student_no")
    fresh_tickets = entities.drop_nulls(["pupil"]).join(tickets_known, on="ticket", how="anti")
    ticketed = _facts(fresh_tickets.unique("ticket", keep="none", maintain_order=True), "ticket", exam, since)
    rows_insert(
        Identity,
        ["pupil", "kind", "value", "exam_id", "valid_from"],
        pl.concat([named, numbered, ticketed]).iter_rows(),
    )
    rows_insert(
        Enrolment,
        ["pupil", "klass", "kind", "starts_on"],
        new.select(
            "pupil",
            "klass",
            pl.col("enrolment").fill_null("regular"),
            pl.lit(begins.isoformat()),
        ).iter_rows(),
    )
    NearMatch.objects.bulk_create(offers)


def _facts(rows: pl.DataFrame, kind: str, exam: str | None = None, since: str | None = None) -> pl.DataFrame:
    return rows.drop_nulls(kind).select(
        "pupil",
        pl.lit(kind).alias("kind"),
        pl.col(kind).alias("value"),
        pl.lit(exam, pl.String).alias("exam_id"),
        pl.lit(since, pl.String).alias("valid_from"),
    )


def offers_of(
    found: Iterable[Near],
    places: dict[str, tuple[UUID, str, int]],
    schools: dict[str, str],
    pupils: dict[str, str],
    batch_id: UUID,
) -> list[NearMatch]:
    """Turn near matches into rows for a person to decide. `places`: entity → (upload, sheet, row) of its first row."""
    return [
        NearMatch(
            batch_id=batch_id,
            upload_id=places[offer.entity][0],
            sheet=places[offer.entity][1],
            row=places[offer.entity][2],
            provisional_id=UUID(hex=pupils[offer.entity]),
            candidate_id=UUID(hex=offer.candidate),
            school_id=UUID(hex=schools[offer.entity]),
            reason=offer.reason,
        )
        for offer in found
        if offer.entity in places
    ]
