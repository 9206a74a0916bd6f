"""Everything a page can show, made once through the services: exam, data, analysis, collection, documents."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pages_county import PASSWORD, Silent, SmallCounty, small_county
from pages_sheets import small_sheets
from zhiheng.base.clock import now
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.inbox.services import inbox_add
from zhiheng.base.intake.services import batch_confirm, batch_open, batch_read, upload_add
from zhiheng.base.jobs.services import job_start
from zhiheng.evidence.collections.links import link_token
from zhiheng.evidence.collections.services import collection_open, submission_receive
from zhiheng.evidence.datasets.selectors import cell_of
from zhiheng.evidence.datasets.selectors import tables as tables_of
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_create
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.equity.analysis_kinds import EQUITY
from zhiheng.measures.scaling.analysis_kinds import SCALING
from zhiheng.registry.pupils.models import NearMatch
from zhiheng.registry.schools.models import School
from zhiheng.reports.documents.services import documents_make, documents_zip

OWN = "甲溪初级中学"
OTHER = "乙岭初级中学"


@dataclass(frozen=True)
class Shown:
    """The county and the ids that addresses need."""

    county: SmallCounty
    ids: dict[str, Any]


def everything() -> Shown:
    """Make the county with one analysed exam, a batch with problems, a collection and documents."""
    definitions_seed()
    county = small_county()
    office = county.people["RO"]
    ended = now().date() - dt.timedelta(days=4)
    exam = exam_create(
        name="2027届九年级第一次模拟考试", kind="graduation_mock", grade=9, starts_on=ended, ended_on=ended,
        mock_number=1, filing_number="教研备7号", filing_basis="县教育局批准", by=office,
    )  # fmt: skip
    batch = _batch(exam.id, "九年级一模成绩", office, spoil=False)
    batch_confirm(batch=batch, by=office)
    dataset = dataset_publish(batch=batch, exam=exam, by=office)
    analysis = analysis_run(dataset=dataset)
    for kind in (EQUITY, SCALING):
        analysis_run(dataset=dataset, kind=kind)
    documents_make(analysis=analysis, kinds=["brief", "school"], progress=Silent())
    documents_zip(analysis=analysis)
    school = county.schools[OWN]
    open_batch = _batch(
        exam.id, "九年级一模更正", county.people["DL"], spoil=True, school=county.schools[OWN]
    )
    collection = collection_open(
        exam=exam, schools=School.objects.all(), due_at=now() + dt.timedelta(days=1), by=office
    )
    due = collection.dues.get(school=school)
    sheet = small_sheets().files[f"{OWN}.xlsx"]
    submission = submission_receive(
        token=link_token(due.pk), name="一模.xlsx", content=sheet, sent_by="信息员"
    )
    klass = county.classes[OWN][0]
    inbox_add(
        key="own", title="核对缺考学生", verb="查看", url="/", role="PR", school_id=school.id,
        due_on=now().date(), source="教研室",
    )  # fmt: skip
    job = job_start(
        kind="intake.read",
        key="shown",
        payload={"batch_id": str(open_batch.pk)},
        queue=False,
        school_id=school.id,
    )
    pupils = list(klass.enrolments.order_by("seat").values_list("pupil", flat=True))
    match = NearMatch.objects.create(
        batch_id=open_batch.id, upload_id=open_batch.uploads.first().id, sheet="九(1)班", row=3,
        candidate_id=pupils[1], school=school, reason="姓名差一个字",
    )  # fmt: skip
    return Shown(
        county,
        {
            "exam_id": exam.id,
            "batch_id": open_batch.id,
            "upload": open_batch.uploads.first().id,
            "sheet_id": open_batch.uploads.first().sheets.first().id,
            "dataset_id": dataset.id,
            "analysis_id": analysis.id,
            "collection_id": collection.id,
            "due_id": due.id,
            "submission_id": submission.id,
            "token": link_token(due.pk),
            "school_id": school.id,
            "class_id": klass.id,
            "job_id": job.id,
            "match_id": match.id,
            "person_id": county.people["TE"].pk,
            "grant_id": county.people["TE"].grants.get().pk,
            "definition_id": analysis.definition_id,
            "document_id": analysis.documents.get(school=school).id,
            "cell": _cell(dataset, klass),
        },
    )


def _batch(exam_id: Any, title: str, by: Any, *, spoil: bool, school: School | None = None) -> Any:
    batch = batch_open(
        purpose="scores", title=title, exam_id=exam_id, by=by, school_id=school.id if school else None
    )
    files = small_sheets(spoil=spoil).files
    if school:
        files = {f"{school.name}.xlsx": files[f"{OTHER}.xlsx"]}
    for name, content in files.items():
        upload_add(batch=batch, name=name, content=content, school_id=batch.school_id, by=str(by))
    batch_read(batch)
    batch.refresh_from_db()
    return batch


def _cell(dataset: Any, klass: Any) -> dict[str, Any]:
    """Return the place of a mark in 数学 of a pupil of the class."""
    tables = tables_of(dataset)
    classes = tables["classes"].collect()
    number = classes.filter(classes["uuid"] == str(klass.id))["class"][0]
    pupils = tables["pupils"].collect()
    pupil = pupils.filter(pupils["class"] == number)["pupil"][1]
    place = cell_of(dataset, pupil, "math")
    assert place
    return {"upload_id": place.upload_id, "sheet": place.sheet, "row": place.row, "column": place.column}


__all__ = ["OTHER", "OWN", "PASSWORD", "Shown", "everything"]
