"""What a fitted mixed model says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from zhiheng.core.intervals import Interval

Array = NDArray[np.float64]


class Effects(NamedTuple):
    """Predicted effects of one group's levels (EBLUP).

    levels : shape (n_levels,), sorted labels.
    effects, sd : shape (n_levels,); with random slopes (n_levels, q), intercept first. `sd` is the conditional
        standard deviation, the variance components and coefficients taken as known.
    """

    levels: NDArray
    effects: Array
    sd: Array


@dataclass(frozen=True)
class MixedFit:
    """A linear mixed model estimated from cross-products.

    n : pupils (sum of weights). n_rows : rows they came in.
    loglik : log-likelihood; restricted under REML, comparable only between models with the same X.
    coef : shape (p,). coef_covariance : shape (p, p).
    sigma2 : variance left between pupils. components : group → covariance matrix of its effects, shape (q, q).
    effects : group → Effects. effect_covariances : group → conditional covariances, shape (n_levels, q, q).
    effect_errors : group → standard error of each effect as an estimate of the true one, shaped like its `sd`; the
        uncertainty of the coefficients is in it, so intervals for single levels are made of this one.
    explained_variance : variance of Xβ over pupils. group_variances : group → mean variance its effects add.
    singular : groups with a component at zero, or slopes that follow exactly from the intercept.
    converged : False where the search stopped early; then nothing here may be used.
    """

    reml: bool
    converged: bool
    n: float
    n_rows: int
    loglik: float
    coef: Array
    coef_covariance: Array
    sigma2: float
    components: Mapping[str, Array]
    effects: Mapping[str, Effects]
    effect_covariances: Mapping[str, Array]
    effect_errors: Mapping[str, Array]
    n_parameters: int
    explained_variance: float
    group_variances: Mapping[str, float]
    singular: tuple[str, ...]

    @property
    def coef_se(self) -> Array:
        """Standard errors of the coefficients, shape (p,)."""
        return np.sqrt(np.diag(self.coef_covariance))

    @property
    def deviance(self) -> float:
        """−2 × log-likelihood; under REML the REML criterion."""
        return -2 * self.loglik

    @property
    def aic(self) -> float:
        """Akaike's criterion: smaller is better."""
        return self.deviance + 2 * self.n_parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion: smaller is better; dearer parameters than in `aic`."""
        return self.deviance + float(np.log(self.n)) * self.n_parameters

    @property
    def icc(self) -> dict[str, float]:
        """Share of the variance X leaves that lies between the levels of each group (组内相关), 0 to 1."""
        whole = sum(self.group_variances.values()) + self.sigma2
        return {name: variance / whole for name, variance in self.group_variances.items()}

    @property
    def r2_marginal(self) -> float:
        """Share of the variance that X explains (Nakagawa & Schielzeth 2013; slopes as Johnson 2014)."""
        return self.explained_variance / self._whole_variance

    @property
    def r2_conditional(self) -> float:
        """Share of the variance that X and the groups explain together."""
        return 1 - self.sigma2 / self._whole_variance

    @property
    def _whole_variance(self) -> float:
        return self.explained_variance + sum(self.group_variances.values()) + self.sigma2

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must be told before the figures, in Chinese; usually nothing."""
        said = [
            f"“{name}”一级的方差估计为 0（或斜率与截距完全相关）：数据看不出这一级有单独的差别。"
            for name in self.singular
        ]
        if not self.converged:
            said.insert(0, "估计没有收敛，结果不能使用。请减少分组层次或随机斜率后再试。")
        return tuple(said)

    def comparative_interval(self, name: str) -> Interval:
        """Intervals of which two that do not overlap differ at about the 5 % level, for levels of like size.

        Narrower than a 95 % interval, and only for comparing two levels picked before looking.

        References
        ----------
        Goldstein & Healy (1995), JRSS A 158, 175-177.
        """
        _, effects, sd = self.effects[name]
        half = float(ndtri(0.975)) / np.sqrt(2) * sd
        return Interval(effects - half, effects + half)


@dataclass(frozen=True)
class MixedModel(MixedFit):
    """The same with what is known of each row given.

    fitted : shape (n_given,), Xβ and effects. residuals : y less that. NaN in rows left out.
    kept : shape (n_given,), False for rows left out because something was missing.
    """

    fitted: Array
    residuals: Array
    kept: NDArray[np.bool_]
