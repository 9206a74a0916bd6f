"""Where the bands of marks stand in the rail."""

from zhiheng.base.access import BANDS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("测量", "分数段", "bands:list", BANDS, order=60)]
