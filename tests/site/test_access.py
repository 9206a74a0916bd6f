"""Every address as every role, against a written matrix; and what no page may ever show or fetch."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from pages_data import OTHER, OWN

from pages_county import CANARY
from zhiheng.base import access
from zhiheng.base.roles import COUNTY_ROLES

pytestmark = pytest.mark.django_db

COUNTY = {"BL", "OF", "RO", "RS", "IN", "BE", "PS", "PF", "AU", "AD"}
SCHOOL = {"PR", "DL", "CA", "TE"}
FAMILY = {"PA", "ST"}
EVERYONE = COUNTY | SCHOOL | FAMILY
RESULTS = {"BL", "OF", "RO", "RS", "IN", "BE", "AU"} | SCHOOL
INTAKE = {"RO", "BE", "DL"}
COLLECT = {"RO", "BE"}
COLLECT_READ = {"RO", "BE", "BL", "OF", "PR", "DL"}
SCHOOLS = COUNTY | {"PR", "DL"}
DOCUMENTS = {"BL", "OF", "RO", "RS", "IN", "BE", "AU", "PR", "DL"}
COUNTY_MEAN = "?level=county&unit=&subject=math&measure=mean"

# address → (method, who may, what follows the address)
MATRIX: dict[str, tuple[str, set[str], str]] = {
    "cockpit": ("get", EVERYONE, ""),
    "search": ("get", EVERYONE, "?q=jx"),
    "inbox:list": ("get", EVERYONE, ""),
    "people:account": ("get", EVERYONE, ""),
    "people:password": ("get", EVERYONE, ""),
    "people:two_step": ("get", EVERYONE, ""),
    "people:two_step_off": ("post", EVERYONE, ""),
    "jobs:list": ("get", EVERYONE, ""),
    "jobs:detail": ("get", COUNTY | {"PR", "DL"}, ""),
    "jobs:progress": ("get", COUNTY | {"PR", "DL"}, ""),
    "jobs:again": ("post", COUNTY | {"PR", "DL"}, ""),
    "jobs:cancel": ("post", COUNTY | {"PR", "DL"}, ""),
    "audit:list": ("get", {"AU", "AD", "PR"}, ""),
    "accounts:list": ("get", {"AD"}, ""),
    "accounts:new": ("get", {"AD"}, ""),
    "accounts:detail": ("get", {"AD"}, ""),
    "accounts:grant": ("post", {"AD"}, ""),
    "accounts:grant_off": ("post", {"AD"}, ""),
    "accounts:password_reset": ("post", {"AD"}, ""),
    "accounts:two_step_off": ("post", {"AD"}, ""),
    "schools:list": ("get", SCHOOLS, ""),
    "schools:detail": ("get", SCHOOLS, ""),
    "definitions:list": ("get", COUNTY | SCHOOL, ""),
    "definitions:detail": ("get", COUNTY | SCHOOL, ""),
    "definitions:revise": ("get", {"RO"}, ""),
    "exams:list": ("get", RESULTS, ""),
    "exams:new": ("get", {"RO", "BE", "DL"}, ""),
    "results:exam": ("get", RESULTS, ""),
    "results:analyse": ("post", {"RO", "BE", "DL"}, ""),
    "results:caliber": ("post", {"RO"}, ""),
    "results:subject": ("get", RESULTS, ""),
    "results:items": ("get", RESULTS, ""),
    "results:school": ("get", RESULTS - {"CA", "TE"}, ""),
    "results:school_help": ("post", {"PR", "DL"}, ""),
    "results:class": ("get", SCHOOL, ""),
    "results:trace": ("get", RESULTS, COUNTY_MEAN),
    "results:cells": ("get", RESULTS, COUNTY_MEAN),
    "results:cell": ("get", RESULTS, ""),
    "datasets:detail": ("get", RESULTS, ""),
    "documents:list": ("get", DOCUMENTS, ""),
    "documents:fetch": ("get", DOCUMENTS, ""),
    "documents:make": ("post", {"RO"}, ""),
    "documents:zip": ("get", DOCUMENTS & COUNTY, ""),
    "documents:clock_step": ("post", {"RO", "OF", "BL"}, ""),
    "imports:list": ("get", INTAKE, ""),
    "imports:new": ("get", INTAKE, ""),
    "imports:batch": ("get", INTAKE, ""),
    "imports:upload": ("get", INTAKE, ""),
    "imports:read": ("post", INTAKE, ""),
    "imports:readdress": ("post", INTAKE, ""),
    "imports:withdraw": ("post", INTAKE, ""),
    "imports:columns": ("get", INTAKE, ""),
    "imports:sheet": ("get", INTAKE, ""),
    "imports:problems": ("get", INTAKE, ""),
    "imports:marked": ("get", INTAKE, ""),
    "imports:confirm": ("get", INTAKE, ""),
    "imports:matches": ("get", {"BE", "DL"}, ""),
    "imports:match_decide": ("post", {"BE", "DL"}, ""),
    "collections:list": ("get", COLLECT_READ, ""),
    "collections:new": ("get", COLLECT, ""),
    "collections:detail": ("get", COLLECT_READ, ""),
    "collections:links": ("get", COLLECT, ""),
    "collections:due": ("get", COLLECT_READ, ""),
    "collections:confirm": ("post", COLLECT, ""),
    "collections:return": ("post", COLLECT, ""),
    "collections:gather": ("post", COLLECT, ""),
    "collections:close": ("post", COLLECT, ""),
    "filings:list": ("get", {"BL", "OF", "RO", "RS", "IN", "BE", "AU"}, ""),
    "plans:list": ("get", SCHOOLS, ""),
    "plans:new": ("get", {"RO"}, ""),
    "papers:list": ("get", {"RO", "RS", "AU"}, ""),
    "papers:author_new": ("get", {"RO", "RS"}, ""),
    "papers:check_new": ("get", {"RO", "RS"}, ""),
    "authorship:list": ("get", {"RO", "RS"}, ""),
    "bands:list": ("get", {"BL", "RO", "AU"}, ""),
    "growth:list": ("get", {"BL", "OF", "RO", "RS", "IN", "AU", "PR", "DL"}, ""),
    "growth:exam": ("get", {"BL", "OF", "RO", "RS", "IN", "AU", "PR", "DL"}, ""),
    "scaling:list": ("get", {"RO", "RS"}, ""),
    "scaling:exam": ("get", {"RO", "RS"}, ""),
    "equity:list": ("get", {"BL", "OF", "RO", "IN", "AU"}, ""),
    "equity:exam": ("get", {"BL", "OF", "RO", "IN", "AU"}, ""),
    "comparison:list": ("get", {"BL", "RO", "AU"}, ""),
    "comparison:new": ("get", {"RO"}, ""),
    "participation:list": ("get", {"RO", "RS", "IN", "BE", "BL", "PR", "DL"}, ""),
    "participation:new": ("get", {"DL"}, ""),
    "units:list": ("get", SCHOOLS, ""),
    "units:new": ("get", {"PR", "DL"}, ""),
    "outflow:list": ("get", {"BE", "BL", "AU"}, ""),
    "outflow:new": ("get", {"BE"}, ""),
    "outflow:top_new": ("get", {"BE"}, ""),
}
WITHOUT_ACCOUNT = {
    "people:login", "people:token", "people:sign_out", "health", "collections:public", "collections:public_template",
}  # fmt: skip


def address(name: str, ids: dict[str, Any]) -> str:
    """Return the address of a page with the ids of the county."""
    known = {**ids, "subject": "math", "file_format": "pdf", "upload_id": ids["upload"]}
    if name == "results:cell":
        known |= ids["cell"]
    return reverse(name, kwargs={key: known[key] for key in _addresses()[name]})


@cache
def _addresses() -> dict[str, frozenset[str]]:
    """Return every named address with the ids it takes."""
    return dict(_walk(get_resolver()))


def _walk(
    resolver: URLResolver, space: str = "", outer: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    for each in resolver.url_patterns:
        taken = outer | set(each.pattern.converters)
        if isinstance(each, URLResolver):
            yield from _walk(each, f"{space}{each.namespace}:" if each.namespace else space, taken)
        else:
            yield f"{space}{each.name}", taken


def signed_in(shown, role: str) -> Client:
    """Return a browser signed in as the person of a role."""
    client = Client()
    client.force_login(shown.county.people[role], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_the_roles_of_the_bureau_are_one_set():
    assert access.COUNTY == COUNTY_ROLES == COUNTY


def test_every_address_is_in_the_matrix():
    assert set(_addresses()) == set(MATRIX) | WITHOUT_ACCOUNT


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_role_opens_what_the_matrix_says_and_nothing_else(shown, role):
    client = signed_in(shown, role)
    wrong = []
    for name in sorted(MATRIX, key=lambda each: MATRIX[each][0]):
        method, may, query = MATRIX[name]
        response = getattr(client, method)(address(name, shown.ids) + query)
        opened = response.status_code not in (403, 404)
        if opened != (role in may) or response.status_code >= 500:
            wrong.append((name, response.status_code, "may" if role in may else "may not"))
    assert wrong == []


def test_a_stranger_is_led_to_sign_in_everywhere(shown):
    client = Client()
    for name, (method, _, query) in MATRIX.items():
        response = getattr(client, method)(address(name, shown.ids) + query)
        assert response.status_code == 302, name
        assert response["Location"].startswith(reverse("people:login")), name


def test_deeds_are_refused_to_a_plain_visit(shown):
    client = signed_in(shown, "RO")
    for name, (method, may, _) in MATRIX.items():
        if method == "post" and "RO" in may:
            assert client.get(address(name, shown.ids)).status_code == 405, name


@pytest.mark.parametrize("role", ["PR", "DL", "CA", "TE"])
def test_names_of_another_school_reach_no_page_and_no_export(shown, role):
    client = signed_in(shown, role)
    for name, (method, may, query) in MATRIX.items():
        if method != "get" or role not in may:
            continue
        path = address(name, shown.ids) + query
        for response in (
            client.get(path),
            client.get(path, {"export": "schools"}),
            client.get(path, {"export": "cells"}),
        ):
            body = b"".join(response) if response.streaming else response.content
            assert CANARY[OTHER].encode() not in body, name


def test_an_own_pupil_appears_to_the_adviser_so_the_canary_would_show(shown):
    page = signed_in(shown, "CA").get(address("results:class", shown.ids))
    assert CANARY[OWN] in page.content.decode()


def test_another_schools_addresses_are_not_there_for_a_principal(shown):
    client = signed_in(shown, "PR2")
    for name in (
        "results:school",
        "results:class",
        "schools:detail",
        "documents:fetch",
        "collections:due",
        "results:cell",
    ):
        assert client.get(address(name, shown.ids)).status_code == 404, name


@pytest.mark.parametrize("role", ["BL", "RO", "AD", "AU"])
def test_the_bureau_sees_no_pupils_name(shown, role):
    client = signed_in(shown, role)
    for name, (method, may, query) in MATRIX.items():
        if method == "get" and role in may and name != "imports:marked":
            response = client.get(address(name, shown.ids) + query)
            body = b"".join(response) if response.streaming else response.content
            assert CANARY[OWN].encode() not in body, name


@pytest.mark.parametrize("role", ["RO", "PR", "AD"])
def test_pages_fetch_nothing_from_elsewhere_and_run_no_strings_as_code(shown, role):
    client = signed_in(shown, role)
    for name, (method, may, query) in MATRIX.items():
        if method != "get" or role not in may:
            continue
        response = client.get(address(name, shown.ids) + query)
        policy = response["Content-Security-Policy"]
        assert "unsafe-eval" not in policy
        assert "script-src 'self'" in policy
        if response.status_code == 200 and not response.streaming:
            for url in re.findall(r'(?:src|href|action)="(https?:)?//([^"/]+)', response.content.decode()):
                assert url[1] == "testserver", (name, url)


def test_the_public_page_needs_no_account_and_dies_with_a_wrong_link(shown):
    client = Client()
    assert client.get(reverse("collections:public", args=[shown.ids["token"]])).status_code == 200
    assert client.get(reverse("collections:public", args=["x" * 43])).status_code == 404


def test_health_answers_anyone(shown):
    assert Client().get("/health").content == b"ok"
