"""Our answers beside those of programs that pip installs, on series and counts made for the purpose. See README.md."""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pymannkendall
from scipy.stats import poisson_means_test


def ours(binary, *arguments):
    done = subprocess.run([binary, "analyze", *map(str, arguments), "--format", "json"], capture_output=True, check=True)
    return json.loads(done.stdout)


class Row:
    """The largest difference of a quantity, beside its tolerance."""

    def __init__(self, name, peer, tolerance):
        self.name, self.peer, self.tolerance, self.values, self.largest = name, peer, tolerance, 0, 0.0

    def compare(self, theirs, our):
        self.values += 1
        self.largest = max(self.largest, abs(theirs - our) / max(abs(theirs), 1e-3))

    def print(self):
        print(f"| {self.name} | {self.peer} | {self.values} | {self.largest:.1e} | {self.tolerance:.0e} |")
        return self.values > 0 and self.largest <= self.tolerance


def mann_kendall(binary, folder, generator):
    """Gi* of each unit over time is what is tested for a trend, so that is what the peer is given."""
    rows = [Row(f"Mann-Kendall {name}", f"pymannkendall {pymannkendall.__version__}", 1e-9) for name in ("S", "var S", "z", "p")]
    units, slices = 60, 40
    # Few distinct values, so that there are ties; every third unit rises.
    values = generator.poisson(2, (slices, units)) + (np.arange(slices)[:, None] // 8) * (np.arange(units) % 3 == 0)
    with open(folder / "units.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "x", "y", "t", "value"])
        writer.writerows([u, u * 100, 0, t, values[t, u]] for t in range(slices) for u in range(units))
    answer = ours(binary, "emerging", "--input", folder / "units.csv", "--distance-m", 150)
    for unit in answer["units"]:
        theirs = pymannkendall.original_test(unit["gi_star"])
        our = unit["mann_kendall"]
        for row, a, b in zip(rows, (theirs.s, theirs.var_s, theirs.z, theirs.p), (our["s"], our["var_s"], our["z"], our["p"])):
            row.compare(a, b)
    return rows


def e_test(binary, generator):
    """SciPy leaves out what is less than one in 10⁹ on either side, hence the tolerance. For equal rates it leaves the pair
    (0, 0) out too; ours is 1 then."""
    import scipy

    row = Row("E-test p", f"SciPy {scipy.__version__}", 1e-6)
    for _ in range(60):
        rate, exposures = generator.uniform(0.1, 80), generator.integers(1, 5, 2)
        counts = generator.poisson(rate * exposures)
        answer = ours(binary, "evaluate", "--measure", "e-test", "--counts", f"{counts[0]},{counts[1]}",
                      "--exposures", f"{exposures[0]},{exposures[1]}")
        if counts[0] * exposures[1] != counts[1] * exposures[0]:
            row.compare(poisson_means_test(counts[0], exposures[0], counts[1], exposures[1]).pvalue, answer["p"])
    return [row]


def main(binary):
    generator = np.random.default_rng(1)
    print("| quantity | peer | values | largest difference (relative) | tolerance |\n|---|---|---|---|---|")
    rows = mann_kendall(binary, Path(tempfile.mkdtemp()), generator) + e_test(binary, generator)
    if not all([row.print() for row in rows]):
        sys.exit("a value lies outside of its tolerance")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python3 tests/peers/same_values.py target/release/lagebild")
    main(sys.argv[1])
