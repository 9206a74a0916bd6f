"""The audit chain: written with the deed, whole under concurrent writers, and telling when touched."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection, transaction

from zhiheng.base.audit.models import AuditEntry, AuditHead
from zhiheng.base.audit.selectors import audit_visible, first_broken_link
from zhiheng.base.audit.services import audit_write
from zhiheng.base.people.models import User
from zhiheng.base.scopes import NOBODY, SYSTEM, Scope


def write(count: int) -> None:
    for place in range(count):
        audit_write(action="dataset.publish", detail={"version": place, "share": 0.25, "big": 1e20})


@pytest.mark.django_db
def test_an_untouched_chain_is_whole():
    assert first_broken_link() is None
    write(5)
    assert [e.number for e in AuditEntry.objects.all()] == [5, 4, 3, 2, 1]
    assert first_broken_link() is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "别人"),
        ("action", "dataset.read"),
        ("detail", {"version": 9}),
        ("purpose", "另一用途"),
        ("school_id", uuid4()),
        ("object_id", "1"),
    ],
)
def test_a_changed_field_is_found_at_its_entry(field, value):
    write(4)
    AuditEntry.objects.filter(number=3).update(**{field: value})
    assert first_broken_link() == 3


@pytest.mark.django_db
def test_removed_inserted_and_cut_off_entries_are_found():
    write(4)
    with transaction.atomic():
        AuditEntry.objects.filter(number=2).delete()
        assert first_broken_link() == 2
        transaction.set_rollback(True)
    with transaction.atomic():
        AuditEntry.objects.filter(number=4).delete()
        assert first_broken_link() == 4
        transaction.set_rollback(True)
    AuditHead.objects.all().delete()
    assert first_broken_link() == 5


@pytest.mark.django_db
def test_a_rewritten_hash_breaks_the_next_link():
    write(3)
    entry = AuditEntry.objects.get(number=2)
    entry.hash = "0" * 64
    entry.save()
    assert first_broken_link() == 2


@pytest.mark.django_db(transaction=True)
def test_the_trace_falls_with_the_deed():
    with transaction.atomic():
        audit_write(action="dataset.publish")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    write(1)
    assert first_broken_link() is None


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_make_one_chain():
    def one(_: int) -> None:
        try:
            write(5)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(4)))
    assert AuditEntry.objects.count() == 20
    assert first_broken_link() is None


@pytest.mark.django_db
def test_who_did_it_is_kept_as_shown_that_day():
    user = User.objects.create(username="luo", display_name="罗教研")
    school = uuid4()
    entry = audit_write(action="names.read", user=user, object=user, school_id=school, purpose="核对考号")
    user.display_name = "罗主任"
    user.save()
    entry.refresh_from_db()
    assert (entry.actor, entry.object_kind, entry.object_id) == ("罗教研", "base.user", str(user.pk))
    assert first_broken_link() is None


@pytest.mark.django_db
def test_auditors_see_all_principals_their_school_others_nothing():
    here, there = uuid4(), uuid4()
    audit_write(action="names.read", school_id=here)
    audit_write(action="names.read", school_id=there)
    audit_write(action="dataset.publish")
    assert audit_visible(SYSTEM).count() == 3
    assert audit_visible(Scope(roles=frozenset({"AU"}), county=True)).count() == 3
    assert audit_visible(Scope(roles=frozenset({"BL"}), county=True)).count() == 0
    principal = Scope(roles=frozenset({"PR"}), schools=frozenset({here}))
    assert [e.school_id for e in audit_visible(principal)] == [here]
    assert audit_visible(Scope(roles=frozenset({"TE"}), schools=frozenset({here}))).count() == 0
    assert audit_visible(NOBODY).count() == 0
