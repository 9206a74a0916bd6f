"""Linear mixed models: pupils in classes, schools and towns, nested or crossed, estimated from cross-products.

What the effects say about schools, and when they may not be shown, is in `units`.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zhiheng.core.value_added.crossproducts import CrossProducts
from zhiheng.core.value_added.errors import CannotEstimate
from zhiheng.core.value_added.result import Effects, MixedFit, MixedModel
from zhiheng.core.value_added.rows import Rows, complete_rows
from zhiheng.core.value_added.search import Found, least_deviance
from zhiheng.core.value_added.system import lay_out

Array = NDArray[np.float64]
DEPENDENT = 1e-10  # share of a column's variance that the columns before it must leave unexplained
SINGULAR = 1e-4  # relative root below which a component counts as zero, as lme4 judges
EXACT = 1e-12  # share of the variance of y below which nothing is left to divide among levels


def mixed_model(
    y: ArrayLike,
    X: ArrayLike,
    groups: Mapping[str, ArrayLike],
    *,
    random_slopes: Mapping[str, Sequence[int]] | None = None,
    reml: bool = True,
    weights: ArrayLike | None = None,
    uncorrelated: Collection[str] = (),
    columns: Sequence[str] | None = None,
) -> MixedModel:
    """Fit y = Xβ + Σ Z b + e with normal b per level of each group (多层线性模型).

    An effect of +3 for a school reads: its pupils score 3 points above pupils elsewhere with the same X, after
    the figure has been drawn towards the average as far as its pupils are few. It is not by itself what the school
    caused.

    Parameters
    ----------
    y : shape (n,). Outcome.
    X : shape (n, p). Includes a column of ones.
    groups : name → labels, shape (n,), whole numbers or texts. Nested or crossed: the labels decide, so a class
        needs a label that no other school uses.
    random_slopes : name → columns of X whose coefficient varies with that group, correlated with its intercept.
    reml : restricted likelihood (the default), or maximum likelihood, needed to compare models with other X.
    weights : shape (n,). How many pupils a row stands for: a row of weight 2 is the row twice.
    uncorrelated : groups whose slopes vary independently of the intercept and of each other.
    columns : names of the columns of X, for error messages.

    Rows with a missing number or label, or weight 0, are left out; `kept` says which rows stayed.

    Returns
    -------
    MixedModel

    Raises
    ------
    CannotEstimate
        No column of ones; columns that depend on others; one level only; as many levels as pupils; no spread.

    References
    ----------
    Bates, Mächler, Bolker & Walker (2015), Journal of Statistical Software 67(1): the deviance minimised.
    Goldstein (2011), Multilevel Statistical Models, 4th ed., chapters 2 and 12.
    """
    rows = complete_rows(y, X, groups, weights)
    data = rows.cross_products(random_slopes or {})
    fit = fit_cross_products(data, reml=reml, uncorrelated=uncorrelated, columns=columns)
    return _with_rows(fit, rows, data)


def fit_cross_products(
    data: CrossProducts,
    *,
    reml: bool = True,
    uncorrelated: Collection[str] = (),
    columns: Sequence[str] | None = None,
) -> MixedFit:
    """Fit the same model to sums alone: of one table, of many files added up, or of Spark partitions."""
    change = _standard_units(data, frozenset(uncorrelated), columns)
    standard = data.in_columns(change)
    _check_levels(data)
    found = least_deviance(lay_out(standard), reml=reml, uncorrelated=frozenset(uncorrelated))
    return _in_given_units(data, change, found)


def _standard_units(data: CrossProducts, uncorrelated: frozenset[str], names: Sequence[str] | None) -> Array:
    """The change of columns (X, y) to mean 0 and spread 1, which the search and rounding like best.

    A column whose slope must stay uncorrelated with the intercept keeps its zero: that model knows where 0 is.
    """
    constant, n = data.constant, data.n
    middle = data.gram[constant] / n
    for name in uncorrelated & data.factors.keys():
        slopes = [j for j in data.factors[name].columns if j != constant]
        middle[slopes] = -data.centre[slopes]
    middle[constant] = 0.0
    spread = np.sqrt(np.maximum(np.diag(data.gram) / n - 2 * middle * data.gram[constant] / n + middle**2, 0))
    flat = spread <= 1e-10 * np.abs(middle + data.centre)
    if flat[-1]:
        raise CannotEstimate("成绩全都相同，没有差别可分到学校和学生。请核对成绩列。")
    change = np.diag(1 / np.where(flat, 1.0, spread))
    change[constant] = -middle * np.diag(change)
    change[constant, constant] = 1.0
    _check_columns(data.in_columns(change).gram, constant, names)
    return change


def _check_columns(gram: Array, constant: int, names: Sequence[str] | None) -> None:
    """Say which column of X is a combination of which others, and that there are more rows than columns."""
    n, p = gram[constant, constant], len(gram) - 1
    if n <= p:
        raise CannotEstimate(f"只有 {n:g} 名学生，却有 {p} 列自变量。学生数要多于列数。")
    called = [f"“{name}”" for name in names] if names else [f"第 {j + 1} 列" for j in range(p)]
    free = [constant]
    for j in (j for j in range(p) if j != constant):
        share = np.linalg.solve(gram[np.ix_(free, free)], gram[free, j])
        if gram[j, j] - share @ gram[free, j] < DEPENDENT * n:
            others = "、".join(called[k] for k, part in zip(free, share, strict=True) if abs(part) > 1e-6)
            raise CannotEstimate(
                f"自变量{called[j]}可由{others or '常数列'}算出来（共线），系数无法确定。请去掉其中一列。"
            )
        free.append(j)
    share = np.linalg.solve(gram[np.ix_(free, free)], gram[free, p])
    if gram[p, p] - share @ gram[free, p] < EXACT * n:
        raise CannotEstimate("成绩可由自变量完全算出来，没有剩余的差别。请核对自变量里是否混进了成绩本身。")


def _check_levels(data: CrossProducts) -> None:
    for name, factor in data.factors.items():
        levels, q = factor.sums.shape[:2]
        if levels < 2:
            raise CannotEstimate(f"分组“{name}”只有 {levels} 个单位，看不出单位之间的差别。至少要 2 个。")
        if levels * q >= data.n:
            raise CannotEstimate(
                f"分组“{name}”有 {levels} 个单位、每个 {q} 个效应，却只有 {data.n:g} 名学生，"
                "分不开单位的差别和学生的差别。请用更大的分组。"
            )


def _in_given_units(data: CrossProducts, change: Array, found: Found) -> MixedFit:
    """Coefficients, components and effects as if the given columns had never been changed."""
    at = found.at
    constant, n = data.constant, data.n
    unit = 1 / change[-1, -1]
    sigma2 = float(unit**2) * at.penalised_rss / at.degrees
    scales = np.diag(change)[:-1]
    back = np.diag(scales)
    back[constant] = change[constant, :-1] - data.centre[:-1] * scales
    back[constant, constant] = 1.0
    coef = unit * back @ at.coef
    coef[constant] += data.centre[-1] - unit * change[constant, -1]
    components, effects, covariances, errors, variances = {}, {}, {}, {}, {}
    for name, factor in data.factors.items():
        root = back[np.ix_(factor.columns, factor.columns)] @ at.factorisation.roots[name]
        components[name] = sigma2 * root @ root.T
        covariances[name] = sigma2 * root @ found.inverse[name] @ root.T
        effects[name] = Effects(
            factor.levels, _narrowed(unit * at.u[name] @ root.T), _narrowed(_spread(covariances[name]))
        )
        by_x = at.by_column[name][:, :, :-1]
        through_coef = np.einsum("lap,pr,lbr->lab", by_x, at.coef_covariance, by_x, optimize=True)
        errors[name] = _narrowed(_spread(covariances[name] + sigma2 * root @ through_coef @ root.T))
        centred = np.eye(len(root))
        centred[0, 1:] = data.centre[list(factor.columns[1:])]
        products = centred.T @ factor.own.sum(0) @ centred
        variances[name] = float((components[name] * products).sum() / n)
    return MixedFit(
        reml=at.reml,
        converged=found.converged,
        n=n,
        n_rows=data.n_rows,
        loglik=-0.5 * float(at.deviance + 2 * at.degrees * np.log(unit) - 2 * at.reml * np.log(scales).sum()),
        coef=coef,
        coef_covariance=sigma2 * back @ at.coef_covariance @ back.T,
        sigma2=sigma2,
        components=components,
        effects=effects,
        effect_covariances=covariances,
        effect_errors=errors,
        n_parameters=len(coef) + 1 + found.n_free,
        explained_variance=_explained(data, coef),
        group_variances=variances,
        singular=tuple(
            name for name, root in at.factorisation.roots.items() if np.abs(np.diag(root)).min() < SINGULAR
        ),
    )


def _spread(covariances: Array) -> Array:
    return np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))


def _narrowed(columns: Array) -> Array:
    """One number per level where there is but one effect."""
    return columns[:, 0] if columns.shape[1] == 1 else columns


def _explained(data: CrossProducts, coef: Array) -> float:
    """Variance of Xβ over the rows (÷ n − 1)."""
    n, means = data.n, data.gram[data.constant, :-1] / data.n
    spread = data.gram[:-1, :-1] - n * np.outer(means, means)
    return float(coef @ spread @ coef / (n - 1))


def _with_rows(fit: MixedFit, rows: Rows, data: CrossProducts) -> MixedModel:
    """Add what is known of each row."""
    fitted = rows.X @ fit.coef
    for name, factor in data.factors.items():
        effects = fit.effects[name].effects.reshape(len(factor.levels), -1)[rows.groups[name].codes]
        fitted += effects[:, 0]
        for k, column in enumerate(factor.columns[1:], 1):
            fitted += effects[:, k] * rows.X[:, column]
    if rows.kept.all():
        return MixedModel(**vars(fit), fitted=fitted, residuals=rows.y - fitted, kept=rows.kept)
    everywhere = np.full((2, len(rows.kept)), np.nan)
    everywhere[:, rows.kept] = fitted, rows.y - fitted
    return MixedModel(**vars(fit), fitted=everywhere[0], residuals=everywhere[1], kept=rows.kept)
