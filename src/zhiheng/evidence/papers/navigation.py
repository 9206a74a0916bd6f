"""Where papers stand in the rail."""

from zhiheng.base.access import PAPERS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("证据", "试卷与命题", "papers:list", PAPERS, order=65)]
