"""A county with everything a page can show, made once for a module and taken away again."""

from collections.abc import Iterator

import pytest
from django.conf import settings as project
from django.core.management import call_command
from pages_data import Shown, everything


@pytest.fixture(scope="module")
def module_home(tmp_path_factory):
    """The data home all tests of a module share."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def home(settings, module_home):
    """Point every test at the module's data home."""
    settings.HOME = module_home
    return module_home


@pytest.fixture(scope="module")
def shown(django_db_setup, django_db_blocker, module_home) -> Iterator[Shown]:
    """The county with its exam, data, collection and documents, committed for the length of the module."""
    with django_db_blocker.unblock():
        before, project.HOME = project.HOME, module_home
        try:
            yield_value = everything()
            yield yield_value
        finally:
            call_command("flush", interactive=False, verbosity=0)
            project.HOME = before
