"""No figure that is masked can be had from figures that are shown, by any sums and differences, for any reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import narwhals as nw
import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiheng.frames.masking import Units, for_reader, gaps_masked, masked, masked_like

PLACES = ("town", "school_type", "area")
TRAITS = {"gender": ("female", "male", None), "migrant": ("yes", "no", None)}
SIZES = st.one_of(st.just(0), st.integers(0, 14), st.integers(20, 60))


@dataclass(frozen=True)
class County:
    """Schools with their places, classes with their schools, and pupils by class and traits."""

    places: tuple[dict[str, str | None], ...]
    classes: tuple[int, ...]
    pupils: dict[tuple[int, int | None, str | None, str | None], int]

    @property
    def atoms(self) -> list[tuple]:
        """The finest cells there are: (school, class, gender, migrant)."""
        return list(self.pupils)


@st.composite
def counties(draw) -> County:
    """Up to four schools in two towns, types and areas, each with up to two classes."""
    schools = draw(st.integers(1, 4))
    places = tuple(
        {name: draw(st.sampled_from(["甲", "乙", None])) for name in PLACES} for _ in range(schools)
    )
    classes = tuple(school for school in range(schools) for _ in range(draw(st.integers(0, 2))))
    pupils = {}
    for school in range(schools):
        own = [number for number, at in enumerate(classes) if at == school]
        # Pupils without a class are few, as in life; so are those without traits.
        for klass, gender, migrant in product((*own, None), *TRAITS.values()):
            size = st.integers(0, 1) if None in (klass, gender, migrant) else SIZES
            pupils[school, klass, gender, migrant] = draw(size)
    return County(places, classes, pupils)


def cells(county: County) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield level, unit and the atoms of every cell a table could list."""
    atoms = county.atoms
    of = lambda test: np.array([bool(test(*atom)) for atom in atoms])  # noqa: E731
    yield "county", "", of(lambda *_: True)
    for name in PLACES:
        for word in ("甲", "乙"):
            yield name, word, of(lambda school, *_, n=name, w=word: county.places[school][n] == w)
    for number in range(len(county.places)):
        yield "school", str(number), of(lambda school, *_, n=number: school == n)
    for number in range(len(county.classes)):
        yield "class", str(number), of(lambda _, klass, *rest, n=number: klass == n)
    for place, (trait, words) in enumerate(TRAITS.items()):
        for word in filter(None, words):
            group = of(lambda _, __, *traits, p=place, w=word: traits[p] == w)
            yield "group", f"{trait}:{word}", group
            for number in range(len(county.places)):
                in_school = of(lambda school, *_, n=number: school == n)
                yield "school_group", f"{number}|{trait}:{word}", group & in_school


def tables(county: County) -> tuple[pl.DataFrame, pl.DataFrame, list[tuple[str, str, np.ndarray]]]:
    """Return GROUPS (as far as masking reads it) and what the cells are made of."""
    counts = np.array(list(county.pupils.values()))
    found = list(cells(county))
    rows = [
        {"level": level, "unit": unit, "subject": "math", "taken": int(counts[atoms].sum()), "mean": 50.0}
        for level, unit, atoms in found
    ]
    kinds = {"level": pl.String, "unit": pl.String, "subject": pl.String, "taken": pl.Int64}
    table = pl.DataFrame(rows, schema=kinds | {"mean": pl.Float64})
    return table.filter(pl.col("taken") > 0), pl.DataFrame(rows), found


def dimensions(county: County) -> tuple[nw.LazyFrame, nw.LazyFrame]:
    kinds = {"school": pl.Int32, **dict.fromkeys(PLACES, pl.String)}
    schools = pl.LazyFrame(
        [{"school": number, **places} for number, places in enumerate(county.places)], schema=kinds
    )
    classes = pl.LazyFrame(
        {"class": range(len(county.classes)), "school": list(county.classes)},
        schema={"class": pl.Int32, "school": pl.Int32},
    )
    return nw.from_native(schools), nw.from_native(classes)


