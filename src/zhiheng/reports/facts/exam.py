"""ExamFacts: what one analysis says of the county, ready to be arranged. Numbers and sentences come from one place."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from zhiheng.reports.facts import statements as say
from zhiheng.reports.facts.changes import Changes, changes_since
from zhiheng.reports.facts.comparison import Band, SchoolStanding, Standing, standings, type_band
from zhiheng.reports.facts.decisions import Decision, decisions
from zhiheng.reports.facts.measured import Measured
from zhiheng.reports.facts.results import Results
from zhiheng.reports.facts.statements import Statement
from zhiheng.reports.facts.value_added import value_added
from zhiheng.standards.subjects import subject_name

CONFIRMED, OPEN, DECISIONS = 3, 2, 3
"""How many a leader's page holds: 可以确认的三条, 尚不能下结论的两条, 请您决定的三件事."""


@dataclass(frozen=True, slots=True)
class ExamFacts:
    """One exam of the county.

    Attributes
    ----------
    results : the tables the facts come from.
    headline : the one sentence a leader keeps.
    statements : everything found, certain or not.
    confirmed, open_questions : what the page shows of it, strongest first.
    low_participation : schools under the line.
    decisions : what to decide, with owner and day.
    standings_in : by subject, each school against the county, in the bureau's order.
    bands : by school type and subject, the middle half of its schools.
    changes : since a comparable exam; None where there is none.
    today : the day the facts were drawn up.
    """

    results: Results
    headline: str
    statements: tuple[Statement, ...]
    confirmed: tuple[Statement, ...]
    open_questions: tuple[Statement, ...]
    low_participation: tuple[Measured, ...]
    decisions: tuple[Decision, ...]
    standings_in: dict[str, tuple[SchoolStanding, ...]]
    bands: dict[tuple[str, str], Band]
    changes: Changes | None
    today: dt.date

    @property
    def county(self) -> Measured:
        """The county in the total, or in the only subject."""
        return self.results.county(self.results.main_subject)

    @property
    def standings(self) -> tuple[SchoolStanding, ...]:
        """Each school against the county in the total, or in the only subject."""
        return self.standings_in[self.results.main_subject]

    def standing_counts(self) -> dict[Standing, int]:
        """Return how many schools stand where."""
        return {each: sum(school.standing is each for school in self.standings) for each in Standing}


def exam_facts(results: Results, *, today: dt.date, earlier: Results | None = None) -> ExamFacts:
    """Return the facts of one analysis.

    Parameters
    ----------
    results : the analysis.
    today : the day to count time limits from.
    earlier : an analysis the caller vouches for as comparable (same kind of test, same grade); else None,
        and the documents print 无可比数据.
    """
    since = changes_since(results, earlier) if earlier else None
    found = tuple(
        chain(
            say.changes(since, results.main_subject),
            say.lowest_subject(results),
            say.weakest_knowledge(results),
            value_added(results),
            say.area_gaps(results),
            say.group_gaps(results),
            say.low_participation(results),
            say.suspect_keys(results),
            say.unreliable_papers(results),
            say.no_ground(results, since),
        )
    )
    low = tuple(say.schools_under_line(results))
    suspects = [f"{subject_name(item.subject)}第{item.label}题" for item in results.items if item.suspect_key]
    return ExamFacts(
        results=results,
        headline=_headline(found),
        statements=found,
        confirmed=_chosen((each for each in found if each.certain), CONFIRMED, _SAID_FIRST),
        open_questions=_chosen(
            (each for each in found if not each.certain and each.key != "suspect_key"), OPEN, _OPEN_FIRST
        ),
        low_participation=low,
        decisions=decisions(results, found, suspects=suspects, absent=[row.name for row in low], today=today),
        standings_in={subject: standings(results, subject) for subject in results.subjects_and_total},
        bands={
            (row.unit, subject): type_band(results, row.unit, subject)
            for subject in results.subjects_and_total
            for row in results.level("school_type", subject)
        },
        changes=since,
        today=today,
    )


_SAID_FIRST = (
    "change",
    "knowledge",
    "value_added",
    "area_gap",
    "low_participation",
    "group_gap",
    "low_rate",
    "alpha",
    "no_earlier",
    "no_baseline",
)
"""Kinds of statement in the order a leader asks for them."""
_OPEN_FIRST = (
    "area_gap",
    "group_gap",
    "value_added",
    "change",
    "low_rate",
    "alpha",
    "no_earlier",
    "no_baseline",
    "knowledge",
)
"""The same for what cannot be told: gaps people believe in come before finer points."""


def _chosen(statements: Iterable[Statement], count: int, order: tuple[str, ...]) -> tuple[Statement, ...]:
    """Return the first statements: the strongest of each kind, then the second of each kind."""
    ranked = sorted(statements, key=lambda each: -each.weight)
    seen: dict[str, int] = {}
    places = []
    for each in ranked:
        seen[each.key] = seen.get(each.key, 0) + 1
        places.append((seen[each.key], order.index(each.key)))
    chosen = sorted(range(len(ranked)), key=lambda place: places[place])
    return tuple(ranked[place] for place in chosen[:count])


def _headline(found: tuple[Statement, ...]) -> str:
    """Join what is certain into one sentence about one subject first; say so where nothing is certain."""
    phrases: list[str] = []
    lead = ""
    for key in ("change", "low_rate", "knowledge", "area_gap"):
        certain = [each for each in found if each.key == key and each.certain and each.short]
        if not certain or (key == "low_rate" and phrases):
            continue
        best = max(certain, key=lambda each: (each.subject == lead, each.weight))
        phrases.append(("" if best.subject == lead else subject_name(best.subject)) + best.short)
        lead = lead or best.subject
    return "，".join(phrases) + "。" if phrases else "各科之间、城乡之间的差别都在区间之内，尚不能区分。"
