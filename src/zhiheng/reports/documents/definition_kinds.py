"""The bureau's own name, as documents print it."""

from collections.abc import Mapping
from typing import Any

from zhiheng.base.definitions.kinds import DefinitionKind
from zhiheng.base.errors import Explained

FIELDS = {"county": "县名", "organisation": "单位全称", "office": "承办科室"}


def _bureau(key: str, body: Mapping[str, Any]) -> None:
    empty = [label for name, label in FIELDS.items() if not str(body.get(name, "")).strip()]
    if empty:
        raise Explained(f"本局名称缺少：{'、'.join(empty)}。请填写后再保存。")


KINDS = (DefinitionKind("bureau", "本局名称", _bureau, shipped="bureau"),)
