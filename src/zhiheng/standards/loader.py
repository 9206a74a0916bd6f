"""Read the rule files beside this module. They hold facts with their source; no code decides a value."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def load(name: str) -> Any:
    """Return the content of `<name>.yaml`, parsed. Callers must not change it.

    Raises
    ------
    FileNotFoundError
        There is no such rule file.
    """
    return yaml.safe_load(files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
