"""Where growth stands in the rail."""

from zhiheng.base.access import GROWTH
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("测量", "增值与成长", "growth:list", GROWTH, order=50)]
