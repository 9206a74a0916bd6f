"""A noisy earlier score corrected by its known reliability, so that schools with weak intakes are not blamed.

A pupil's measured start is drawn towards what is known of the school's intake; the slope on that is the slope on
the true start. Not for scores whose reliability is a guess.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.mixed import mixed_model

Array = NDArray[np.float64]


def expected_true_prior(prior: ArrayLike, units: ArrayLike, reliability: float) -> Array:
    """Expected true earlier score given every measured one, shape (n,).

    With μ and the school's intake â from a mixed model of the earlier score, and κ the share of the spread inside
    schools that is not error: μ + â + κ (x − μ − â). A regression on this has the slope of the true score, if value
    added does not go with intake.

    Parameters
    ----------
    prior : shape (n,), no missing. units : shape (n,).
    reliability : share of the variance of `prior` over all pupils that is not error, above 0, at most 1.

    Raises
    ------
    CannotEstimate
        Reliability outside its range, or so low that error would exceed the whole spread inside schools.

    References
    ----------
    Carroll, Ruppert, Stefanski & Crainiceanu (2006), Measurement Error in Nonlinear Models, 2nd ed., chapter 4.
    Fuller (1987), Measurement Error Models, section 1.2 (known reliability).
    """
    if not 0 < reliability <= 1:
        raise CannotEstimate(f"信度写的是 {reliability:g}，应大于 0、不超过 1。")
    x = np.asarray(prior, dtype=float)
    fit = mixed_model(x, np.ones((len(x), 1)), {"单位": units})
    error = (1 - reliability) * float(x.var())
    if error >= fit.sigma2:
        raise CannotEstimate(
            f"信度 {reliability:g} 意味着测量误差大过校内学生之间的全部差别，与数据不符。请核对信度。"
        )
    return x - error / fit.sigma2 * fit.residuals
