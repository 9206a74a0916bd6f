"""Find what the folders of a stage declare: models, urls, navigation, jobs, templates.

A new folder is found by its file names; no central list is edited. Knows nothing of what it finds.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

STAGES = ("base", "registry", "evidence", "measures", "reports", "site")


def stage_modules(stage: str, name: str) -> Iterator[ModuleType]:
    """Import `<stage>.<folder>.<name>` for every folder of a stage package that has such a module."""
    package = importlib.import_module(stage)
    for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        if found.ispkg and any(
            (Path(path) / found.name / f"{name}.py").exists() for path in package.__path__
        ):
            yield importlib.import_module(f"{stage}.{found.name}.{name}")


def all_modules(name: str) -> Iterator[ModuleType]:
    """The same over every stage, in the order of the loop."""
    for stage in STAGES:
        yield from stage_modules(f"zhiheng.{stage}", name)


def template_folders(package: Path) -> list[Path]:
    """Return every templates folder of the stages and of the folders inside them."""
    return [
        folder
        for stage in STAGES
        for folder in [package / stage / "templates", *sorted((package / stage).glob("*/templates"))]
        if folder.is_dir()
    ]
