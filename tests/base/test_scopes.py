"""Scopes: hidden by default, in the database and in result tables, for every combination of grants."""

from uuid import UUID, uuid5

import polars as pl
import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiheng.base.audit.models import AuditHead
from zhiheng.base.intake.models import Batch, ProblemRow, Sheet, Upload
from zhiheng.base.people.models import User
from zhiheng.base.roles import ROLES
from zhiheng.base.scopes import NOBODY, SYSTEM, Scope, restrict, visible

SPACE = UUID(int=0)
SCHOOLS = [uuid5(SPACE, f"school{n}") for n in range(3)]
CLASSES = [uuid5(SPACE, f"class{n}") for n in range(6)]  # two in each school

units = st.frozensets(st.sampled_from(SCHOOLS))
scopes = st.builds(
    Scope,
    roles=st.frozensets(st.sampled_from(sorted(ROLES)), min_size=1),
    schools=units,
    classes=st.frozensets(st.sampled_from(CLASSES)),
    class_subjects=st.frozensets(st.tuples(st.sampled_from(CLASSES), st.sampled_from(["math", "chinese"]))),
    subjects=st.frozensets(st.sampled_from(["math", "chinese"])),
)
RESULT = pl.DataFrame(
    [
        *({"level": "county", "unit": "", "subject": s} for s in ("math", "chinese", "total")),
        *({"level": "school", "unit": str(n), "subject": s} for n in range(3) for s in ("math", "total")),
        *({"level": "class", "unit": str(n), "subject": s} for n in range(6) for s in ("math", "chinese")),
        *({"level": "school_group", "unit": f"{n}|gender:female", "subject": "math"} for n in range(3)),
        *({"level": "teacher", "unit": str(n), "subject": "math"} for n in range(3)),
        {"level": "a level of a later release", "unit": "0", "subject": "math"},
    ]
)
LOOKUP = {
    "schools": {str(n): school for n, school in enumerate(SCHOOLS)},
    "classes": {str(n): (klass, SCHOOLS[n // 2]) for n, klass in enumerate(CLASSES)},
}


@given(scopes)
def test_a_result_table_gives_no_row_of_another_school(scope):
    shown = restrict(RESULT, scope, **LOOKUP)
    taught = scope.classes | {klass for klass, _ in scope.class_subjects}
    for row in shown.iter_rows(named=True):
        match row["level"]:
            case "school" | "school_group":
                assert SCHOOLS[int(row["unit"].split("|")[0])] in scope.schools
            case "class":
                klass, school = LOOKUP["classes"][row["unit"]]
                assert klass in taught or school in scope.schools
            case level:
                assert level == "county"
        assert not scope.subjects or row["subject"] in scope.subjects | {"total"}


@given(scopes)
def test_restricting_twice_changes_nothing(scope):
    once = restrict(RESULT, scope, **LOOKUP)
    assert restrict(once, scope, **LOOKUP).equals(once)


def test_strangers_and_unknown_tables_show_nothing():
    assert restrict(RESULT, NOBODY, **LOOKUP).is_empty()
    assert restrict(pl.DataFrame({"name": ["x"]}), SYSTEM, **LOOKUP).is_empty()
    assert restrict(RESULT, SYSTEM, **LOOKUP).height == RESULT.height


@pytest.fixture
def three_schools(db):
    User.objects.create(username="canary")
    for number, school in enumerate(SCHOOLS):
        batch = Batch.objects.create(
            purpose="scores", title=str(number), school_id=school, created_at="2024-09-01T00:00Z"
        )
        upload = Upload.objects.create(
            batch=batch,
            name=f"{number}.xlsx",
            size=1,
            sha256="",
            school_id=school,
            uploaded_at="2024-09-01T00:00Z",
        )
        Sheet.objects.create(upload=upload, index=0, name="x", kind="scores", layout="", reading={})
        ProblemRow.objects.create(
            batch=batch, upload=upload, file="x", code="x", found="", expected="", fix=""
        )
    Batch.objects.create(purpose="scores", title="county", created_at="2024-09-01T00:00Z")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(scopes)
def test_a_query_gives_the_rows_of_the_scopes_schools_and_no_other(three_schools, scope):
    assert {batch.school_id for batch in visible(Batch.objects.all(), scope)} == scope.schools
    for model in (Upload, Sheet, ProblemRow):
        rows = visible(model.objects.all(), scope)
        assert rows.count() == len(scope.schools)


def test_every_model_without_a_scope_is_hidden_below_the_county(three_schools):
    AuditHead.objects.create()
    everything = Scope(
        user_id=User.objects.get().pk,
        roles=frozenset(ROLES),
        schools=frozenset(SCHOOLS),
        classes=frozenset(CLASSES),
    )
    for model in apps.get_models():
        if not getattr(model, "scope_by", {}):
            assert not visible(model._default_manager.all(), everything).exists()
        assert not visible(model._default_manager.all(), NOBODY).exists()


def test_names_are_for_those_who_teach_the_pupil():
    principal = Scope(roles=frozenset({"PR"}), schools=frozenset({SCHOOLS[0]}))
    assert principal.may_see_names(SCHOOLS[0])
    assert not principal.may_see_names(SCHOOLS[1])
    teacher = Scope(roles=frozenset({"TE"}), class_subjects=frozenset({(CLASSES[0], "math")}))
    assert teacher.may_see_names(SCHOOLS[0], CLASSES[0])
    assert not teacher.may_see_names(SCHOOLS[0], CLASSES[1])
    assert not SYSTEM.may_see_names(SCHOOLS[0])
    assert not Scope(roles=frozenset({"PR"})).may_see_names(SCHOOLS[0])
