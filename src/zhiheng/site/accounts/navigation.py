"""Where people stand in the rail."""

from zhiheng.base.access import PEOPLE
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("设置", "人员与权限", "accounts:list", PEOPLE, order=20)]
