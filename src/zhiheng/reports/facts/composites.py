"""综合分 as documents print it: the schemes the 口径 lists, and which of them a reader may be told. Nothing is computed."""

from dataclasses import dataclass, replace
from functools import cache

from zhiheng.files.number_formats import NumberFormat
from zhiheng.frames.caliber import Caliber
from zhiheng.standards.loader import load

_ALONE = ("weighted_sum", "exclusive_bands")
"""Kinds that need nothing but the unit's own figures; the others set it beside other units."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme of 综合分.

    Attributes
    ----------
    title, version, source : as the definition has them.
    compares : its value rests on other units too, so that a school could work out theirs.
    format : how its values are printed.
    """

    key: str
    title: str
    version: int
    source: str
    compares: bool
    format: NumberFormat

    @property
    def short(self) -> str:
        """The title without what stands in brackets: 4∶3∶3 综合分."""
        return self.title.partition("（")[0]

    @property
    def cited(self) -> str:
        """Title and version: 4∶3∶3 综合分 第1版."""
        return f"{self.short} 第{self.version}版"


@cache
def _schemes() -> dict[str, tuple[Scheme, ...]]:
    """Return each scheme by key; beside one that measures by the best unit, its control in which none is the yardstick."""
    found: dict[str, tuple[Scheme, ...]] = {}
    for row in load("composites"):
        scheme = Scheme(
            row["key"],
            row["title"],
            row["version"],
            row["source"],
            row["body"]["kind"] not in _ALONE,
            NumberFormat(decimals=row["body"]["places"]),
        )
        control = replace(scheme, key=f"{scheme.key}_z", title=f"{scheme.short} 标准分对照（不以最高校为尺）")
        found[scheme.key] = (scheme, control) if row["body"]["kind"] == "best_ratio" else (scheme,)
    return found


def schemes_of(caliber: Caliber, *, comparing: bool) -> tuple[Scheme, ...]:
    """Return the schemes of a 口径 in its order; those that set units beside each other only where `comparing`."""
    found = (scheme for key in caliber.composites for scheme in _schemes()[key])
    return tuple(scheme for scheme in found if comparing or not scheme.compares)
