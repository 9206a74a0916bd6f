"""Score distributions as estimates: observed shares, or a log-linear model fitted to them (pre-smoothing).

A model of degree d keeps the first d moments of the sample and smooths the rest. Not for choosing the degree:
compare `chi2` and `aic` of neighbouring degrees for that.
"""

from dataclasses import dataclass

import numpy as np

from zhiheng.core.equating.sample import Array, EquatingError, Sample

STEPS = 200


@dataclass(frozen=True)
class Smoothed:
    """Estimated shares of all cells and how surely they are known.

    Attributes
    ----------
    p : shape (J, L)
        Share of pupils in each cell; sums to 1.
    n : int
        Pupils behind it.
    design : shape (cells, parameters), or None
        Score functions of the log-linear model over all cells (0 where impossible); None for observed shares.
    chi2, df : likelihood-ratio chi-square of the model against the observed counts, and its degrees of freedom.
    """

    p: Array
    n: int
    design: Array | None = None
    chi2: float = 0.0
    df: int = 0

    @property
    def aic(self) -> float:
        """Chi-square plus twice the parameters: the smallest of several degrees is the usual choice."""
        return self.chi2 + 2 * (0 if self.design is None else self.design.shape[1])

    def covariance(self, functions: Array) -> Array:
        """Sampling covariance of estimated means.

        Parameters
        ----------
        functions : shape (k, J, L)
            A value of each function in each cell; the means are Σ p·f.

        Returns
        -------
        shape (k, k).

        References
        ----------
        Holland & Thayer (1987), ETS RR-87-31: Σ_p T (T'Σ_p T)⁻¹ T'Σ_p / n for a model with score functions T.
        """
        p, f = self.p.ravel(), functions.reshape(len(functions), -1)
        centred = f - (f @ p)[:, None]
        if self.design is None:
            return (centred * p) @ centred.T / self.n
        bridge = (centred * p) @ self.design  # (k, parameters)
        return bridge @ np.linalg.solve(_information(self.design, p), bridge.T) / self.n


def observed(sample: Sample) -> Smoothed:
    """Return the shares as counted."""
    return Smoothed(sample.counts / sample.n, sample.n)


def loglinear(sample: Sample, degree: int, *, possible: Array | None = None) -> Smoothed:
    """Fit log p = polynomial of the given degree in the score (and anchor score, with their product) by ML.

    Parameters
    ----------
    sample : Sample
    degree : int ≥ 1
        Moments kept of each margin. With anchors the mean of score × anchor score is kept too.
    possible : bool array, shape (J, L), optional
        Cells that can occur at all; with an anchor inside the paper no pupil has more on it than in total.

    Raises
    ------
    EquatingError
        The degree is too high for the scores that occur, so that no finite model fits.

    References
    ----------
    Holland & Thayer (2000), Journal of Educational and Behavioral Statistics 25, 133-183.
    """
    can = np.ones(sample.counts.shape, dtype=bool) if possible is None else possible
    inside = can.ravel()
    functions = _score_functions(sample, degree)[inside]
    if degree < 1 or functions.shape[1] >= inside.sum():
        raise EquatingError(
            f"{sample.name}的平滑阶数写的是 {degree}，应不小于 1，且小于分数点的个数（{len(sample.points)}）。常用 4 到 6。"
        )
    basis = np.linalg.qr(np.column_stack([np.ones(len(functions)), functions]))[0][:, 1:]
    share = sample.counts.ravel()[inside] / sample.n
    p = _fit(basis, share, sample.name, degree)
    seen = share > 0
    chi2 = 2 * sample.n * float((share[seen] * np.log(share[seen] / p[seen])).sum())
    full, design = np.zeros(len(inside)), np.zeros((len(inside), basis.shape[1]))
    full[inside], design[inside] = p, basis
    df = int(inside.sum()) - 1 - basis.shape[1]
    return Smoothed(full.reshape(sample.counts.shape), sample.n, design, chi2, df)


def _score_functions(sample: Sample, degree: int) -> Array:
    """Powers of score and anchor score, scaled to −1 … 1, one row a cell."""
    scaled = [2 * (s - s[0]) / max(s[-1] - s[0], 1) - 1 for s in (sample.points, sample.anchors)]
    x, v = (grid.ravel() for grid in np.meshgrid(*scaled, indexing="ij"))
    columns = [x**k for k in range(1, degree + 1)]
    if len(sample.anchors) > 1:
        columns += [v**k for k in range(1, min(degree, len(sample.anchors) - 1) + 1)] + [x * v]
    return np.column_stack(columns)


def _fit(basis: Array, share: Array, name: str, degree: int) -> Array:
    """Newton steps, halved until the likelihood rises; it is concave, so this finds the only maximum."""
    beta = np.zeros(basis.shape[1])
    p, height = _shares(basis, beta, share)
    for _ in range(STEPS):
        score = basis.T @ (share - p)
        if np.abs(score).max() < 1e-13:
            return p
        try:
            step = np.linalg.solve(_information(basis, p), score)
        except np.linalg.LinAlgError:
            break
        for _ in range(40):
            trial, higher = _shares(basis, beta + step, share)
            if higher >= height - 1e-14:
                break
            step /= 2
        beta, p, height = beta + step, trial, higher
        if np.abs(step).max() < 1e-11 * (1 + np.abs(beta).max()):
            return p
    raise EquatingError(
        f"{name}的分数分布用 {degree} 阶平滑没有收敛：出现过的分数太少，或阶数太高。请降低阶数，或合并分数点。"
    )


def _shares(basis: Array, beta: Array, share: Array) -> tuple[Array, float]:
    """Model shares and the mean log-likelihood."""
    line = basis @ beta
    line -= line.max()
    p = np.exp(line)
    total = p.sum()
    return p / total, float(share @ line - np.log(total))


def _information(basis: Array, p: Array) -> Array:
    mean = p @ basis
    return (basis.T * p) @ basis - np.outer(mean, mean)
