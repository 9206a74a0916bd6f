"""Growth percentiles beside R's quantreg: seconds, memory, and whether both reach the same check loss.

    python benchmarks/growth.py [--pupils 60000] [--many 200000] [--rounds 3]

The peer fits the same 100 quantiles on the same columns (`method="pfn"`, its fastest for this size) and is not asked
for percentiles; ours are. Scores have decimals, so that no two pupils are alike; whole scores, which merge, come
after. Without Rscript and quantreg the peer's columns are empty.
"""

import argparse
import resource
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from zhiheng.core.growth import growth_percentiles

R = Path(__file__).with_suffix(".R")
TARGETS = {("pupils", 1): 2.0, ("pupils", 2): 4.0, ("many", 1): 5.0}


class Peer(NamedTuple):
    wall: float
    processor: float
    check_loss: np.ndarray


def main() -> None:
    """Print one line a job: ours, the peer, the ratio, the distance of the check losses."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pupils", type=int, default=60_000)
    parser.add_argument("--many", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    print(
        f"first call, code compiled or read from the cache: {seconds(*scores(2_000, 1), rounds=1)[0]:.2f} s"
    )
    for (size, terms), target in TARGETS.items():
        pupils = getattr(asked, size)
        prior, current = scores(pupils, terms)
        wall, processor, growth = seconds(prior, current, rounds=asked.rounds)
        line = f"{pupils:>8,} pupils, {terms} prior  ours {wall:6.2f} s (processor {processor:.2f}, reach {target:.0f})"
        if peer := quantreg(prior, current, growth.norms.splines):
            apart = np.max(np.abs(growth.norms.fits[-1].check_loss / peer.check_loss - 1))
            line += (
                f"   quantreg {peer.wall:6.1f} s (processor {peer.processor:.1f})"
                f"   ratio {peer.wall / wall:5.0f}   check losses apart {apart:.0e}"
            )
        print(line, flush=True)
        whole, _, _ = seconds(prior.round(), current.round(), rounds=asked.rounds)
        print(f"{'':>25}whole scores {whole:6.2f} s", flush=True)
    sizes = np.geomspace(asked.many / 16, asked.many, 5).astype(int)
    spent = [seconds(*scores(size, 1), rounds=asked.rounds)[1] for size in sizes]
    exponent = np.polyfit(np.log(sizes), np.log(spent), 1)[0]
    print(f"processor seconds grow as pupils to the power {exponent:.2f}, {sizes[0]:,} to {sizes[-1]:,}")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def scores(pupils: int, terms: int) -> tuple[np.ndarray, np.ndarray]:
    """Scale scores with decimals: earlier terms (pupils, terms), skewed current score (pupils,)."""
    rng = np.random.default_rng(pupils + terms)
    able = rng.normal(size=pupils)
    prior = 500 + 45 * able[:, None] + 22 * rng.normal(size=(pupils, terms))
    return prior, 520 + 45 * able + 22 * rng.normal(size=pupils) + (able > 0) * rng.exponential(10, pupils)


def seconds(prior: np.ndarray, current: np.ndarray, *, rounds: int):
    """Least wall-clock and processor seconds of some rounds, and the result."""
    wall, processor = [], []
    for _ in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        growth = growth_percentiles(prior, current)
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - worked)
    return min(wall), min(processor), growth


def quantreg(prior: np.ndarray, current: np.ndarray, splines) -> Peer | None:
    """The same fits by R, once; None where R or quantreg is missing."""
    rscript = shutil.which("Rscript")
    if not rscript:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table, knots = Path(folder, "scores.csv"), Path(folder, "knots.csv")
        np.savetxt(table, np.column_stack([prior[:, ::-1], current]), delimiter=",", fmt="%.17g")
        np.savetxt(knots, [[*s.boundaries, *s.knots] for s in reversed(splines)], delimiter=",", fmt="%.17g")
        done = subprocess.run(
            [rscript, str(R), str(table), str(knots), "pfn"], capture_output=True, text=True, check=False
        )
    if done.returncode:
        print(f"no peer: {done.stderr.strip().splitlines()[-1:]}")
        return None
    wall, processor, *check_loss = map(float, done.stdout.split())
    return Peer(wall, processor, np.array(check_loss))


if __name__ == "__main__":
    main()
