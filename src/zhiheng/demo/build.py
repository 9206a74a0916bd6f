"""安禾县 on the site: its raw sheets are written, then taken in by the services a bureau uses, one by one.

Nothing reaches the database but through intake, so what the pages show is what real sheets would give.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from zhiheng.base.clock import SHANGHAI, fixed
from zhiheng.base.definitions.services import definition_revise
from zhiheng.base.installation import installation_prepare
from zhiheng.base.intake.models import Batch
from zhiheng.base.storage import folder_whole, home
from zhiheng.demo.accounts import accounts_make
from zhiheng.demo.county import build_county
from zhiheng.demo.day import DAY
from zhiheng.demo.events import events_make
from zhiheng.demo.registers import registers_make
from zhiheng.demo.sheets import write_sheets
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.measures.equity.analysis_kinds import EQUITY
from zhiheng.measures.equity.selectors import compares_schools
from zhiheng.measures.growth.analysis_kinds import GROWTH
from zhiheng.measures.growth.selectors import baseline_of
from zhiheng.measures.scaling.analysis_kinds import SCALING
from zhiheng.measures.scaling.selectors import may_be_scaled
from zhiheng.registry.schools.services import terms_seed
from zhiheng.reports.documents.services import documents_make, documents_zip
from zhiheng.reports.run.services import roster_folder_import, scores_folder_import

REGISTERS, MOCK = "名册", "2027届九年级一模"
LAST_YEAR = (("2025年名册", dt.date(2025, 9, 10)), ("2026届九年级一模", dt.date(2025, 11, 14)))
"""What the bureau took in last year, and when: that grade 9, then its mock, which this year's is compared with."""
MORNING = dt.datetime.combine(DAY, dt.time(8, 30), tzinfo=SHANGHAI)
BUREAU = {"county": "安禾县", "organisation": "安禾县教育局", "office": "教研室"}


def sheets_folder() -> Path:
    """Return where the raw sheets of the demonstration county lie."""
    return home() / "demo" / "安禾县"


def county_build(*, pupils: int, seed: int, progress: Any) -> None:
    """Build the demonstration county on this data home; each step already done is passed over."""
    folder = sheets_folder()
    progress.steps(["原始表", "去年", "名册", "考试", "文档", "账号与日程"])
    with fixed(MORNING):
        with progress.step("原始表"):
            installation_prepare()
            definition_revise(kind="bureau", key="bureau", body=BUREAU, title="安禾县教育局", by=None)
            if not folder.exists():
                with folder_whole(folder) as scratch:
                    write_sheets(build_county(seed=seed, pupils=pupils), scratch)
        with progress.step("去年"):
            for name, day in LAST_YEAR:
                with fixed(dt.datetime.combine(day, MORNING.timetz())):
                    _take_in(folder / name, progress)
        with progress.step("名册"):
            _take_in(folder / REGISTERS, progress)
        with progress.step("考试"):
            for test in sorted(path.parent for path in folder.glob("*/考试.yaml")):
                _take_in(test, progress)
        with progress.step("文档"):
            for exam in Exam.objects.order_by("ended_on"):  # a later one is compared with an earlier
                dataset = exam.datasets.filter(state="published").first()
                if dataset:
                    analysis = analysis_run(dataset=dataset)
                    if compares_schools(exam):
                        analysis_run(dataset=dataset, kind=EQUITY)
                    if may_be_scaled(dataset):
                        analysis_run(dataset=dataset, kind=SCALING)
                    if baseline := baseline_of(exam):
                        analysis_run(dataset=dataset, kind=GROWTH, baseline=baseline)
                    documents_make(analysis=analysis, progress=progress)
                    documents_zip(analysis=analysis)
        with progress.step("账号与日程"):
            terms_seed(DAY.year - 1, DAY.year + 1)
            accounts_make()
            events_make(folder / MOCK)
            registers_make()


def _take_in(folder: Path, progress: Any) -> None:
    """Take a folder in as what it is, unless that was done before."""
    if Batch.objects.filter(title=folder.name, state="published").exists():
        return
    if (folder / "考试.yaml").exists():
        scores_folder_import(folder=folder, exam_file=None, progress=progress)
    else:
        roster_folder_import(folder=folder, progress=progress)
