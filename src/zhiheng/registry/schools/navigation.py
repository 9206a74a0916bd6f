"""Where schools stand in the rail."""

from zhiheng.base.access import SCHOOLS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("设置", "学校", "schools:list", SCHOOLS, order=10)]
