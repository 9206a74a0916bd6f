"""The 口径 of an exam: chosen by those who may, before the lock, and every analysis stays under its own."""

import pytest
from django.test import Client
from django.urls import reverse

from zhiheng.base.audit.models import AuditEntry
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.selectors import latest_analysis
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.reports.documents.models import ClockStep
from zhiheng.reports.pages.caliber import LOCK, CaliberRefused, caliber_choose, calibers_for

pytestmark = pytest.mark.django_db
STRICT = "expected_85_60_30"


@pytest.fixture
def exam(shown):
    found = Exam.objects.get(pk=shown.ids["exam_id"])
    yield found
    Exam.objects.filter(pk=found.pk).update(caliber_key=found.caliber_key)


def posted(shown, role: str, key: str):
    client = Client()
    client.force_login(shown.county.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client.post(reverse("results:caliber", args=[shown.ids["exam_id"]]), {"key": key}, follow=True)


def test_another_caliber_gives_another_analysis_and_keeps_the_first(shown, exam):
    first = latest_analysis(exam)
    page = posted(shown, "RO", STRICT)
    assert page.status_code == 200
    exam.refresh_from_db()
    assert exam.caliber_key == STRICT
    second = analysis_run(dataset=first.dataset)
    assert second.definition.key == STRICT
    assert latest_analysis(exam) == second
    assert first.definition.key != STRICT
    entry = AuditEntry.objects.filter(action="exam.caliber").first()
    assert (entry.detail["to"], entry.user) == (STRICT, shown.county.people["RO"])


def test_after_the_lock_it_stands(shown, exam):
    by = shown.county.people["RO"]
    ClockStep.objects.create(exam_id=exam.id, step=LOCK, done_at=exam.created_at, done_by=by)
    with pytest.raises(CaliberRefused, match="锁定"):
        caliber_choose(exam=exam, key=STRICT, by=by)
    assert "锁定" in posted(shown, "RO", STRICT).content.decode()
    exam.refresh_from_db()
    assert exam.caliber_key != STRICT


def test_a_caliber_of_another_stage_is_not_offered_and_not_taken(shown, exam):
    offered = {each.key for each in calibers_for(exam)}
    assert STRICT in offered
    assert "primary_12_85" not in offered
    with pytest.raises(CaliberRefused, match="学段"):
        caliber_choose(exam=exam, key="primary_12_85", by=shown.county.people["RO"])


@pytest.mark.parametrize(("role", "offered"), [("RO", True), ("RS", False), ("PR", False)])
def test_only_those_who_may_choose_are_asked(shown, exam, role, offered):
    client = Client()
    client.force_login(shown.county.people[role], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("results:exam", args=[exam.id])).content.decode()
    assert ("换成这个口径" in page) == offered
