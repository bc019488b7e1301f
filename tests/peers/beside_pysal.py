"""Our statistics beside PySAL's, in turn, on the same generated input. See README.md."""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
SIDE = 224
KNOX_POINTS = 5_000
KDE_POINTS = 100_000


def ours(binary, *arguments):
    """Seconds as it reports itself, reading included, and of the whole process."""
    started = time.perf_counter()
    done = subprocess.run([binary, "analyze", *map(str, arguments), "--format", "json"], capture_output=True, check=True)
    whole = time.perf_counter() - started
    return json.loads(done.stdout)["elapsed_ms"] / 1000, whole


def compare(rounds, name, peer_name, peer, our):
    peer()  # compiles and warms up
    theirs, computed, whole = [], [], []
    for _ in range(rounds):
        started = time.perf_counter()
        peer()
        theirs.append(time.perf_counter() - started)
        inside, outside = our()
        computed.append(inside)
        whole.append(outside)
    t, c, w = map(statistics.median, (theirs, computed, whole))
    print(f"| {name} | {peer_name} {t:.3f} s | {c:.4f} s | {t / max(c, 1e-4):.1f} | {w:.3f} s |", flush=True)


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def main(binary, rounds):
    import esda
    import libpysal
    from pointpats import Knox
    from scipy.ndimage import gaussian_filter

    generator = np.random.default_rng(1)
    folder = Path(tempfile.mkdtemp())
    print("| what | theirs | ours | ratio | ours, whole process |\n|---|---|---|---|---|")

    weights = libpysal.weights.lat2W(SIDE, SIDE, rook=False)
    values = generator.poisson(5, SIDE * SIDE).astype(float)
    write(folder / "units.csv", ["id", "value"], enumerate(values))
    pairs = ((i, j) for i, around in weights.neighbors.items() for j in around)
    write(folder / "neighbours.csv", ["i", "j"], pairs)
    units = ("--input", folder / "units.csv", "--neighbors", folder / "neighbours.csv", "--permutations", 999)
    compare(
        rounds,
        f"Gi*, {SIDE * SIDE} cells, 999 permutations",
        f"esda {esda.__version__}",
        lambda: esda.G_Local(values, weights, star=True, transform="B", permutations=999, seed=1),
        lambda: ours(binary, "gi-star", *units),
    )
    compare(
        rounds,
        f"local Moran, {SIDE * SIDE} cells, 999 permutations",
        f"esda {esda.__version__}",
        lambda: esda.Moran_Local(values, weights, permutations=999, seed=1),
        lambda: ours(binary, "local-moran", *units),
    )

    points = generator.uniform(0, 10_000, (KNOX_POINTS, 2))
    days = generator.integers(0, 365, KNOX_POINTS)
    write(folder / "knox.csv", ["x", "y", "t"], ([*point, day] for point, day in zip(points, days)))
    compare(
        rounds,
        f"Knox, {KNOX_POINTS} points, 99 permutations",
        "pointpats",
        lambda: Knox(points, days.reshape(-1, 1), delta=200, tau=7, permutations=99),
        lambda: ours(binary, "knox", "--input", folder / "knox.csv", "--bands-m", "0,200", "--bands-days", "0,7",
                     "--permutations", 99),
    )

    cloud = generator.uniform(0, 10_240, (KDE_POINTS, 2))
    write(folder / "kde.csv", ["x", "y"], cloud)

    def histogram():
        cloud = np.loadtxt(folder / "kde.csv", delimiter=",", skiprows=1)
        grid, _, _ = np.histogram2d(cloud[:, 0], cloud[:, 1], bins=512, range=[[0, 10_240], [0, 10_240]])
        return gaussian_filter(grid, 300 / 20)

    compare(
        rounds,
        f"KDE, {KDE_POINTS} points on 512 x 512",
        "scipy",
        histogram,
        lambda: ours(binary, "kde", "--input", folder / "kde.csv", "--bandwidth-m", 300, "--cell-m", 20, "--kernel",
                     "gaussian", "--extent", "0,0,10240,10240"),
    )


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: python3 tests/peers/beside_pysal.py target/release/lagebild [ROUNDS]")
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 5)
