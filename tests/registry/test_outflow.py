"""Pupils who left: three years in one table, small counts safe from subtraction, never a name."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.base import access
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.registry.outflow.models import Outflow, TopOutflow
from zhiheng.registry.outflow.selectors import three_years, top_outflows
from zhiheng.registry.outflow.services import NotACount, outflow_note, top_outflow_note
from zhiheng.registry.outflow.table import outflow_table

YEARS = (2024, 2025, 2026)
SOURCE = "高中新生学籍转出名册"


@pytest.mark.django_db
@pytest.mark.row("S002-45")
def test_three_years_are_added_up_by_place():
    for year, near, far in ((2023, 99, 99), (2024, 40, 21), (2025, 52, 30), (2026, 47, 25)):
        outflow_note(year=year, destination="邻县", pupils=near, source=SOURCE)
        outflow_note(year=year, destination="市区", pupils=far, source=SOURCE)
    table = three_years(SYSTEM)
    assert table.years == YEARS
    assert dict(zip(table.places, table.counts, strict=True)) == {
        "市区": (21, 30, 25, 76),
        "邻县": (40, 52, 47, 139),
        "合计": (61, 82, 72, 215),
    }


@pytest.mark.row("S002-45")
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_withheld_count_can_be_had_by_subtraction(counts):
    places = [f"地{k}" for k in range(len(counts))]
    given_counts = {
        (place, year): n
        for place, row in zip(places, counts, strict=True)
        for year, n in zip(YEARS, row, strict=True)
    }
    shown = np.array(outflow_table(given_counts, YEARS).counts, dtype=object)
    true = np.array(counts).reshape(len(counts), 3)
    true = np.vstack([true, true.sum(axis=0)])
    true = np.hstack([true, true.sum(axis=1, keepdims=True)])
    for seen, real in [*zip(shown, true, strict=True), *zip(shown.T, true.T, strict=True)]:
        assert all(n is None or n == 0 or n >= 10 for n in seen)
        gone = [int(n) for shown_n, n in zip(seen[:-1], real[:-1], strict=True) if shown_n is None]
        if gone and seen[-1] is not None and len(gone) < sum(n > 0 for n in real[:-1]):
            assert len(gone) >= 2
            assert sum(gone) >= 10


@pytest.mark.django_db
@pytest.mark.row("S002-46")
def test_among_the_first_fifty_only_a_count_is_kept_and_a_small_one_is_not_shown():
    top_outflow_note(year=2025, left=13, source=SOURCE)
    top_outflow_note(year=2026, left=4, source=SOURCE)
    assert [(each.year, each.among, left) for each, left in top_outflows(SYSTEM)] == [
        (2026, 50, None),
        (2025, 50, 13),
    ]
    with pytest.raises(NotACount):
        top_outflow_note(year=2026, left=51, source=SOURCE)
    with pytest.raises(NotACount, match="名册"):
        top_outflow_note(year=2026, left=4, source=" ")


@pytest.mark.row("S002-46")
def test_no_field_can_hold_a_person_and_no_school_may_look():
    for model in (Outflow, TopOutflow):
        assert not [field.name for field in model._meta.get_fields() if field.is_relation]
    assert access.OUTFLOW <= access.COUNTY


@pytest.mark.django_db
@pytest.mark.row("S002-46")
def test_a_principal_gets_nothing_even_past_the_page():
    top_outflow_note(year=2026, left=14, source=SOURCE)
    outflow_note(year=2026, destination="邻县", pupils=40, source=SOURCE)
    principal = Scope(roles=frozenset({"PR"}))
    assert top_outflows(principal) == []
    assert three_years(principal).counts == ((0,),)
