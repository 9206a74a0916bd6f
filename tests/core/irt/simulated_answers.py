"""Answers drawn from known items and abilities."""

import numpy as np

from zhiheng.core.irt import Items, items_from
from zhiheng.core.irt.items import curves


def draw(items: Items, theta: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Category numbers of every pupil on every item."""
    p = np.split(curves(items, theta).p, items.start[1:])
    reach = [np.cumsum(item, axis=0) for item in p]
    return np.column_stack([(rng.random(len(theta)) > item).sum(axis=0) for item in reach]).astype(float)


def paper(model: str, n_items: int, steps: int, rng: np.random.Generator) -> Items:
    """Items with slopes around 1.2 and steps spread over the pupils."""
    a = np.ones(n_items) if model in ("rasch", "pcm") else np.exp(rng.normal(0.15, 0.25, n_items))
    centre = np.linspace(-1.2, 1.2, n_items)
    b = centre[:, None] + np.linspace(-0.8, 0.8, steps) * (steps > 1)
    d = -a[:, None] * b
    if model in ("pcm", "gpcm"):
        d = np.cumsum(d, axis=1)
    c = np.full(n_items, 0.2) if model == "3pl" else None
    return items_from([model] * n_items, a, d, c)
