"""Four ways through the product, in a real browser, with a real worker."""

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from pages_county import CANARY, small_county
from pages_sheets import small_sheets
from zhiheng.base.clock import now
from zhiheng.base.intake.services import batch_confirm, batch_open, batch_read, upload_add
from zhiheng.evidence.collections.links import link_token
from zhiheng.evidence.collections.services import collection_open
from zhiheng.evidence.datasets.services import dataset_publish
from zhiheng.evidence.exams.services import exam_create
from zhiheng.measures.analyses.services import analysis_run
from zhiheng.registry.schools.models import School

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OWN, OTHER = "甲溪初级中学", "乙岭初级中学"


def _exam():
    ended = now().date() - dt.timedelta(days=3)
    return exam_create(
        name="九年级一模", kind="graduation_mock", grade=9, starts_on=ended, ended_on=ended, mock_number=1,
        filing_number="教研备7号", filing_basis="县教育局批准",
    )  # fmt: skip


def _analysed():
    county = small_county()
    exam = _exam()
    batch = batch_open(purpose="scores", title="一模成绩", exam_id=exam.id)
    for name, content in small_sheets().files.items():
        upload_add(batch=batch, name=name, content=content)
    batch_read(batch)
    batch_confirm(batch=batch)
    return county, exam, analysis_run(dataset=dataset_publish(batch=batch, exam=exam))


def test_a_messy_folder_becomes_the_county_report(visitor, tmp_path: Path):
    visitor.ask(small_county)
    files = []
    for name, content in small_sheets(spoil=True).files.items():
        path = tmp_path / name
        path.write_bytes(content)
        files.append(str(path))
    visitor.signs_in("ro")

    visitor.goes_to("/exams/new")
    page = visitor.page
    page.fill("[name=name]", "九年级一模")
    page.select_option("[name=kind]", "graduation_mock")
    ended = (now().date() - dt.timedelta(days=3)).isoformat()
    page.fill("[name=starts_on]", ended)
    page.fill("[name=ended_on]", ended)
    page.select_option("[name=mock_number]", "1")
    page.fill("[name=filing_number]", "教研备7号")
    page.fill("[name=filing_basis]", "县教育局批准")
    visitor.presses("登记")
    expect(page.locator("h1")).to_have_text("九年级一模")

    visitor.presses("上传成绩表")
    page.fill("[name=title]", "九年级一模成绩")
    visitor.presses("下一步：上传")
    page.set_input_files("[name=files]", files)
    page.click("form button:text-is('上传')")
    visitor.presses("开始识别")
    visitor.works_off_jobs()
    page.wait_for_url("**/columns")
    expect(page.locator("#sheets tbody tr")).to_have_count(len(files))

    page.locator("#sheets tbody tr", has_text=OTHER).locator("a").click()
    expect(page.locator("h1")).to_contain_text(OTHER)
    visitor.presses("确认这张表")
    visitor.presses("下一步：看问题")
    assert "8O" in visitor.text
    with page.expect_download() as download:
        page.locator("li", has_text=f"{OTHER}.xlsx").locator("a:text-is('下载')").click()
    marked = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert any(cell.comment for row in marked[OTHER] for cell in row)

    visitor.presses("下一步：确认")
    visitor.presses("确认，入库")
    visitor.works_off_jobs()
    page.wait_for_url("**/problems")
    visitor.presses("看这次考试")
    visitor.presses("开始分析")
    visitor.works_off_jobs()
    visitor.goes_to("/exams/")
    visitor.presses("九年级一模")
    expect(page.locator("#subjects tbody tr")).to_have_count(4)

    visitor.goes_to("/documents/")
    visitor.presses("全部生成")
    visitor.works_off_jobs()
    visitor.goes_to("/documents/?kind=全县质量分析报告")
    with page.expect_download() as download:
        page.locator("#documents tbody a:text-is('PDF')").first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_a_school_sends_a_sheet_by_link_and_gets_it_back_with_reasons(visitor, tmp_path: Path):
    def ask_for_sheets():
        small_county()
        collection = collection_open(
            exam=_exam(), schools=School.objects.filter(name=OTHER), due_at=now() + dt.timedelta(days=1)
        )
        return link_token(collection.dues.get().pk)

    token = visitor.ask(ask_for_sheets)
    page = visitor.page
    visitor.goes_to(f"/u/{token}/")
    with page.expect_download() as download:
        page.click("a:text-is('下载模板')")
    template = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert CANARY[OTHER] in str([[cell.value for cell in row] for row in template.active])

    def send(spoil: bool) -> None:
        path = tmp_path / f"一模{spoil}.xlsx"
        path.write_bytes(small_sheets(spoil=spoil).files[f"{OTHER}.xlsx"])
        page.set_input_files("[name=file]", str(path))
        page.fill("[name=sent_by]", "信息员")
        page.click("button:text-is('上报')")
        page.wait_for_load_state()

    send(spoil=True)
    assert "这份表要改一改" in visitor.text
    assert "8O" in visitor.text
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visitor.presses("改好了，重新上报")
    assert "上次的表被退回" in visitor.text
    send(spoil=False)
    assert "已收到，谢谢" in visitor.text


