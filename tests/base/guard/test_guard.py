"""The guard, case by case from the text of the rules (sources.md L1 to L8, practice.md section 4)."""

import itertools

import pytest

from zhiheng.base.guard.rules import field_labels, rules
from zhiheng.base.guard.services import Refused, exam_verdict, guard_check, guard_enforce

GRADES = range(1, 13)


def exam(kind, grade, scope_kind="county", **more):
    return exam_verdict(kind=kind, grade=grade, scope_kind=scope_kind, **more)


@pytest.mark.parametrize("scope_kind", ["county", "school"])
@pytest.mark.parametrize("grade", [1, 2])
@pytest.mark.parametrize(
    "kind", ["school_final", "graduation_mock", "monitoring", "academic_level", "zhongkao", "gaokao"]
)
def test_grades_1_and_2_sit_no_paper_test(kind, grade, scope_kind):
    verdict = exam(kind, grade, scope_kind, filing_number="备1", basis="方案", mock_number=1)
    assert verdict.outcome == "refused"


@pytest.mark.parametrize("grade", range(3, 13))
def test_a_school_may_analyse_its_own_final_alone(grade):
    assert exam("school_final", grade, "school").allowed


@pytest.mark.parametrize("grade", range(3, 10))
def test_compulsory_grades_have_one_final_a_term(grade):
    assert exam("school_final", grade, "school", same_sitting_already=1).outcome == "refused"


@pytest.mark.parametrize("grade", GRADES)
def test_only_junior_and_senior_schools_have_a_midterm(grade):
    assert exam("school_final", grade, "school", sitting="midterm").allowed == (grade >= 7)


@pytest.mark.parametrize("grade", range(3, 9))
def test_no_cross_school_test_for_primary_and_non_graduating_grades(grade):
    for kind in ("school_final", "graduation_mock"):
        verdict = exam(kind, grade, filing_number="备1", basis="县教字1号", mock_number=1)
        assert verdict.outcome == "refused"
        assert verdict.recast


@pytest.mark.parametrize("grade", [9, 12])
def test_graduating_grades_have_one_or_two_filed_mocks(grade):
    assert exam("graduation_mock", grade, mock_number=1).missing == ("filing_number",)
    assert exam("graduation_mock", grade, filing_number="备1").missing == ("mock_number",)
    for number in (1, 2):
        verdict = exam(
            "graduation_mock", grade, mock_number=number, mocks_already=number - 1, filing_number="备1"
        )
        assert verdict.allowed
        assert not verdict.on_basis
    assert exam("graduation_mock", grade, mock_number=3, filing_number="备1").outcome == "refused"
    assert (
        exam("graduation_mock", grade, mock_number=1, mocks_already=2, filing_number="备1").outcome
        == "refused"
    )
    assert exam("school_final", grade, filing_number="备1", basis="县教字1号").outcome == "refused"


@pytest.mark.parametrize("grade", [10, 11])
def test_senior_grades_across_schools_need_a_local_basis(grade):
    verdict = exam("school_final", grade)
    assert (verdict.outcome, verdict.missing) == ("needs_basis", ("local_basis", "filing_number"))
    with pytest.raises(Refused, match="文号、批准人和有效期"):
        guard_enforce(verdict)
    given = exam("school_final", grade, basis="县教字〔2025〕3号，分管局长，至2026年7月", filing_number="备7")
    assert given.allowed
    assert given.on_basis


@pytest.mark.parametrize(
    ("kind", "lawful"),
    [("zhongkao", {9}), ("gaokao", {12}), ("academic_level", {8, 9, 10, 11, 12})],
)
def test_public_examinations_are_lawful_in_their_grades(kind, lawful):
    assert {grade for grade in GRADES if exam(kind, grade).allowed} == lawful


@pytest.mark.parametrize("grade", range(3, 13))
def test_sampled_monitoring_asks_for_its_design(grade):
    verdict = exam("monitoring", grade)
    assert (verdict.outcome, verdict.missing) == ("needs_basis", ("sampling_design",))
    assert exam("monitoring", grade, basis="按学校规模分层，抽 12 校 360 人").allowed
    assert exam("monitoring", grade, basis="   ").outcome == "needs_basis"


def test_a_kind_nobody_knows_is_refused():
    assert exam("联考", 7).outcome == "refused"
    assert guard_check("G3", {}).outcome == "refused"


def test_the_refusal_names_the_rule_and_the_way_out():
    with pytest.raises(Refused) as caught:
        guard_enforce(exam("school_final", 7))
    said = caught.value.for_user
    assert "教基厅〔2025〕3号" in said
    assert "非毕业年级" in said
    assert "各校单独分析" in said
    assert caught.value.verdict.code == "G3"


@pytest.mark.parametrize("use", ["target", "award", "ranking", "publicity"])
def test_promotion_rates_serve_no_target_award_ranking_or_publicity(use):
    verdict = guard_check(
        "G1", {"use": use, "document_no": "县字1号", "approver": "局长", "expires_on": "2030-01-01"}
    )
    assert verdict.outcome == "refused", "a county document cannot override a national ban"


def test_local_discretion_needs_document_approver_and_expiry():
    assert guard_check("G1", {"use": "discretionary"}).missing == ("document_no", "approver", "expires_on")
    given = {"use": "discretionary", "document_no": "县字1号", "approver": "局长", "expires_on": "2030-01-01"}
    assert guard_check("G1", given).on_basis


def test_marks_go_to_nobody_but_the_child_and_those_who_teach_it():
    allowed = {
        audience
        for audience in ("public", "group", "other_pupil", "other_parent", "pupil", "guardian", "teacher")
        if guard_check("G2", {"audience": audience, "content": "rank"}).allowed
    }
    assert allowed == {"teacher"}
    assert guard_check("G2", {"audience": "guardian", "content": "grade_letter"}).allowed


@pytest.mark.parametrize("n", [0, 1, 9, 10, 11])
def test_small_groups_are_withheld(n):
    assert guard_check("G7", {"n": n}).allowed == (n >= 10)
    assert guard_check("G7", {"n": n, "reader_sees_rows": True}).allowed


def test_no_rule_allows_what_nobody_explained():
    assert [code for code in rules() if guard_check(code, {}).allowed] == []


def test_every_rule_is_complete():
    assert list(rules()) == [f"G{n}" for n in range(1, 11)]
    for rule in rules().values():
        assert rule["source"]
        assert rule["confidence"] in ("found", "memory")
        for case in itertools.chain(rule["cases"], [rule["otherwise"]]):
            assert case["verdict"] in ("allowed", "needs_basis", "refused")
            assert case["sentence"].endswith("。")
            assert set(case.get("needs", ())) <= field_labels().keys()
            assert bool(case.get("needs")) == (case["verdict"] == "needs_basis")
            if case["verdict"] != "allowed":
                assert case["recast"].endswith("。")
