"""What belongs to another school is not there: by its id, by its names, in files, in the database, in the log."""

import io
import logging
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pages_data import OTHER, OWN, _batch, _cell
from test_access import MATRIX, _addresses, signed_in

from pages_county import CANARY, PASSWORD
from pages_sheets import small_sheets
from zhiheng.base.audit.models import AuditEntry
from zhiheng.base.components.ledger import Column, Ledger
from zhiheng.base.components.ledger_pages import workbook
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.services import job_start
from zhiheng.base.people.models import Grant
from zhiheng.evidence.collections.links import link_token
from zhiheng.evidence.collections.models import Due
from zhiheng.evidence.collections.services import submission_receive
from zhiheng.evidence.datasets.models import Dataset
from zhiheng.registry.pupils.models import NearMatch
from zhiheng.reports.documents.models import Document

pytestmark = pytest.mark.django_db
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)")


@pytest.fixture
def foreign(shown) -> dict[str, Any]:
    """The ids of the other school's objects, made on top of the county and taken away with the test."""
    county, ids = shown.county, dict(shown.ids)
    other = county.schools[OTHER]
    klass = county.classes[OTHER][0]
    batch = _batch(ids["exam_id"], "他校更正", county.people["RO"], spoil=True, school=other)
    due = Due.objects.get(collection_id=ids["collection_id"], school=other)
    submission = submission_receive(
        token=link_token(due.pk),
        name="一模.xlsx",
        content=small_sheets().files[f"{OTHER}.xlsx"],
        sent_by="他",
    )
    job = job_start(
        kind="intake.read", key=f"foreign:{uuid4()}", payload={"batch_id": str(batch.pk)}, queue=False,
        school_id=other.id,
    )  # fmt: skip
    upload = batch.uploads.first()
    match = NearMatch.objects.create(
        batch_id=batch.id, upload_id=upload.id, sheet="九(1)班", row=3, school=other, reason="姓名差一个字",
        candidate_id=klass.enrolments.order_by("seat").first().pupil_id,
    )  # fmt: skip
    dataset = Dataset.objects.get(pk=ids["dataset_id"])
    return ids | {
        "school_id": other.id,
        "class_id": klass.id,
        "batch_id": batch.id,
        "upload": upload.id,
        "sheet_id": upload.sheets.first().id,
        "due_id": due.id,
        "submission_id": submission.id,
        "job_id": job.id,
        "match_id": match.id,
        "document_id": Document.objects.get(school=other).id,
        "cell": _cell(dataset, klass),
    }


# What each address is about, where it is a school's own; the others are the county's or the person's.
OF_A_SCHOOL = {
    "school_id", "class_id", "batch_id", "upload_id", "sheet_id", "due_id", "submission_id", "job_id", "match_id",
    "document_id",
}  # fmt: skip


def addresses(ids: dict[str, Any]) -> dict[str, str]:
    """Return every address that names an object of a school, with these ids."""
    found = {}
    for name, taken in _addresses().items():
        known = {**ids, "subject": "math", "file_format": "pdf", "upload_id": ids["upload"]}
        if name == "results:cell":
            known |= ids["cell"]
        if taken & OF_A_SCHOOL and name in MATRIX:
            found[name] = reverse(name, kwargs={key: known[key] for key in taken})
    return found


@pytest.mark.parametrize("role", ["PR", "DL", "CA", "TE"])
def test_ids_of_another_school_open_nothing(shown, foreign, role):
    client = signed_in(shown, role)
    found = addresses(foreign)
    assert len(found) > 20
    opened = []
    for name, path in found.items():
        for method in ("get", "post"):
            status = getattr(client, method)(path).status_code
            if status not in (403, 404, 405):
                opened.append((name, method, status))
    assert opened == []


@pytest.mark.parametrize("role", ["PR", "DL"])
def test_where_a_role_may_go_the_foreign_object_is_not_found_rather_than_forbidden(shown, foreign, role):
    client = signed_in(shown, role)
    for name, path in addresses(foreign).items():
        method, may, query = MATRIX[name]
        if role in may:
            assert getattr(client, method)(path + query).status_code == 404, name


