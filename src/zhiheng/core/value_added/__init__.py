"""Value-added (增值): what schools add, told apart from whom they teach and from chance."""

from zhiheng.core.value_added.bands import band_percentiles as band_percentiles
from zhiheng.core.value_added.bands import entry_exit as entry_exit
from zhiheng.core.value_added.bands import starting_bands as starting_bands
from zhiheng.core.value_added.crossproducts import CrossProducts as CrossProducts
from zhiheng.core.value_added.errors import CannotEstimate as CannotEstimate
from zhiheng.core.value_added.mixed import fit_cross_products as fit_cross_products
from zhiheng.core.value_added.mixed import mixed_model as mixed_model
from zhiheng.core.value_added.prior_error import expected_true_prior as expected_true_prior
from zhiheng.core.value_added.residuals import residual_value_added as residual_value_added
from zhiheng.core.value_added.result import MixedFit as MixedFit
from zhiheng.core.value_added.result import MixedModel as MixedModel
from zhiheng.core.value_added.rolling import rolling_value_added as rolling_value_added
from zhiheng.core.value_added.rows import cross_products as cross_products
from zhiheng.core.value_added.subjects import subject_profile as subject_profile
from zhiheng.core.value_added.units import ValueAdded as ValueAdded
from zhiheng.core.value_added.units import value_added as value_added
from zhiheng.core.value_added.verdicts import Rules as Rules
