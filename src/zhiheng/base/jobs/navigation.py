"""Where long work stands in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import EVERYONE

ITEMS = [RailItem("设置", "任务进度", "jobs:list", EVERYONE, order=40)]
