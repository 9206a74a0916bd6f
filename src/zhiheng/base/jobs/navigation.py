"""Where long work stands in the rail."""

from zhiheng.base.access import EVERYONE
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("设置", "任务进度", "jobs:list", EVERYONE, order=40)]
