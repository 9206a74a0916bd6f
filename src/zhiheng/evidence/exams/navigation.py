"""Where exams stand in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import RESULTS

ITEMS = [RailItem("测量", "考试", "exams:list", RESULTS, order=10, also=frozenset({"results", "datasets"}))]