@pytest.mark.parametrize("role", ["PR", "DL", "CA", "TE"])
def test_numbers_of_another_school_are_not_explained(shown, foreign, role):
    client = signed_in(shown, role)
    path = reverse("results:trace", args=[foreign["exam_id"]])
    for level, unit in (
        ("school", "1"),
        ("class", "2"),
        ("town", "乙岭乡"),
        ("school_group", "1|gender:female"),
    ):
        for page in ("results:trace", "results:cells"):
            path = reverse(page, args=[foreign["exam_id"]])
            query = {"level": level, "unit": unit, "subject": "math", "measure": "mean"}
            assert client.get(path, query).status_code == 404, (page, level)


def test_a_batch_of_ones_own_does_not_lead_to_anothers_upload(shown, foreign):
    client = signed_in(shown, "DL")
    ids = shown.ids
    assert client.get(reverse("imports:marked", args=[ids["batch_id"], foreign["upload"]])).status_code == 404
    assert (
        client.get(reverse("imports:sheet", args=[ids["batch_id"], foreign["sheet_id"]])).status_code == 404
    )
    decide = reverse("imports:match_decide", args=[ids["batch_id"], foreign["match_id"]])
    assert client.post(decide, {"same": "yes"}).status_code == 404
    due = reverse("collections:due", args=[ids["collection_id"], foreign["due_id"]])
    assert client.get(due).status_code == 404


def test_altered_and_foreign_links_are_dead(shown):
    client = Client()
    token = shown.ids["token"]
    for place in (0, 10, 21, 30, 42):
        altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for name in ("collections:public", "collections:public_template"):
            assert client.get(reverse(name, args=[altered])).status_code == 404, (name, place)
    assert client.get(reverse("collections:public", args=[link_token(uuid4())])).status_code == 404


def test_a_closed_collection_takes_and_gives_nothing(shown):
    due = Due.objects.get(pk=shown.ids["due_id"])
    due.collection.closed_at = timezone.now()
    due.collection.save()
    client = Client()
    for name in ("collections:public", "collections:public_template"):
        assert client.get(reverse(name, args=[shown.ids["token"]])).status_code == 404, name


def test_names_stay_in_the_vault_and_under_seal(shown):
    home = settings.HOME
    found = []
    for path in home.rglob("*"):
        if path.is_file() and path.name != "db.sqlite3" and not path.name.startswith("db.sqlite3"):
            data = path.read_bytes()
            found += [
                (str(path.relative_to(home)), name) for name in CANARY.values() if name.encode() in data
            ]
    assert found == []
    held = []
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names() if t != "registry_identity"]
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            text = repr(cursor.fetchall())
            held += [(table, name) for name in CANARY.values() if name in text]
    assert held == []


def test_the_trail_and_the_jobs_hold_no_names(shown, foreign):
    signed_in(shown, "CA").get(reverse("results:class", args=[shown.ids["exam_id"], shown.ids["class_id"]]))
    text = repr(list(AuditEntry.objects.values())) + repr(list(Job.objects.values()))
    assert not any(name in text for name in CANARY.values())


def test_names_are_read_on_record_with_who_and_why(shown):
    ids = shown.ids
    for role, name, args in (
        ("CA", "results:class", [ids["exam_id"], ids["class_id"]]),
        ("DL", "imports:marked", [ids["batch_id"], ids["upload"]]),
        ("DL", "imports:matches", [ids["batch_id"]]),
    ):
        before = AuditEntry.objects.count()
        response = signed_in(shown, role).get(reverse(name, args=args))
        assert response.status_code == 200, name
        entry = AuditEntry.objects.filter(number__gt=before).latest("number")
        assert entry.user == shown.county.people[role], name
        assert entry.purpose, name


