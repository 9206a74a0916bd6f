"""Where the calibration of items stands in the rail."""

from zhiheng.base.access import ITEM_SCALING
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("测量", "题目标定与公平", "scaling:list", ITEM_SCALING, order=55)]
