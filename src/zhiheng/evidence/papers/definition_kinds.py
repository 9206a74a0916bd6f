"""命题细则: the bureau's rules for setting papers, a version at a time, with the checklist drawn from them."""

from collections.abc import Mapping
from typing import Any

from zhiheng.base.definitions.kinds import DefinitionKind
from zhiheng.base.errors import Explained

KIND, KEY = "paper_rule", "paper_rule"


def _paper_rule(key: str, body: Mapping[str, Any]) -> None:
    points = body.get("checklist")
    if not isinstance(points, Mapping) or not points:
        raise Explained("命题细则里要有核对清单：编号 → 要求，至少一条。")
    if not all(str(text).strip() for text in points.values()):
        raise Explained("核对清单的每一条都要写明要求。")


KINDS = (DefinitionKind(KIND, "命题细则", _paper_rule, shipped="paper_rules"),)
