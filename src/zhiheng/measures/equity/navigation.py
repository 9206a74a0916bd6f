"""Where equity between schools stands in the rail."""

from zhiheng.base.access import EQUITY
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("测量", "校际均衡", "equity:list", EQUITY, order=52)]
