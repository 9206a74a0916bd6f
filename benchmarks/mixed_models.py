"""Linear mixed models beside R's lme4: seconds, memory, and whether both reach the same likelihood.

    python benchmarks/mixed_models.py [--pupils 1000000] [--crossed 100000] [--rounds 5]

Ours are arrays and whole-number labels in, everything out: coefficients, components, effects with their conditional
standard deviations, fitted values. lme4's seconds are its fit, and then its effects with standard deviations. Its
derivatives at the end, which only warn, are switched off; its default search stops some 1e-5 from the best variances.
On a busy machine two BLAS threads wait for each other: OPENBLAS_NUM_THREADS=1 shows what the work costs. Without
Rscript and lme4 the peer's columns are empty.
"""

import argparse
import resource
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zhiheng.core.value_added import (
    CrossProducts,
    MixedModel,
    cross_products,
    fit_cross_products,
    mixed_model,
)

R = Path(__file__).with_suffix(".R")


@dataclass(frozen=True)
class Job:
    """A table to fit; `reach` in seconds of two quiet cores."""

    title: str
    y: np.ndarray
    X: np.ndarray
    groups: dict[str, np.ndarray]
    reach: float


def one_level(pupils: int) -> Job:
    """Pupils in 2,000 schools, four covariates beside the constant."""
    rng = np.random.default_rng(1)
    schools = max(20, pupils // 500)
    school = rng.integers(0, schools, pupils)
    X = np.column_stack([np.ones(pupils), rng.standard_normal((pupils, 4))])
    y = X @ [1, 0.5, 0.2, -0.1, 0.3] + 0.4 * rng.standard_normal(schools)[school]
    return Job("random intercept", y + rng.standard_normal(pupils), X, {"school": school}, 0.23)


def crossed(pupils: int) -> Job:
    """Classes of 40 in schools of ten classes, crossed with primary schools; one earlier score and gender."""
    rng = np.random.default_rng(2)
    classes = pupils // 40
    of_class = np.repeat(np.arange(classes), 40)
    pupils = len(of_class)
    schools, primaries = max(2, classes // 10), max(4, classes // 5)
    school = of_class * schools // classes
    primary = rng.integers(0, primaries, pupils)
    X = np.column_stack([np.ones(pupils), rng.standard_normal(pupils), rng.integers(0, 2, pupils)])
    y = X @ [1, 0.6, 0.1] + rng.standard_normal(pupils) + 0.3 * rng.standard_normal(schools)[school]
    y += 0.2 * rng.standard_normal(classes)[of_class] + 0.2 * rng.standard_normal(primaries)[primary]
    return Job("crossed", y, X, {"school": school, "class": of_class, "primary": primary}, 0.4)


def best_of(rounds: int, work):
    """Least wall-clock and processor seconds of some rounds, and the result."""
    wall, processor, result = [], [], None
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        result = work()
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - worked)
    return min(wall), min(processor), result


def lme4(job: Job) -> list[float] | None:
    """Fit by R, once: seconds, processor seconds, the same for effects, log-likelihood and variances."""
    rscript = shutil.which("Rscript")
    if not rscript:
        return None
    covariates = [f"x{k}" for k in range(1, job.X.shape[1])]
    formula = f"y ~ {' + '.join([*covariates, *(f'(1 | {name})' for name in job.groups)])}"
    columns = [job.y, *job.X.T[1:], *job.groups.values()]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder, "table.bin")
        table.write_bytes(b"".join(np.asarray(column, dtype=float).tobytes() for column in columns))
        command = [rscript, str(R), str(table), str(len(job.y)), formula]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"no peer: {done.stderr.strip().splitlines()[-1:]}")
        return None
    return list(map(float, done.stdout.split()))


def compare(job: Job, rounds: int) -> None:
    """Print ours, the peer, the ratios, and how far apart they end."""

    def fit() -> MixedModel:
        return mixed_model(job.y, job.X, job.groups)

    def add_up() -> CrossProducts:
        return cross_products(job.y, job.X, job.groups)

    wall, processor, ours = best_of(rounds, fit)
    rows, _, sums = best_of(rounds, add_up)
    levels = " + ".join(f"{len(e.levels):,} {name}" for name, e in ours.effects.items())
    print(f"{job.title}: {len(job.y):,} pupils, {levels}, {job.X.shape[1]} columns", flush=True)
    print(f"  ours   {wall:7.3f} s (processor {processor:.3f}, reach {job.reach}), effects and SDs included")
    print(
        f"         {rows:7.3f} s over the rows, {best_of(rounds, lambda: fit_cross_products(sums))[0]:.3f} s after"
    )
    peer = lme4(job)
    if peer is None:
        return
    fitted, fitted_processor, effects, effects_processor, loglik, *variances = peer
    print(
        f"  lme4   {fitted:7.3f} s (processor {fitted_processor:.3f}), "
        f"effects and SDs {effects:.3f} s more (processor {effects_processor:.3f})"
    )
    print(
        f"  ratio  {fitted / wall:.0f} × its fit, {(fitted + effects) / wall:.0f} × its fit and effects; by processor "
        f"seconds {fitted_processor / processor:.0f} × and {(fitted_processor + effects_processor) / processor:.0f} ×"
    )
    mine = sorted([*(c[0, 0] for c in ours.components.values()), ours.sigma2])
    apart = max(abs(a / b - 1) for a, b in zip(mine, sorted(variances), strict=True))
    print(f"  restricted log-likelihood {ours.loglik:.6f}, lme4's {loglik:.6f}; variances apart {apart:.0e}")


def main() -> None:
    """Run both jobs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--crossed", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    small = crossed(2_000)
    first, _, _ = best_of(1, lambda: mixed_model(small.y, small.X, small.groups))
    print(f"first call, code compiled or read from the cache: {first:.2f} s")
    for job in (one_level(asked.pupils), crossed(asked.crossed)):
        compare(job, asked.rounds)
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
