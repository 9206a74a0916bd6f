"""Every mixed model that lme4 fitted to the two public data sets, number by number."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from zhiheng.core.value_added import mixed_model

pytestmark = pytest.mark.shared

OUTCOME = {"exam": "normexam", "chem97": "score"}
MODELS = {
    "exam": [
        "null_reml",
        "ri_reml",
        "ri_ml",
        "ri_context_reml",
        "rs_reml",
        "rs_ml",
        "rs_uncorrelated_reml",
    ],
    "chem97": ["null3_reml", "ri_school_reml", "nested3_reml", "nested3_ml", "rs_school_reml"],
}
DUMMIES = {
    "sexM": ("sex", "M"),
    "genderF": ("gender", "F"),
    "schgendboys": ("schgend", "boys"),
    "schgendgirls": ("schgend", "girls"),
}


def design(data: pl.DataFrame, names: list[str]) -> np.ndarray:
    """Columns of X by the names R gives them."""
    out = []
    for name in names:
        if name == "(Intercept)":
            out.append(np.ones(len(data)))
        elif name in DUMMIES:
            column, level = DUMMIES[name]
            out.append((data[column] == level).to_numpy().astype(float))
        else:
            out.append(data[name].to_numpy())
    return np.column_stack(out)


def component(ours: dict[str, np.ndarray], sigma2: float, theirs: dict[str, Any]) -> float:
    """Our number for one line of lme4's table of variances and covariances."""
    if theirs["grp"] == "Residual":
        return sigma2
    first = int(theirs["var1"] != "(Intercept)")
    second = first if theirs["var2"] is None else int(theirs["var2"] != "(Intercept)")
    return float(ours[group(theirs["grp"])][first, second])


def group(theirs: str) -> str:
    """Our name for "school:lea", and for "school.1", which carries uncorrelated slopes."""
    return re.split("[:.]", theirs)[0]


@pytest.mark.parametrize(("data_set", "model"), [(d, m) for d, models in MODELS.items() for m in models])
def test_lme4_agrees(data_set: str, model: str, shared: Path):
    folder = shared / "data" / data_set
    data = pl.read_csv(folder / f"{data_set}.csv")
    theirs = json.loads((folder / "reference.json").read_text())["models"][model]
    X = design(data, list(theirs["fixef"]))
    # "school:lea" is school in area; school numbers are unique over areas, so the school alone names it.
    groups = {group(name): data[group(name)].to_numpy() for name in theirs["n_groups"]}
    slopes = {"school": [1]} if model.startswith("rs_") else None
    apart = ["school"] if "uncorrelated" in model else []
    ours = mixed_model(
        data[OUTCOME[data_set]].to_numpy(),
        X,
        groups,
        random_slopes=slopes,
        reml=theirs["REML"],
        uncorrelated=apart,
    )
    assert ours.converged
    assert not ours.singular
    assert ours.loglik == pytest.approx(theirs["logLik"], abs=1e-6)
    assert (ours.aic, ours.bic) == pytest.approx((theirs["AIC"], theirs["BIC"]), abs=1e-6)
    assert ours.coef == pytest.approx(list(theirs["fixef"].values()), abs=1e-5)
    assert ours.coef_se == pytest.approx(list(theirs["fixef_se"].values()), abs=1e-5)
    assert ours.coef_covariance == pytest.approx(np.atleast_2d(theirs["fixef_vcov"]), abs=1e-5)
    for line in theirs["varcomp"]:
        assert component(ours.components, ours.sigma2, line) == pytest.approx(line["vcov"], rel=1e-5)
    for table in theirs["ranef"]:
        levels, effects, sd = ours.effects[group(table["grp"])]
        where = np.searchsorted(levels, [int(level.split(":")[0]) for level in table["level"]])
        width = ours.components[group(table["grp"])].shape[0]
        for k in range(width):
            assert effects.reshape(-1, width)[where, k] == pytest.approx(table[f"eblup_{k + 1}"], abs=1e-5)
            assert sd.reshape(-1, width)[where, k] == pytest.approx(table[f"condsd_{k + 1}"], abs=1e-4)
    assert ours.fitted[:20] == pytest.approx(theirs["fitted_first20"], abs=1e-5)
    assert ours.residuals[:20] == pytest.approx(theirs["resid_first20"], abs=1e-5)
