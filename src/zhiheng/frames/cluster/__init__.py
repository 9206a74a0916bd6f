"""Estimators of `core` over a Spark cluster: executors send sums and counted cells, never pupils' rows.

Needs PySpark (the extra `spark`); nothing else imports this package. The group tables and `linked` need nothing from
here: they run on Spark frames as they are.
"""

from zhiheng.frames.cluster.growth import growth_norms_on, growth_percentiles_by, growth_percentiles_on
from zhiheng.frames.cluster.irt import ClusterFit, fit_irt_on
from zhiheng.frames.cluster.models import mixed_model_on

__all__ = [
    "ClusterFit",
    "fit_irt_on",
    "growth_norms_on",
    "growth_percentiles_by",
    "growth_percentiles_on",
    "mixed_model_on",
]