def test_a_principal_sees_only_the_own_school(visitor):
    county, exam, _ = visitor.ask(_analysed)
    visitor.signs_in("pr")
    visitor.goes_to(f"/exams/{exam.id}/")
    expect(visitor.page.locator("#schools tbody tr")).to_have_count(1)
    assert OTHER not in visitor.text
    visitor.page.click(f"#schools a:text-is('{OWN}')")
    expect(visitor.page.locator("h1")).to_contain_text(OWN)
    assert OTHER not in visitor.text
    visitor.page.click("#classes a:text-is('九(1)班')")
    assert CANARY[OWN] in visitor.text
    assert CANARY[OTHER] not in visitor.text
    refused = visitor.page.request.get(f"{visitor.site}/exams/{exam.id}/schools/{county.schools[OTHER].id}/")
    assert refused.status == 404


def test_a_number_is_walked_back_to_its_cell(visitor):
    _, exam, _ = visitor.ask(_analysed)
    sheet = openpyxl.load_workbook(io.BytesIO(small_sheets().files[f"{OWN}.xlsx"])).active
    visitor.signs_in("dl")
    page = visitor.page
    visitor.goes_to(f"/exams/{exam.id}/subjects/math/")
    page.wait_for_selector(".drawn[data-drawn=yes] svg")
    visitor.goes_to(f"/exams/{exam.id}/")
    page.locator("#schools tbody tr").first.locator("td a").nth(1).click()
    drawer = page.locator("dialog#drawer[open]")
    expect(drawer).to_contain_text("数从哪来")
    expect(drawer).to_contain_text(f"{OWN}.xlsx")
    drawer.locator("a.button.primary").click()
    page.wait_for_url("**/cells?**")
    page.locator("#cells tbody tr", has_text="数学").first.locator("a").click()
    address = re.search(r"› ([A-Z]+)(\d+)$", page.inner_text("h1"))
    assert address
    cell = sheet[f"{address[1]}{address[2]}"]
    expect(page.locator("td.hit")).to_have_text(str(cell.value))


@pytest.mark.parametrize("visitor", ["desk", "phone"], indirect=True)
def test_no_page_scrolls_sideways(visitor):
    county, exam, analysis = visitor.ask(_analysed)
    visitor.signs_in("ro")
    school = county.schools[OWN].id
    for path in (
        "/", "/inbox/", "/exams/", "/exams/new", f"/exams/{exam.id}/", f"/exams/{exam.id}/subjects/math/",
        f"/exams/{exam.id}/subjects/math/items/", f"/exams/{exam.id}/schools/{school}/", "/collections/",
        "/collections/new", "/imports/", f"/datasets/{analysis.dataset_id}/", "/definitions/", "/documents/",
        "/jobs/", "/schools/", f"/schools/{school}/",
    ):  # fmt: skip
        visitor.goes_to(path)
        visitor.page.wait_for_load_state("networkidle")
        over = visitor.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert over <= 0, path


def test_the_keyboard_reaches_the_content_and_opens_the_drawer(visitor):
    _, exam, _ = visitor.ask(_analysed)
    visitor.signs_in("ro")
    visitor.goes_to(f"/exams/{exam.id}/subjects/math/")
    page = visitor.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.focus("a.key")
    page.keyboard.press("Enter")
    expect(page.locator("dialog#drawer[open]")).to_contain_text("÷")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#drawer[open]")).to_have_count(0)
