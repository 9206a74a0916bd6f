"""The kinds every installation has: 口径 and the composites they name."""

from collections.abc import Mapping
from typing import Any

from zhiheng.base.definitions.kinds import DefinitionKind
from zhiheng.base.errors import Explained
from zhiheng.frames.caliber import caliber_from_body


def _caliber(key: str, body: Mapping[str, Any]) -> object:
    return caliber_from_body(body, key=key)


def _composite(key: str, body: Mapping[str, Any]) -> None:
    missing = [name for name in ("kind", "weights") if name not in body]
    if missing:
        raise Explained(f"综合分方案“{key}”缺少：{'、'.join(missing)}。")


KINDS = (
    DefinitionKind("caliber", "口径", _caliber, shipped="calibers"),
    DefinitionKind("composite", "综合分方案", _composite, shipped="composites"),
)
