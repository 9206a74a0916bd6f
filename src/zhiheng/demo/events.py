"""What happened in 安禾县 around the first mock: sheets asked for and sent by link, returned, confirmed; steps done.

Each deed is done through the service a person would use, on the day it happened.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhiheng.base.clock import SHANGHAI, fixed
from zhiheng.base.people.models import User
from zhiheng.demo.day import DAY
from zhiheng.evidence.collections.links import link_token
from zhiheng.evidence.collections.models import Collection, Due, Submission
from zhiheng.evidence.collections.services import collection_open, submission_confirm, submission_receive
from zhiheng.evidence.exams.models import Exam
from zhiheng.registry.schools.models import School
from zhiheng.reports.clock import clock_steps, due_on
from zhiheng.reports.documents.services import clock_step_done

MOCK_GRADE = 9
MISSING = frozenset({"马岭乡望云学校", "龙泉镇清水学校"})
"""Schools that have not sent their sheet yet."""
STEPS = {"sheets_in": 13, "data_locked": 15, "subject_drafts": 19, "research_office": 20}
"""Steps of the fourteen days that are done → day of November."""
SHEETS = (".xlsx", ".xls", ".csv", ".zip", ".png")


@contextmanager
def on(day: int, hour: int = 9) -> Iterator[None]:
    """Hold the clock at an hour of November 2026."""
    with fixed(dt.datetime(2026, 11, day, hour, tzinfo=SHANGHAI)):
        yield


def events_make(sheets: Path) -> None:
    """Let the events of the first mock happen; `sheets` is the folder its raw files lie in."""
    exam = Exam.objects.filter(kind="graduation_mock", grade=MOCK_GRADE).latest("ended_on")
    if Collection.objects.filter(exam=exam).exists():
        return
    clerk, researcher = (User.objects.get(username=name) for name in ("jiaoyanshi", "shuxue"))
    files = _files_by_school(sheets)
    with on(11):
        collection = collection_open(
            exam=exam,
            schools=files,
            due_at=dt.datetime(2026, 11, 13, 17, tzinfo=SHANGHAI),
            instruction="请用发下的模板，缺考写“缺考”，不要留空。",
            list_number="安教表〔2026〕31号",
            minutes=10,
            stops_on=dt.date(2026, 11, 27),
            by=clerk,
        )
    _sheets_sent(collection, files, clerk)
    for step, day in STEPS.items():
        with on(day, 16):
            clock_step_done(exam=exam, step=step, by=researcher if step == "subject_drafts" else clerk)
    for other in Exam.objects.filter(school=None).exclude(pk=exam.pk):
        _steps_in_time(other, clerk)


def _steps_in_time(exam: Exam, clerk: User) -> None:
    """Do every step that has fallen due by the day we look, each on its last day."""
    for step in clock_steps():
        day = due_on(exam.ended_on, step.key)
        if day <= DAY:
            with fixed(dt.datetime.combine(day, dt.time(16), tzinfo=SHANGHAI)):
                clock_step_done(exam=exam, step=step.key, by=clerk)


def _files_by_school(sheets: Path) -> dict[School, list[Path]]:
    """Return each school that sat the mock with the files named after it, in the order they came."""
    found: dict[School, list[Path]] = {}
    for school in School.objects.filter(classes__stage="junior").distinct():
        files = [f for f in sheets.iterdir() if f.suffix in SHEETS and f.name.startswith(school.name)]
        if files:
            # A photo comes first, then what was asked for; 最终版 before 最终版(改).
            found[school] = sorted(files, key=lambda f: (f.suffix != ".png", len(f.name), f.name))
    return found


def _sheets_sent(collection: Collection, files: dict[School, list[Path]], clerk: User) -> None:
    for due in Due.objects.filter(collection=collection).select_related("school"):
        if due.school.name in MISSING:
            continue
        for number, path in enumerate(files[due.school]):
            with on(12, 9 + number):
                submission_receive(
                    token=link_token(due.pk), name=path.name, content=path.read_bytes(), sent_by="教务处"
                )
    for submission in Submission.objects.filter(due__collection=collection, due__state="received").order_by(
        "sent_at"
    ):
        if not submission.reasons:
            with on(13, 10):
                submission_confirm(submission, by=clerk)
