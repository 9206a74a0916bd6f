"""Where the list of filed tests stands in the rail."""

from zhiheng.base.access import FILINGS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("证据", "考试备案表", "filings:list", FILINGS, order=60)]
