"""Where 收表台 stands in the rail."""

from zhiheng.base.access import COLLECT_READ
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("证据", "收表台", "collections:list", COLLECT_READ, order=10)]
