"""Which kinds of definition there are: each is declared in the `definition_kinds` module of some folder.

Knows how a body of each kind is checked, not what it means.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from zhiheng.base.discovery import all_modules


@dataclass(frozen=True, slots=True)
class DefinitionKind:
    """One kind of definition.

    Attributes
    ----------
    code : as stored, `caliber`.
    label : as shown, 口径.
    validate : called with (key, body); raises an exception with `for_user` where the body cannot be meant.
    shipped : name of the file under `standards` that seeds it; empty where nothing ships.
    """

    code: str
    label: str
    validate: Callable[[str, Mapping[str, Any]], object]
    shipped: str = ""


@cache
def definition_kinds() -> dict[str, DefinitionKind]:
    """Return every kind by code."""
    return {kind.code: kind for module in all_modules("definition_kinds") for kind in module.KINDS}