def derived(county: County, known: set[tuple[str, str]], everything: list) -> list[tuple[str, str, int]]:
    """Return (level, unit, pupils) of unknown cells that lie in the span of the known ones. Empty cells are known."""
    counts = np.array(list(county.pupils.values()))
    basis = [
        atoms.astype(float)
        for level, unit, atoms in everything
        if (level, unit) in known or counts[atoms].sum() == 0
    ]
    matrix = np.array(basis)
    rank = np.linalg.matrix_rank(matrix)
    return [
        (level, unit, int(counts[atoms].sum()))
        for level, unit, atoms in everything
        if (level, unit) not in known
        and counts[atoms].sum() > 0
        and np.linalg.matrix_rank(np.vstack([matrix, atoms])) == rank
    ]


@settings(max_examples=200, deadline=None)
@given(counties())
def test_the_bureau_derives_no_masked_figure(county):
    table, _, everything = tables(county)
    shown = masked(nw.from_native(table.lazy()), *dimensions(county)).collect().to_native()
    open_rows = shown.filter(~pl.col("masked"))
    assert (open_rows["taken"] >= 10).all()
    assert shown.filter("masked")["mean"].null_count() == shown.filter("masked").height
    known = set(open_rows.select("level", "unit").iter_rows())
    assert derived(county, known, everything) == []


ORDINARY = ("county", "school_type", "area", "group")


def read_by_principal(county: County) -> tuple[pl.DataFrame, list]:
    """Return what the principal of the first school is shown."""
    table, _, everything = tables(county)
    own = dimensions(county)
    flagged = for_reader(
        nw.from_native(table.lazy()), Units.of(*own), schools={"0"}, classes=(), levels=ORDINARY
    )
    table = flagged.collect().to_native()
    shown = masked(flagged, *own).collect().to_native()
    assert not shown.filter("own", "masked").height
    assert shown.filter("own", "small")["taken"].to_list() == [
        n for n in table.filter("own")["taken"] if n < 10
    ]
    return shown.filter("seen"), everything


@settings(max_examples=200, deadline=None)
@given(counties())
def test_a_principal_derives_no_small_group_and_no_other_school(county):
    shown, everything = read_by_principal(county)
    known = set(shown.filter(~pl.col("masked")).select("level", "unit").iter_rows())
    masked_rows = set(shown.filter("masked").select("level", "unit").iter_rows())
    with_pupils = {atom[0] for atom, pupils in county.pupils.items() if pupils}
    atoms = {(level, unit): found for level, unit, found in everything}
    elsewhere = np.array([n if atom[0] else 0 for atom, n in county.pupils.items()])
    for level, unit, pupils in derived(county, known, everything):
        if not elsewhere[atoms[level, unit]].sum():
            continue  # only own pupils: no secret
        # A county of two schools cannot hide the other one, unless it is small.
        two = pupils >= 10 and len(with_pupils) <= 2
        assert (level, unit) not in masked_rows or two
        assert pupils >= 10
        assert level not in ("school", "school_group") or two


def test_two_groups_of_a_trait_are_withheld_together():
    county = County(
        ({"town": "甲", "school_type": "甲", "area": "甲"},) * 2,
        (0, 1),
        {(school, school, "female", word): n for school in (0, 1) for word, n in (("yes", 1), ("no", 40))},
    )
    table, _, _ = tables(county)
    shown = masked(nw.from_native(table.lazy()), *dimensions(county)).collect().to_native()
    hidden = set(shown.filter("masked").select("level", "unit").iter_rows())
    assert {("group", "migrant:yes"), ("group", "migrant:no")} <= hidden
    assert {("school_group", "0|migrant:yes"), ("school_group", "0|migrant:no")} <= hidden
    assert ("school", "0") not in hidden


def test_a_teacher_is_withheld_with_a_small_class():
    county = County(
        ({"town": "甲", "school_type": "甲", "area": "甲"},),
        (0, 0, 0),
        {(0, 0, None, None): 5, (0, 1, None, None): 40, (0, 2, None, None): 30},
    )
    table, _, _ = tables(county)
    both = pl.DataFrame(
        {"level": ["teacher"], "unit": ["7"], "subject": ["math"], "taken": [45], "mean": [1.0]}
    )
    teaching = pl.LazyFrame({"class": [0, 1], "subject": ["math"] * 2, "teacher": [7, 7]})
    shown = masked(
        nw.from_native(pl.concat([table, both]).lazy()),
        *dimensions(county),
        teaching=nw.from_native(teaching),
    )
    hidden = set(shown.collect().to_native().filter("masked").select("level", "unit").iter_rows())
    assert {("class", "0"), ("teacher", "7")} <= hidden
    assert ("class", "1") not in hidden


