"""Read facility, discrimination, reliability and blueprint fit of the papers each author set.

It reads finished analyses; nothing here is kept, sent or counted for anybody's appraisal.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from zhiheng.base.pinyin import pinyin_of
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.datasets.selectors import tables
from zhiheng.evidence.exams.models import Paper
from zhiheng.evidence.papers.selectors import papers_of
from zhiheng.measures.analyses.selectors import latest_analysis, result_tables

NEAR = 0.10
"""An item fits its blueprint where its facility is at most this far from the one expected (预估难度)."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How a paper, or several together, turned out; None where the analysis cannot tell.

    Attributes
    ----------
    facility, discrimination, alpha : P, D, α of the whole paper; of several papers their mean.
    items_expected, items_near : items with an expected facility, and those of them within `NEAR` of it.
    """

    facility: float | None
    discrimination: float | None
    alpha: float | None
    items_expected: int
    items_near: int

    @property
    def fit(self) -> float | None:
        """Share of items that fit the blueprint, 0 to 1; None where no expected facility was given."""
        return self.items_near / self.items_expected if self.items_expected else None


@dataclass(frozen=True, slots=True)
class PaperQuality:
    """One paper as it turned out."""

    paper: Paper
    quality: Quality


@dataclass(frozen=True, slots=True)
class AuthorQuality:
    """The papers of one author taken together: means over papers, items added up."""

    name: str
    organisation: str
    papers: int
    quality: Quality


def paper_qualities(scope: Scope) -> list[PaperQuality]:
    """Return the analysed papers that a scope works with, the latest first."""
    by_exam: defaultdict[Any, list[Paper]] = defaultdict(list)
    for paper in papers_of(scope):
        by_exam[paper.exam].append(paper)
    found = []
    for exam, papers in by_exam.items():
        analysis = latest_analysis(exam)
        if analysis is None:
            continue
        results = result_tables(analysis, SYSTEM)
        stats = {row["subject"]: row for row in results["paper_stats"].rows(named=True)}
        fits = _fits(results.get("item_stats"), tables(analysis.dataset)["items"].collect())
        found += [
            PaperQuality(
                paper,
                _quality(stats[paper.subject], fits.get(paper.subject, (0, 0))),
            )
            for paper in papers
            if paper.subject in stats
        ]
    return found


def author_qualities(qualities: Iterable[PaperQuality]) -> list[AuthorQuality]:
    """Return the papers gathered by author, by name; a paper of two authors counts for both."""
    by_author: defaultdict[tuple[str, str], list[Quality]] = defaultdict(list)
    for each in qualities:
        for author in each.paper.authors.all():
            by_author[author.name, author.organisation].append(each.quality)
    return [
        AuthorQuality(
            name,
            organisation,
            len(own),
            _together(own),
        )
        for (name, organisation), own in sorted(by_author.items(), key=lambda each: pinyin_of(each[0][0]))
    ]


def _quality(row: Mapping[str, Any], fit: tuple[int, int]) -> Quality:
    return Quality(row["facility"], row["discrimination"], row["alpha"], *fit)


def _together(papers: list[Quality]) -> Quality:
    return Quality(
        _mean(each.facility for each in papers),
        _mean(each.discrimination for each in papers),
        _mean(each.alpha for each in papers),
        sum(each.items_expected for each in papers),
        sum(each.items_near for each in papers),
    )


def _fits(stats: pl.DataFrame | None, items: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Return subject → (items with an expected facility, items within `NEAR` of it)."""
    if stats is None:
        return {}
    expected = items.select("subject", "item", "expected_facility").filter(
        pl.col("expected_facility").is_not_null() & pl.col("expected_facility").is_not_nan()
    )
    county = stats.filter(pl.col("level") == "county").join(expected, on=["subject", "item"])
    # Rounded, so that 0.65 against 0.75 is near: binary fractions would say otherwise.
    near = ((pl.col("facility") - pl.col("expected_facility")).abs().round(9) <= NEAR).sum()
    counted = county.group_by("subject").agg(pl.len().alias("n"), near.alias("near"))
    return {row["subject"]: (row["n"], row["near"]) for row in counted.iter_rows(named=True)}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None and value == value]
    return sum(known) / len(known) if known else None
