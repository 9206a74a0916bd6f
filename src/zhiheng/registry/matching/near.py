"""Pupils of the roster whom an unknown row almost names. They are offered to a person, never taken."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from zhiheng.base.pinyin import pinyin_of


@dataclass(frozen=True, slots=True)
class Near:
    """One offer: an entity of the sheets, a pupil of the roster, and why they may be the same."""

    entity: str
    candidate: str
    reason: str


def near_names(unknown: pl.DataFrame, roster: pl.DataFrame) -> list[Near]:
    """Compare names inside each class: one character apart, or written otherwise and spoken alike.

    Parameters
    ----------
    unknown : entity, klass, school, name of those nobody recognised.
    roster : pupil, klass, school, name of registered pupils no row has been given to.
    """
    wanted = unknown.drop_nulls("name")
    beside = wanted.join(roster.rename({"name": "known_name"}).drop("school"), on="klass", how="inner")
    offers = [
        Near(entity, pupil, reason)
        for entity, name, pupil, known in beside.select("entity", "name", "pupil", "known_name").iter_rows()
        if (reason := _closeness(name, known))
    ]
    elsewhere = wanted.join(
        roster.rename({"klass": "other_class"}), on=["school", "name"], how="inner"
    ).filter(pl.col("klass") != pl.col("other_class"))
    alone = elsewhere.filter(pl.len().over("entity") == 1)
    offers += [
        Near(entity, pupil, "同校同名，不在同一个班")
        for entity, pupil in alone.select("entity", "pupil").iter_rows()
    ]
    return list(_once(offers))


def _closeness(name: str, known: str) -> str:
    if name == known:
        return "同班同名，编号不同"
    if (
        len(name) == len(known)
        and sum(a != b for a, b in zip(name, known, strict=True)) == 1
        and len(name) > 1
    ):
        # 张伟 and 张敏 differ by one character too: of two characters both must sound alike.
        if len(name) > 2 or pinyin_of(name) == pinyin_of(known):
            return "姓名只差一个字"
        return ""
    return "姓名读音相同" if pinyin_of(name) == pinyin_of(known) else ""


def _once(offers: Iterable[Near]) -> Iterable[Near]:
    seen = set()
    for offer in offers:
        if (offer.entity, offer.candidate) not in seen:
            seen.add((offer.entity, offer.candidate))
            yield offer
