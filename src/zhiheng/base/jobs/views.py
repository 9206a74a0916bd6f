"""Long work as people see it: what runs, how far it is, what went wrong, again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.components.ledger_pages import ledger_page
from zhiheng.base.jobs.models import Job
from zhiheng.base.jobs.selectors import jobs_visible
from zhiheng.base.jobs.services import job_cancel, job_start
from zhiheng.base.requests import Request

TONES = {"queued": "amber", "running": "blue", "done": "green", "failed": "red", "cancelled": ""}
COLUMNS = [
    Column("state", "状态", "tag"),
    Column("title", "任务", link="url"),
    Column("progress", "进度", "text"),
    Column("started", "开始", "moment", phone=False),
    Column("finished", "结束", "moment", phone=False),
    Column("who", "谁开始的", phone=False),
]


def jobs(request: Request) -> HttpResponse:
    """List the jobs this person may see, newest first."""
    found = jobs_visible(request.scope)[:1000]
    ledger = Ledger(
        request.GET, "jobs", "任务进度", COLUMNS, [_row(job) for job in found], [Filter("state", "状态")],
        empty="还没有任务。识别表格、分析、生成文件时会出现在这里。",
    )  # fmt: skip
    return ledger_page(request, "jobs/list.html", {}, ledger)


def job(request: Request, job_id: UUID) -> HttpResponse:
    """Show one job."""
    return render(request, "jobs/detail.html", {"job": _job(request, job_id)})


def progress(request: Request, job_id: UUID) -> HttpResponse:
    """Return the progress line; when the job is done, send the page on to `then`."""
    found = _job(request, job_id)
    then = request.GET.get("then", "")
    safe = url_has_allowed_host_and_scheme(then, allowed_hosts={request.get_host()})
    response = render(request, "components/progress.html", {"job": found, "then": then if safe else ""})
    if found.finished and safe and then:
        response["HX-Redirect"] = then
    return response


@require_POST
def cancel(request: Request, job_id: UUID) -> HttpResponse:
    """Stop a job."""
    job_cancel(job=_job(request, job_id), by=request.user)
    messages.success(request, "已要求停止。")
    return redirect("jobs:detail", job_id)


@require_POST
def again(request: Request, job_id: UUID) -> HttpResponse:
    """Start a failed or cancelled job again."""
    old = _job(request, job_id)
    job_start(
        kind=old.kind,
        key=old.key,
        title=old.title,
        payload=old.payload,
        by=request.user,
        school_id=old.school_id,
    )
    return redirect("jobs:detail", job_id)


def _job(request: Request, job_id: UUID) -> Job:
    return get_object_or_404(jobs_visible(request.scope), pk=job_id)


def _row(job: Job) -> dict[str, object]:
    return {
        "state": (job.get_state_display(), TONES[job.state]),
        "title": job.title,
        "url": reverse("jobs:detail", args=[job.pk]),
        "progress": f"{job.steps_done} / {job.steps_total}" if job.steps_total else "",
        "started": job.created_at,
        "finished": job.finished_at,
        "who": job.created_by.display_name if job.created_by else "系统",
    }
