"""Who signs in, out, or fails to, stands in the audit; what was typed does not."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.audit.selectors import first_broken_link
from zhiheng.base.people.services import person_create

pytestmark = pytest.mark.django_db
PASSWORD = "水杉-栎树-2046"


@pytest.fixture
def luo():
    return person_create(username="luo", display_name="罗教研", password=PASSWORD)


def typed(name: str, password: str, client: Client | None = None):
    return (client or Client()).post(reverse("people:login"), {"username": name, "password": password})


def deeds(*actions: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action__in=actions).order_by("number"))


def test_signing_in_and_out_is_on_record(luo):
    client = Client()
    typed("luo", PASSWORD, client)
    client.post(reverse("people:sign_out"))
    entries = deeds("sign_in.pass", "sign_out.pass")
    assert [(e.action, e.user_id) for e in entries] == [("sign_in.pass", luo.pk), ("sign_out.pass", luo.pk)]
    assert entries[0].detail == {"address": "127.0.0.1"}
    assert first_broken_link() is None


def test_a_wrong_password_names_the_account_but_nobody_as_its_doer(luo):
    typed("luo", "wrong-password-77")
    (entry,) = deeds("sign_in.fail")
    assert entry.detail == {"username": "luo", "step": "密码", "address": "127.0.0.1"}
    assert (entry.user_id, entry.object_id) == (None, str(luo.pk))


def test_what_was_typed_for_a_name_nobody_has_is_not_kept(luo):
    typed(PASSWORD, "luo")
    typed(PASSWORD, "luo")
    typed("another", "luo")
    told = [e.detail["unknown_name"] for e in deeds("sign_in.fail")]
    assert told[0] == told[1] != told[2]
    everything = str(list(AuditEntry.objects.values()))
    assert PASSWORD not in everything
    assert "another" not in everything


def test_the_lock_out_is_on_record_once_and_later_tries_are_not(luo):
    for _ in range(8):
        typed("luo", "wrong-password-77")
    assert len(deeds("sign_in.fail")) == 5
    (lock,) = deeds("sign_in.lock")
    assert lock.detail["tries"] == 5
    assert typed("luo", PASSWORD).status_code != 302
    assert deeds("sign_in.pass") == []


def test_a_wrong_code_is_a_failure_and_the_right_one_an_arrival(luo):
    device = TOTPDevice.objects.create(user=luo, confirmed=True)
    client = Client()
    typed("luo", PASSWORD, client)
    assert deeds("sign_in.pass") == []
    right = f"{totp(device.bin_key):06d}"
    wrong = "000000" if right != "000000" else "111111"
    client.post(reverse("people:token"), {"token": wrong})
    assert [e.detail["step"] for e in deeds("sign_in.fail")] == ["验证码"]
    TOTPDevice.objects.update(throttling_failure_count=0)
    client.post(reverse("people:token"), {"token": right})
    assert [e.user_id for e in deeds("sign_in.pass")] == [luo.pk]
