"""Where the heads of units stand in the rail."""

from zhiheng.base.access import SCHOOLS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("设置", "组织与负责人", "units:list", SCHOOLS, order=15)]
