"""Where people stand in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import PEOPLE

ITEMS = [RailItem("设置", "人员与权限", "accounts:list", PEOPLE, order=20)]
