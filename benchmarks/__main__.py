"""Runs every benchmark."""

import os
import runpy
import sys

for name in ("fidelity", "agreement", "speed", "graph_scale", "accuracy"):
    # Each reads its own arguments; here they all take their defaults.
    sys.argv = [name]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    runpy.run_module(f"benchmarks.{name}", run_name="__main__")
