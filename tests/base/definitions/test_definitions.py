"""Definitions: seeded from files, revised by the bureau, never changed, each version cited by its hash."""

import datetime as dt

import pytest

from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.canonical import canonical_json, sha256_of
from zhiheng.base.definitions import services
from zhiheng.base.definitions.kinds import definition_kinds
from zhiheng.base.definitions.models import Definition
from zhiheng.base.definitions.selectors import UnknownDefinition, current, in_force, versions
from zhiheng.base.definitions.services import (
    InvalidDefinition,
    definition_revise,
    definitions_seed,
    shipped_rows,
)
from zhiheng.base.people.models import User
from zhiheng.standards.loader import load

pytestmark = pytest.mark.django_db
KEY = "county_80_60_40"


def body(**changes):
    return {**current("caliber", KEY).body, **changes}


def test_what_ships_is_seeded_once_and_is_valid():
    shipped = [
        row for kind in definition_kinds().values() for row in shipped_rows(load(kind.shipped), kind.code)
    ]
    assert definitions_seed() == len(shipped) == Definition.objects.count()
    assert definitions_seed() == 0
    for definition in Definition.objects.all():
        definition_kinds()[definition.kind].validate(definition.key, definition.body)
        assert definition.sha256 == sha256_of(definition.body)
        assert (definition.origin, definition.version) == ("shipped", 1)
        assert definition.source


def test_a_changed_shipped_body_is_a_new_version_and_the_bureaus_stays_in_force(monkeypatch):
    definitions_seed()
    own = definition_revise(kind="caliber", key=KEY, body=body(excellent=0.85), title="本县口径", by=None)
    changed = [{**row, "body": {**row["body"], "low": 0.35}} for row in load("calibers") if row["key"] == KEY]
    monkeypatch.setattr(services, "load", lambda name: changed if name == "calibers" else [])
    assert definitions_seed() == 1
    assert [(d.version, d.origin) for d in versions("caliber", KEY)] == [
        (3, "shipped"),
        (2, "bureau"),
        (1, "shipped"),
    ]
    assert current("caliber", KEY) == own
    assert own.body["excellent"] == 0.85


def test_a_revision_is_a_new_version_with_its_trace():
    definitions_seed()
    by = User.objects.create(username="luo", display_name="罗教研")
    made = definition_revise(
        kind="caliber",
        key=KEY,
        body=body(excellent=0.85),
        title="本县口径",
        by=by,
        source="县教研〔2024〕5号",
    )
    assert (made.version, made.origin, made.created_by) == (2, "bureau", by)
    again = definition_revise(kind="caliber", key=KEY, body=body(excellent=0.85), title="本县口径", by=by)
    assert again == made, "nothing differs"
    assert AuditEntry.objects.filter(action="definition.revise").count() == 1
    first = versions("caliber", KEY).last()
    assert first.body["excellent"] == 0.80, "a version is never changed"


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"excellent": 0.5}, "优秀线"), ({"denominator": "everyone"}, "分母"), ({"hat": 1}, "hat")],
)
def test_a_body_that_cannot_be_meant_is_refused_in_chinese(changes, said):
    definitions_seed()
    with pytest.raises(InvalidDefinition) as caught:
        definition_revise(kind="caliber", key=KEY, body=body(**changes), title="错", by=None)
    assert said in caught.value.for_user
    with pytest.raises(InvalidDefinition):
        definition_revise(kind="hat", key="x", body={}, title="错", by=None)
    assert Definition.objects.filter(origin="bureau").count() == 0


def test_the_version_in_force_on_a_day():
    definitions_seed()
    definition_revise(kind="caliber", key="own", body=body(), title="自立", by=None)
    later = current("caliber", "own")
    Definition.objects.filter(pk=later.pk).update(valid_from=dt.date(2024, 9, 1))
    assert current("caliber", "own", dt.date(2024, 9, 1)) == later
    with pytest.raises(UnknownDefinition, match=KEY):
        current("caliber", "own", dt.date(2024, 8, 31))
    assert "own" in {d.key for d in in_force("caliber")}
    assert "own" not in {d.key for d in in_force("caliber", dt.date(2024, 8, 31))}


@pytest.mark.parametrize(
    "content",
    [
        [{"kind": "caliber", "key": "a", "body": {}}],
        {"definitions": [{"key": "a", "body": {}}]},
        {"a": {"body": {}}},
    ],
)
def test_rule_files_of_every_shape_are_read(content):
    assert [(row["kind"], row["key"], row["body"]) for row in shipped_rows(content, "caliber")] == [
        ("caliber", "a", {})
    ]


def test_equal_bodies_have_equal_hashes():
    assert canonical_json({"b": 1.0, "a": [0.1, "优"]}) == '{"a":[0.1,"优"],"b":1}'
    assert sha256_of({"x": 1e20}) == sha256_of({"x": 10**20})
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": float("inf")})
    with pytest.raises(TypeError, match="no place"):
        canonical_json({"x": object()})
