"""Where exams stand in the rail."""

from zhiheng.base.access import RESULTS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("测量", "考试", "exams:list", RESULTS, order=10, also=frozenset({"results", "datasets"}))]
