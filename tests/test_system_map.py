"""The committed page of the system map agrees with the marks in the tests, and the marks with the map."""

import rows
from zhiheng.standards.loader import load


def test_every_row_stands_once_in_the_map():
    ids = [row["id"] for row in load("system_map")["rows"]]
    assert len(ids) == len(set(ids)) == 267


def test_marks_name_rows_that_exist():
    assert set(rows.marked_rows()) <= {row["id"] for row in load("system_map")["rows"]}


def test_the_page_claims_what_marked_tests_prove():
    """Where this fails, marks were added or taken away: run `rows.COMMAND` and commit the page."""
    assert rows.PAGE.read_text(encoding="utf-8") == rows.page_text(rows.marked_rows())


def test_a_row_is_proven_only_by_all_its_tests_on_both_databases():
    row, tests = next(iter(rows.marked_rows().items()))
    passed = {row: dict.fromkeys(tests, "passed")}
    assert rows.proven_rows([passed, passed])[row] == tests
    assert rows.proven_rows([passed, {}])[row] == tests
    assert row not in rows.proven_rows([passed, {row: {tests[0]: "failed"}}])
    assert row not in rows.proven_rows([{row: {}}])
