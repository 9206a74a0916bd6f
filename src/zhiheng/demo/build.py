"""安禾县 on the site: its raw sheets are written, then taken in by the services a bureau uses, one by one.

Nothing reaches the database but through intake, so what the pages show is what real sheets would give.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from zhiheng.base.clock import SHANGHAI, fixed
from zhiheng.base.definitions.services import definition_revise
from zhiheng.base.installation import installation_prepare
from zhiheng.base.storage import folder_whole, home
from zhiheng.demo.accounts import accounts_make
from zhiheng.demo.county import build_county
from zhiheng.demo.day import DAY
from zhiheng.demo.events import events_make
from zhiheng.demo.registers import registers_make
from zhiheng.demo.sheets import write_sheets
from zhiheng.evidence.exams.models import Exam
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.registry.schools.services import terms_seed
from zhiheng.reports.documents.services import documents_make, documents_zip
from zhiheng.reports.run.services import roster_folder_import, scores_folder_import

REGISTERS, MOCK = "名册", "2027届九年级一模"
MORNING = dt.datetime.combine(DAY, dt.time(8, 30), tzinfo=SHANGHAI)
BUREAU = {"county": "安禾县", "organisation": "安禾县教育局", "office": "教研室"}


def sheets_folder() -> Path:
    """Return where the raw sheets of the demonstration county lie."""
    return home() / "demo" / "安禾县"


def county_build(*, pupils: int, seed: int, progress: Any) -> None:
    """Build the demonstration county on this data home; each step already done is passed over."""
    folder = sheets_folder()
    progress.steps(["原始表", "名册", "考试", "文档", "账号与日程"])
    with fixed(MORNING):
        with progress.step("原始表"):
            installation_prepare()
            definition_revise(kind="bureau", key="bureau", body=BUREAU, title="安禾县教育局", by=None)
            if not folder.exists():
                with folder_whole(folder) as scratch:
                    write_sheets(build_county(seed=seed, pupils=pupils), scratch)
        tests = [path for path in sorted(folder.iterdir()) if (path / "考试.yaml").exists()]
        if Exam.objects.filter(state="analysed").count() < len(tests):
            with progress.step("名册"):
                roster_folder_import(folder=folder / REGISTERS, progress=progress)
            with progress.step("考试"):
                for test in tests:
                    scores_folder_import(folder=test, exam_file=None, progress=progress)
        with progress.step("文档"):
            for exam in Exam.objects.all():
                dataset = exam.datasets.filter(state="published").first()
                if dataset:
                    analysis = analysis_run(dataset=dataset)
                    documents_make(analysis=analysis, progress=progress)
                    documents_zip(analysis=analysis)
        with progress.step("账号与日程"):
            terms_seed(DAY.year - 1, DAY.year + 1)
            accounts_make()
            events_make(folder / MOCK)
            registers_make()
