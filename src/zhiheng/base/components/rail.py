"""How a folder says where its pages stand in the rail. Which of them one person sees is the shell's business."""

from dataclasses import dataclass

SECTIONS = ("驾驶舱", "证据", "测量", "评判", "行动", "报告", "规划", "设置")
"""The loop, in reading order. A section without a page for a person is not shown to that person."""
RULES_AFTER = frozenset({"驾驶舱", "报告"})
"""Sections followed by a thin rule."""


@dataclass(frozen=True, slots=True)
class RailItem:
    """One page of the rail.

    Attributes
    ----------
    url_name : full name, as `reverse` takes it; pages of the same namespace keep the item marked.
    roles : who sees it; empty means everyone signed in.
    also : further namespaces whose pages stand under this item.
    """

    section: str
    label: str
    url_name: str
    roles: frozenset[str] = frozenset()
    order: int = 50
    also: frozenset[str] = frozenset()

    def holds(self, namespace: str) -> bool:
        """Tell whether pages of this namespace stand under the item."""
        return namespace == self.url_name.split(":")[0] or namespace in self.also
