"""Value-added (增值): what schools add, told apart from whom they teach and from chance."""

from zhiheng.core.value_added.crossproducts import CrossProducts as CrossProducts
from zhiheng.core.value_added.errors import CannotEstimate as CannotEstimate
from zhiheng.core.value_added.mixed import fit_cross_products as fit_cross_products
from zhiheng.core.value_added.mixed import mixed_model as mixed_model
from zhiheng.core.value_added.result import MixedFit as MixedFit
from zhiheng.core.value_added.result import MixedModel as MixedModel
from zhiheng.core.value_added.rows import cross_products as cross_products
