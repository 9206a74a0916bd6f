"""Where the front page stands in the rail."""

from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("驾驶舱", "驾驶舱", "cockpit")]
