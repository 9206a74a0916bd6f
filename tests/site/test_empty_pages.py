"""Pages before any data: every page renders and says what to do next. Signing in, step by step."""

import datetime as dt
import io
import re

import openpyxl
import pytest
from django.conf import settings as project
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from zhiheng.base.clock import fixed
from zhiheng.base.components import printed
from zhiheng.base.components.ledger import Column, Filter, Ledger
from zhiheng.base.components.ledger_pages import workbook
from zhiheng.base.definitions.services import definitions_seed
from zhiheng.base.inbox.models import InboxItem
from zhiheng.base.inbox.wording import inbox_rows
from zhiheng.base.people.models import Grant, User
from zhiheng.base.roles import COUNTY_ROLES

PASSWORD = "before-any-data-1"
PAGES = [
    "cockpit", "inbox:list", "jobs:list", "schools:list", "definitions:list", "exams:list", "exams:new",
    "documents:list", "imports:list", "imports:new", "collections:list", "collections:new", "audit:list",
    "accounts:list", "people:account",
]  # fmt: skip


@pytest.fixture
def person(db) -> User:
    """Somebody who holds every role of the bureau."""
    made = User.objects.create_user("all", password=PASSWORD, display_name="全能")
    Grant.objects.bulk_create([Grant(user=made, role=role, unit_kind="county") for role in COUNTY_ROLES])
    return made


@pytest.mark.parametrize("page", PAGES)
def test_a_page_without_data_renders_and_says_who_it_is_for(person, page):
    definitions_seed()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    text = client.get(reverse(page)).content.decode()
    assert "适合谁：" in text


