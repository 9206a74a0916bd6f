"""Where schools stand in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import SCHOOLS

ITEMS = [RailItem("设置", "学校", "schools:list", SCHOOLS, order=10)]
