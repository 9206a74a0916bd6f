"""Where participation in school courses stands in the rail."""

from zhiheng.base.access import COURSES
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("证据", "校本课程参与", "participation:list", COURSES, order=70)]