def test_the_front_page_without_data_leads_to_the_first_step(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert reverse("exams:new") in client.get("/").content.decode()


def test_the_rail_has_no_section_without_pages(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get("/").content.decode()
    rail = page[page.index('class="rail"') : page.index("</nav>")]
    assert re.findall(r">([^<>\s]+)</a>", rail)[:4] == ["驾驶舱", "证据", "测量", "报告"]
    for link in re.findall(r'href="([^"]+)"', rail):
        assert client.get(link).status_code == 200, link


def test_a_pages_script_and_style_are_ours_and_there(person):
    client = Client()
    page = client.get(reverse("people:login")).content.decode()
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        found = project.STATICFILES_DIRS[0] / path.removeprefix("/static/")
        assert found.is_file(), path


def test_a_test_that_the_rules_forbid_is_refused_with_a_lawful_way(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    day = dt.date.today().isoformat()
    answer = client.post(
        reverse("exams:new"),
        {"name": "七年级联考", "kind": "graduation_mock", "grade": "7", "starts_on": day, "ended_on": day},
    )
    assert "不能这样登记" in answer.content.decode()


class TestSigningIn:
    """Name and password, then a code where one is set up."""

    def test_a_right_password_leads_on(self, person):
        answer = Client().post(
            reverse("people:login"), {"username": "all", "password": PASSWORD, "next": "/inbox/"}
        )
        assert answer["Location"] == "/inbox/"

    def test_nobody_is_led_to_another_site(self, person):
        answer = Client().post(
            reverse("people:login"),
            {"username": "all", "password": PASSWORD, "next": "https://elsewhere.example/"},
        )
        assert answer["Location"] == "/"

    def test_with_a_second_step_the_password_alone_opens_nothing(self, person):
        device = TOTPDevice.objects.create(user=person, confirmed=True, name="x")
        client = Client()
        answer = client.post(reverse("people:login"), {"username": "all", "password": PASSWORD})
        assert answer["Location"] == reverse("people:token")
        assert client.get("/").status_code == 302
        code = TOTP(device.bin_key).token()
        client.post(reverse("people:token"), {"token": f"{code:06d}"})
        assert client.get("/").status_code == 200

    def test_five_wrong_passwords_lock_the_door_with_a_page_that_says_so(self, person):
        client = Client()
        for _ in range(5):
            answer = client.post(reverse("people:login"), {"username": "all", "password": "wrong"})
        assert "暂时锁定" in answer.content.decode()
        answer = client.post(reverse("people:login"), {"username": "all", "password": PASSWORD})
        assert "暂时锁定" in answer.content.decode()

    def test_a_temporary_password_must_be_changed_before_anything_else(self, person):
        person.must_change_password = True
        person.save()
        client = Client()
        client.post(reverse("people:login"), {"username": "all", "password": PASSWORD})
        assert client.get("/exams/")["Location"] == reverse("people:password")
        client.post(
            reverse("people:password"),
            {
                "old_password": PASSWORD,
                "new_password1": "a-better-one-22",
                "new_password2": "a-better-one-22",
            },
        )
        assert client.get("/exams/").status_code == 200


def test_faults_are_told_in_chinese_with_a_next_step(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert "回到驾驶舱" in client.get("/nothing-here").content.decode()
    stranger = User.objects.create_user("none", password=PASSWORD)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert "不在您的权限内" in client.get("/exams/").content.decode()


class TestLedger:
    """Search by pinyin, filter, sort, column choice, pages, export."""

    ROWS = [
        {"name": "石桥镇初级中学", "town": "石桥镇", "n": 30, "rate": 0.125},
        {"name": "柳林镇初级中学", "town": "柳林镇", "n": None, "rate": 0.5},
        {"name": "实验中学", "town": "城关街道", "n": 1200, "rate": None},
    ]
    COLUMNS = [
        Column("name", "学校"),
        Column("town", "乡镇"),
        Column("n", "人数", "count"),
        Column("rate", "比例", "percent"),
    ]

    def ledger(self, query: str, **more) -> Ledger:
        """Return the ledger as a request with this query asks for it."""
        return Ledger(
            QueryDict(query), "t", "学校", self.COLUMNS, self.ROWS, [Filter("town", "乡镇")], **more
        )

    @pytest.mark.parametrize(
        ("typed", "found"), [("sqz", 1), ("shiyan", 1), ("镇初", 2), ("1,200", 1), ("zzz", 0)]
    )
    def test_search_takes_characters_pinyin_and_initials(self, typed, found):
        assert len(self.ledger(f"q={typed}").matched) == found

    def test_sorting_puts_what_is_missing_last_both_ways(self):
        assert [row["n"] for row in self.ledger("sort=n").matched] == [30, 1200, None]
        assert [row["n"] for row in self.ledger("sort=-n").matched] == [1200, 30, None]

    def test_a_column_that_would_be_a_ranking_cannot_be_sorted_by(self):
        columns = [Column("name", "学校"), Column("n", "均分", "points", sortable=False)]
        ledger = Ledger(QueryDict("sort=-n"), "t", "学校", columns, self.ROWS)
        assert ledger.sort == ("", False)
        assert not ledger.heads[1]["link"]

    def test_export_holds_every_matched_row_and_column_as_numbers(self):
        book = openpyxl.load_workbook(io.BytesIO(workbook(self.ledger("town=石桥镇&show=name"))))
        assert [list(row) for row in book.active.values] == [
            ["学校", "乡镇", "人数", "比例"],
            ["石桥镇初级中学", "石桥镇", 30, 0.125],
        ]

    def test_text_that_looks_like_a_formula_stays_text(self):
        ledger = Ledger(
            QueryDict(""), "t", "学校", self.COLUMNS, [{"name": "=1+1", "town": "x", "n": 1, "rate": 0}]
        )
        book = openpyxl.load_workbook(io.BytesIO(workbook(ledger)))
        assert book.active["A2"].data_type == "s"

    def test_pages_are_kept_within_what_there_is(self):
        ledger = self.ledger("page=99", page_size=2)
        assert (ledger.page, ledger.pages, len(ledger.body)) == (2, 2, 1)


@pytest.mark.parametrize(
    ("said", "printed_as"),
    [
        (printed.percent(0.44445, 2), "44.45%"),
        (printed.points(72.75), "72.8"),
        (printed.points(-0.04), "0.0"),
        (printed.signed(1.25), "+1.3"),
        (printed.count(5551), "5,551"),
        (printed.interval(0.576, 0.602, kind="percent"), "57.6–60.2"),
        (printed.interval(-1.6, 4.6), "−1.6至4.6"),
        (printed.points(None), "—"),
    ],
)
def test_numbers_are_printed_half_up_with_true_minus_signs(said, printed_as):
    assert said == printed_as


@pytest.mark.parametrize(
    ("days", "word", "tone"),
    [
        (-2, "超期2天", "red"),
        (0, "今天", "red"),
        (1, "明天", "amber"),
        (3, "本周", "blue"),
        (9, "11月29日", ""),
    ],
)
def test_an_inbox_item_says_its_clock_in_a_word(days, word, tone):
    wednesday = dt.datetime(2024, 11, 20, 9, 0)
    with fixed(wednesday):
        item = InboxItem(title="x", verb="看", url="/", due_on=wednesday.date() + dt.timedelta(days=days))
        (row,) = inbox_rows([item])
    assert (row.word, row.tone) == (word, tone)
