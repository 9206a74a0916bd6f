"""A Spark cluster on this machine, two workers of one core each: what a province runs, in small.

Registered as a plugin by `conftest`; a test asks for the fixture `spark`.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

MOST_HOME = "2m"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.executor.memory": "1g",
    # Sums and tables of groups come home, rows do not: a job that brings more than this to the driver fails. Tables
    # that Spark would send to every worker pass through the driver too, so only small ones may.
    "spark.driver.maxResultSize": MOST_HOME,
    "spark.sql.autoBroadcastJoinThreshold": "100k",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Return a session on workers of their own processes, so nothing is shared by accident."""
    os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local-cluster[2,1,2048]").appName("zhiheng")
    work = tmp_path_factory.mktemp("spark")
    os.environ["SPARK_WORKER_DIR"] = str(work / "workers")
    for name, value in {**SETTINGS, "spark.local.dir": str(work)}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
