"""Where definitions stand in the rail."""

from zhiheng.base.access import CALIBER_READ
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("测量", "口径", "definitions:list", CALIBER_READ, order=20)]