def test_no_more_is_withheld_than_protects():
    """A small group in one of many schools takes along the school's other group, and the same two of one school more."""
    place = {"town": "甲", "school_type": "甲", "area": "甲"}
    pupils = {
        (school, None, None, word): n
        for school in range(8)
        for word, n in (("yes", 4 if school == 3 else 15 + school), ("no", 200))
    }
    table, _, _ = tables(County((place,) * 8, (), pupils))
    shown = masked(nw.from_native(table.lazy()), *dimensions(County((place,) * 8, (), pupils)))
    hidden = set(shown.collect().to_native().filter("masked").select("level", "unit").iter_rows())
    assert hidden == {
        ("school_group", f"{school}|migrant:{word}") for school in (0, 3) for word in ("yes", "no")
    }


def test_one_total_of_papers_all_sat_gives_away_no_paper():
    rows = [
        {"level": level, "unit": unit, "subject": subject, "taken": n, "mean": 1.0}
        for subject in ("math", "english", "total")
        for level, unit, n in (
            ("county", "", 70 if subject == "english" else 69),
            ("school", "0", 10 if subject == "english" else 9),
            ("school", "1", 20),
            ("school", "2", 40),
        )
    ]
    county = County(({"town": None, "school_type": None, "area": None},) * 3, (), {})
    shown = masked(nw.from_native(pl.LazyFrame(rows)), *dimensions(county)).collect().to_native()
    hidden = set(shown.filter("masked").select("unit", "subject").iter_rows())
    assert {("1", subject) for subject in ("math", "english", "total")} <= hidden


def test_further_tables_are_masked_with_the_groups_and_by_their_own_counts():
    county = County(({"town": None, "school_type": "甲", "area": "甲"},) * 3, (), {})
    sizes = {"0": 40, "1": 30, "2": 5}
    groups = pl.LazyFrame(
        [{"level": "county", "unit": "", "subject": "math", "taken": 75, "mean": 1.0}]
        + [
            {"level": "school", "unit": unit, "subject": "math", "taken": n, "mean": 1.0}
            for unit, n in sizes.items()
        ]
    )
    shown = masked(nw.from_native(groups), *dimensions(county))
    items = pl.LazyFrame(
        [{"level": "county", "unit": "", "subject": "math", "item": item, "n": n, "facility": 0.5}
         for item, n in ((0, 75), (1, 53))]
        + [{"level": "school", "unit": unit, "subject": "math", "item": item, "n": n, "facility": 0.5}
           for item, own in ((0, sizes), (1, {"0": 8, "1": 45 - 5, "2": 5})) for unit, n in own.items()]
    )  # fmt: skip
    units = Units.of(*dimensions(county))
    table = masked_like("item_stats", nw.from_native(items), shown, units).collect().to_native()
    hidden = set(table.filter("masked").select("unit", "item").iter_rows())
    assert hidden == {("1", 0), ("2", 0), ("0", 1), ("1", 1), ("2", 1)}
    assert table.filter("masked")["facility"].null_count() == 5


def test_a_gap_of_areas_is_withheld_with_the_smaller_area():
    groups = pl.LazyFrame(
        [{"level": "county", "unit": "", "subject": "math", "taken": 57, "mean": 1.0}]
        + [
            {"level": "area", "unit": unit, "subject": "math", "taken": n, "mean": 1.0}
            for unit, n in (("city", 30), ("town", 20), ("village", 7))
        ]
    )
    county = County((), (), {})
    shown = masked(nw.from_native(groups), *dimensions(county))
    gap = {"subject": ["math"], "gap_high": ["city"], "gap_low": ["village"], "gap": [3.0]}
    between = pl.LazyFrame(gap | {"gap_lo": [1.0], "gap_hi": [5.0]})
    found = gaps_masked(nw.from_native(between), shown).collect().to_native().row(0, named=True)
    assert [found[name] for name in ("gap", "gap_lo", "gap_hi")] == [None] * 3
