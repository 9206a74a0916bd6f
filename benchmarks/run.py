"""Run every benchmark in turn, ours beside the peer in one run.

    python benchmarks/run.py [--scale 0.05] [--only intake main_job]

`--scale` shrinks the numbers of pupils; figures for the record come from scale 1 on a quiet machine, so the load
average is printed before each. Ends with 1 if a benchmark fails; a missed target is printed, not failed.
"""

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
SMALLEST = 1_200  # ten pupils in each of 120 schools


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A script, the options that take a number of pupils, and fixed options."""

    script: str
    pupils: dict[str, int]
    options: tuple[str, ...] = ()

    def command(self, scale: float) -> list[str]:
        """Return the command line with numbers of pupils scaled."""
        scaled = [
            word
            for option, pupils in self.pupils.items()
            for word in (option, str(max(SMALLEST, round(pupils * scale))))
        ]
        return [sys.executable, str(HERE / self.script), *scaled, *self.options]


BENCHMARKS = {
    "group_tables": Benchmark("group_tables.py", {"--pupils": 1_000_000, "--full-pupils": 60_000}),
    "intake": Benchmark("intake.py", {"--pupils": 60_000}),
    "main_job": Benchmark("main_job.py", {"--pupils": 60_000}),
    "main_job_items": Benchmark("main_job.py", {"--pupils": 60_000}, ("--items", "24")),
    "documents": Benchmark("documents.py", {"--pupils": 60_000}),
    "irt": Benchmark("irt.py", {"--pupils": 60_000}),
    "mixed_models": Benchmark("mixed_models.py", {"--pupils": 1_000_000, "--crossed": 100_000}),
    "growth": Benchmark("growth.py", {"--pupils": 60_000, "--many": 200_000}),
    "province": Benchmark("province.py", {"--pupils": 4_000_000, "--tables": 1_000_000}),
}


def main() -> int:
    """Run what was asked for; return 1 if anything failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    asked = parser.parse_args()
    failed = []
    for name in asked.only:
        command = BENCHMARKS[name].command(asked.scale)
        load = "  ".join(f"{part:.2f}" for part in os.getloadavg())
        print(
            f"\n=== {name}   {' '.join(command[2:])}   load {load}, {os.cpu_count()} processors", flush=True
        )
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
