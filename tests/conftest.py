"""Fixtures every test may use: the shared data, a data home of its own, a clock that stands still."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from zhiheng.base import clock

pytest_plugins = ["rows", "spark"]
SHARED = Path(__file__).parents[2] / "shared"
NOON = dt.datetime(2024, 11, 20, 12, 0, tzinfo=clock.SHANGHAI)


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark that `run.py` asks for."""
    config.addinivalue_line("markers", "database: uses the database (set by itself); run on PostgreSQL too")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the database, by mark or through a fixture."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"}:
            item.add_marker("database")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data sets and score sheets beside the project, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("没有 ../shared：公开数据集不在这台机器上，本测试略过")
    return SHARED


@pytest.fixture(scope="session")
def database_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data home that holds the SQLite test database, where there is one."""
    return tmp_path_factory.mktemp("database_home")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_home: Path) -> None:
    """Keep the SQLite test database in a file, so that threads and other processes share it as in life."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = database_home / "db.sqlite3"


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    """A data home of this test's own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return settings.HOME


@pytest.fixture
def fixed_clock() -> Iterator[dt.datetime]:
    """The clock standing still at noon of 2024-11-20."""
    with clock.fixed(NOON):
        yield NOON


@pytest.fixture
def process_env(transactional_db, settings, database_home: Path) -> dict[str, str]:
    """The environment that lets another process use this test's database; its data home is `database_home`."""
    settings.HOME = database_home
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    env = {
        **os.environ,
        "ZHIHENG_HOME": str(database_home),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
    }
    env.pop("DATABASE_URL", None)
    if connection.vendor == "postgresql":
        at = connection.settings_dict
        host = at["HOST"] or at["OPTIONS"]["host"]
        env["DATABASE_URL"] = f"postgres://{at['USER']}@/{at['NAME']}?host={host}"
    return env
