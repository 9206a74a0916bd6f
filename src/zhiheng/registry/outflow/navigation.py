"""Where the counts of pupils who left stand in the rail."""

from zhiheng.base.access import OUTFLOW
from zhiheng.base.components.rail import RailItem

ITEMS = [
    RailItem("证据", "外流人数", "outflow:list", OUTFLOW, order=80),
]
