"""Where external comparisons stand in the rail."""

from zhiheng.base.access import EXTERNAL
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("证据", "外部比较", "comparison:list", EXTERNAL, order=85)]
