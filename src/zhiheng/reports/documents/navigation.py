"""Where documents stand in the rail."""

from zhiheng.base.components.rail import RailItem
from zhiheng.base.people.access import DOCUMENTS

ITEMS = [RailItem("报告", "文件", "documents:list", DOCUMENTS)]
