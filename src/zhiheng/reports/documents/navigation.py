"""Where documents stand in the rail."""

from zhiheng.base.access import DOCUMENTS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("报告", "文件", "documents:list", DOCUMENTS)]