def test_an_error_page_holds_no_names(shown, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError(CANARY[OWN])

    monkeypatch.setattr("zhiheng.reports.pages.class_page.pupil_rows", broken)
    client = signed_in(shown, "CA")
    client.raise_request_exception = False
    response = client.get(reverse("results:class", args=[shown.ids["exam_id"], shown.ids["class_id"]]))
    assert response.status_code == 500
    assert CANARY[OWN] not in response.content.decode()


def test_reading_names_writes_none_into_the_log(shown, caplog):
    with caplog.at_level(logging.INFO):
        for role, name, args in (
            ("CA", "results:class", [shown.ids["exam_id"], shown.ids["class_id"]]),
            ("DL", "imports:marked", [shown.ids["batch_id"], shown.ids["upload"]]),
            ("DL", "imports:matches", [shown.ids["batch_id"]]),
        ):
            signed_in(shown, role).get(reverse(name, args=args))
    assert not any(name in caplog.text for name in CANARY.values())


def test_a_file_name_with_folders_leads_nowhere(shown):
    due = Due.objects.get(pk=shown.ids["due_id"])
    content = small_sheets().files[f"{OWN}.xlsx"]
    for name in ("../../etc/passwd.xlsx", "..\\..\\boot.xlsx", "/tmp/x.xlsx"):
        sent = submission_receive(token=link_token(due.pk), name=name, content=content, sent_by="信息员")
        assert ".." not in sent.upload.name
        assert not sent.upload.name.startswith("/")
    batch = reverse("imports:upload", args=[shown.ids["batch_id"]])
    file = SimpleUploadedFile("../../x.xlsx", content)
    assert signed_in(shown, "DL").post(batch, {"files": [file]}).status_code == 302
    assert all((settings.HOME / "uploads") in path.parents for path in settings.HOME.glob("uploads/**/*"))


def test_cells_that_look_like_formulas_leave_as_text(rf):
    rows = [{"name": text} for text in FORMULAS]
    ledger = Ledger(rf.get("/").GET, "x", "表", [Column("name", "名称")], rows)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(ledger))).active
    assert [(cell.value, cell.data_type) for (cell,) in sheet.iter_rows(min_row=2)] == [
        (f, "s") for f in FORMULAS
    ]


def test_posts_without_a_token_are_refused(shown):
    client = Client(enforce_csrf_checks=True)
    client.force_login(shown.county.people["RO"], backend="django.contrib.auth.backends.ModelBackend")
    for name, (method, _, _) in MATRIX.items():
        if method == "post":
            known = {**shown.ids, "upload_id": shown.ids["upload"]}
            path = reverse(name, kwargs={key: known[key] for key in _addresses()[name]})
            assert client.post(path).status_code == 403, name
    public = Client(enforce_csrf_checks=True)
    assert public.post(reverse("collections:public", args=[shown.ids["token"]])).status_code == 403


def test_sessions_are_short_and_out_of_reach_of_scripts(shown):
    client = Client()
    client.post(reverse("people:login"), {"username": "pr", "password": PASSWORD})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] in ("Lax", "Strict")
    assert cookie["max-age"] <= 8 * 3600
    assert client.get("/")["Referrer-Policy"] == "same-origin"


def test_a_lost_grant_shuts_the_pages_at_once(shown):
    client = signed_in(shown, "PR2")
    path = reverse("schools:detail", args=[shown.county.schools[OTHER].id])
    assert client.get(path).status_code == 200
    Grant.objects.filter(user=shown.county.people["PR2"]).delete()
    assert client.get(path).status_code in (403, 404)


@pytest.mark.parametrize("role", ["PR", "DL", "CA", "TE"])
def test_teachers_of_another_school_are_named_nowhere(shown, role):
    client = signed_in(shown, role)
    names = [f"教师{shown.county.schools[OTHER].order}{number}" for number in (1, 2)]
    for name, (method, may, query) in MATRIX.items():
        if method == "get" and role in may:
            known = {**shown.ids, "subject": "math", "file_format": "pdf", "upload_id": shown.ids["upload"]}
            known |= shown.ids["cell"] if name == "results:cell" else {}
            path = reverse(name, kwargs={key: known[key] for key in _addresses()[name]}) + query
            response = client.get(path)
            body = b"".join(response) if response.streaming else response.content
            assert not any(each.encode() in body for each in names), name
