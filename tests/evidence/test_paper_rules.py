"""命题细则 in versions, and checks of papers that keep the version they were made under."""

import pytest
from published_batches import MOCK

from zhiheng.base.definitions.selectors import current, versions
from zhiheng.base.definitions.services import InvalidDefinition, definition_revise, definitions_seed
from zhiheng.base.scopes import SYSTEM, Scope
from zhiheng.evidence.exams.services import exam_from_file
from zhiheng.evidence.papers.selectors import papers_of
from zhiheng.evidence.papers.services import CannotNote, paper_author_add, paper_check

pytestmark = pytest.mark.django_db
RULE = ("paper_rule", "paper_rule")


@pytest.fixture
def paper():
    definitions_seed()
    return exam_from_file(MOCK).papers.get(subject="math")


def all_hold() -> dict[str, bool]:
    return dict.fromkeys(current(*RULE).body["checklist"], True)


@pytest.mark.row("S004-28")
def test_a_changed_rule_is_a_new_version_and_an_old_check_keeps_the_old_one(paper):
    before = paper_check(paper=paper, answers=all_hold())
    body = current(*RULE).body
    definition_revise(
        kind=RULE[0], key=RULE[1], title="安禾县命题细则", by=None,
        body={**body, "checklist": {**body["checklist"], "保密": "命题组签了保密承诺"}},
    )  # fmt: skip
    with pytest.raises(CannotNote, match="9条"):
        paper_check(paper=paper, answers=before.answers)
    after = paper_check(paper=paper, answers=all_hold())
    before.refresh_from_db()
    assert (before.rule.version, after.rule.version) == (1, 2)
    assert versions(*RULE).count() == 2
    assert "保密" not in before.rule.body["checklist"]


@pytest.mark.row("S004-28")
def test_a_point_that_does_not_hold_needs_a_word_about_it(paper):
    answers = all_hold() | {"细目表": False}
    with pytest.raises(CannotNote, match="发现了什么"):
        paper_check(paper=paper, answers=answers)
    assert paper_check(paper=paper, answers=answers, found="第9题缺预估难度，已补").answers["细目表"] is False


@pytest.mark.row("S004-28")
def test_a_rule_without_a_checklist_is_no_rule(paper):
    with pytest.raises(InvalidDefinition, match="核对清单"):
        definition_revise(kind=RULE[0], key=RULE[1], title="空", body={"basis": "依标"}, by=None)


def test_a_researcher_sees_the_papers_of_the_own_subject(paper):
    paper_author_add(paper=paper, name="陶望舒", organisation="教研室")
    scope = Scope(roles=frozenset({"RS"}), county=True, subjects=frozenset({"chinese"}))
    assert [each.subject for each in papers_of(scope)] == ["chinese"]
    assert {each.subject for each in papers_of(SYSTEM)} == {"chinese", "math"}
