"""Where the monitoring plan stands in the rail."""

from zhiheng.base.access import PLANS
from zhiheng.base.components.rail import RailItem

ITEMS = [RailItem("证据", "监测方案", "plans:list", PLANS, order=55)]
