"""Where definitions stand in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import CALIBER_READ

ITEMS = [RailItem("测量", "口径", "definitions:list", CALIBER_READ, order=20)]
