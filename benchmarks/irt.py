"""Calibrate a paper by item response theory: a county's pupils, 2PL, GRM and GPCM.

    python benchmarks/irt.py [--pupils 60000] [--runs 3]

Prints for each job the first call of the process (compiled code is read from disk; on the very first run of an
installation it is compiled) and the fastest of the later ones, wall and processor seconds. mirt and TAM are not in
the distribution: their seconds were recorded once on two cores for 60,000 pupils, with the same likelihood reached.
"""

import argparse
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from zhiheng.core.irt import IrtFit, fit_irt, items_from
from zhiheng.core.irt.items import curves

RECORDED_PUPILS = 60_000


@dataclass(frozen=True, slots=True)
class Job:
    """A paper to calibrate; seconds are the target and what the peer took for 60,000 pupils."""

    model: str
    n_items: int
    steps: int
    target: float
    peer: str
    peer_seconds: float


JOBS = [
    Job("2pl", 40, 1, 1.3, "mirt", 7.9),
    Job("grm", 20, 4, 2.0, "mirt", 6.5),
    Job("gpcm", 20, 4, 4.0, "mirt", 30.7),
]
ABILITY_TARGET, ABILITY_PEER = 0.4, 6.5


def answers(job: Job, n_pupils: int) -> np.ndarray:
    """Category numbers of pupils drawn from known items."""
    rng = np.random.default_rng(7)
    a = np.exp(rng.normal(0.2, 0.3, job.n_items))
    b = rng.normal(0, 1, job.n_items)[:, None] + np.linspace(-0.9, 0.9, job.steps) * (job.steps > 1)
    d = -a[:, None] * b
    items = items_from([job.model] * job.n_items, a, np.cumsum(d, axis=1) if job.model == "gpcm" else d)
    drawn = np.empty((n_pupils, job.n_items))
    for part in np.array_split(np.arange(n_pupils), max(1, n_pupils // 5000)):
        p = np.split(curves(items, rng.normal(size=len(part))).p, items.start[1:])
        for item, share in enumerate(p):
            drawn[part, item] = (rng.random(len(part)) > np.cumsum(share, axis=0)).sum(axis=0)
    return drawn


def timed(work: Callable[[], IrtFit]) -> tuple[IrtFit, float, float]:
    """The result of `work`, its wall seconds and its processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - processor


def run(job: Job, n_pupils: int, runs: int) -> None:
    """Print one job."""
    x = answers(job, n_pupils)
    tries = [timed(lambda: fit_irt(x, model=job.model)) for _ in range(1 + runs)]
    fit, first = tries[0][:2]
    wall, processor = (min(t[k] for t in tries[1:]) for k in (1, 2))
    name = f"{job.model.upper()} {n_pupils:,} × {job.n_items}"
    print(
        f"{name}: first {first:.2f} s; warm {wall:.2f} s (processor {processor:.2f} s), target {job.target} s"
    )
    print(f"    {fit.iterations} steps, converged {fit.converged}, log-likelihood {fit.loglik:.3f}")
    if n_pupils == RECORDED_PUPILS:
        print(f"    {job.peer} {job.peer_seconds} s (recorded): {job.peer_seconds / wall:.1f} times as long")
    began = time.perf_counter()
    ability = fit.eap, fit.eap_se
    seconds = time.perf_counter() - began
    print(f"    EAP with error of {len(ability[0]):,}: {seconds:.3f} s, target {ABILITY_TARGET} s")
    if n_pupils == RECORDED_PUPILS and job.model == "2pl":
        print(f"    mirt {ABILITY_PEER} s (recorded): {ABILITY_PEER / seconds:.0f} times as long")
    began = time.perf_counter()
    unknown = int(np.isnan(fit.se.a).sum())
    print(
        f"    errors of {fit.n_parameters} parameters: {time.perf_counter() - began:.2f} s, {unknown} unknown"
    )


def processor_seconds(x: np.ndarray, runs: int) -> float:
    """The least of some calibrations by 2PL."""
    return min(timed(lambda: fit_irt(x, model="2pl"))[2] for _ in range(runs))


def main() -> None:
    """Run every job, then say how cost grows with pupils and what memory it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pupils", type=int, default=RECORDED_PUPILS)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    for job in JOBS:
        run(job, asked.pupils, asked.runs)
    x = answers(JOBS[0], asked.pupils)
    few, many = (processor_seconds(part, asked.runs) for part in (x[: asked.pupils // 4], x))
    print(f"growth with pupils: exponent {np.log(many / few) / np.log(4):.2f} (processor seconds)")
    print(
        f"highest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2:.2f} GB, target 1 GB"
    )


if __name__ == "__main__":
    main()
