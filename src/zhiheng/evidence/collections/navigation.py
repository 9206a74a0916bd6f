"""Where 收表台 stands in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import COLLECT_READ

ITEMS = [RailItem("证据", "收表台", "collections:list", COLLECT_READ, order=10)]
