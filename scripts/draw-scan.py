"""Draws the clusters of `lagebild analyze scan --format geojson` over the cases and the outlines of districts.

    pip install geopandas matplotlib
    python3 scripts/draw-scan.py scan.geojson map.png --cases cases.csv --crs EPSG:2056 [--outlines districts.geojson]

Strong red: once in a year or rarer by chance (daily looks); pale red: once in 100 days; a grey outline: chance shows such a
cluster more often, so it is no sign of anything. The caption names what the picture is made of; --source adds where the data come from.
"""

import argparse
import json

import geopandas
import matplotlib
import pandas

matplotlib.use("Agg")
import matplotlib.pyplot as plt

LEVELS = [(365, "#b2182b", "mindestens ein Jahr"), (100, "#ef8a62", "100 Tage bis ein Jahr"), (0, "#888888", "unter 100 Tagen: kein Zeichen")]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scan", help="answer of analyze scan --format geojson")
    parser.add_argument("out", help="picture to write (png, svg, pdf)")
    parser.add_argument("--cases", help="the file that was scanned, columns x,y or lon,lat")
    parser.add_argument("--crs", default="EPSG:4326", help="coordinate system of x,y")
    parser.add_argument("--outlines", help="GeoJSON of districts")
    parser.add_argument("--source", default="", help="where the data come from, under which licence")
    return parser.parse_args()


def level(cluster):
    """Recurrence interval; a scan over history has none, then p stands for it."""
    interval = cluster.get("recurrence_interval_days") or 1 / cluster["p_value"]
    return next(entry for entry in LEVELS if interval >= entry[0])


def german(number, digits=0):
    return f"{number:.{digits}f}".replace(".", ",")


def main():
    options = arguments()
    with open(options.scan, encoding="utf-8") as file:
        answer = json.load(file)
    clusters = geopandas.GeoDataFrame.from_features(answer["features"], crs="EPSG:4326") if answer["features"] else None
    # A plane system of the place itself, so that a metre is a metre in both directions.
    layers = []
    if options.outlines:
        layers.append(geopandas.read_file(options.outlines).set_crs("EPSG:4326", allow_override=True))
    if options.cases:
        cases = pandas.read_csv(options.cases)
        east, north = ("x", "y") if "x" in cases else ("lon", "lat")
        places = cases.drop_duplicates([east, north])
        crs = options.crs if east == "x" else "EPSG:4326"
        layers.append(geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(places[east], places[north]), crs=crs))
    if not layers and clusters is None:
        raise SystemExit("there is no cluster, and neither --cases nor --outlines to draw")
    plane = (layers[-1] if layers else clusters).to_crs("EPSG:4326").estimate_utm_crs()

    figure, axes = plt.subplots(figsize=(10, 10))
    for layer in layers:
        layer = layer.to_crs(plane)
        if layer.geom_type.isin(["Point"]).all():
            layer.plot(ax=axes, color="#9db4c8", markersize=2, zorder=1)
        else:
            layer.boundary.plot(ax=axes, color="#c8c8c8", linewidth=0.5, zorder=0)
    if clusters is not None:
        clusters = clusters.to_crs(plane)
        # The weakest first, so that the strongest lies on top.
        for number, cluster in list(clusters.iterrows())[::-1]:
            interval, colour, _ = level(cluster)
            shape = geopandas.GeoSeries([cluster.geometry], crs=plane)
            if interval == 0:
                shape.boundary.plot(ax=axes, color=colour, linewidth=0.8, linestyle="--", zorder=1)
            else:
                shape.plot(ax=axes, facecolor=colour, edgecolor=colour, alpha=0.6, linewidth=2, zorder=2)
                words = f"{number + 1}: {cluster['observed']} statt {german(cluster['expected'], 1)}\n{cluster['start']} bis {cluster['end']}"
                middle = cluster.geometry.centroid.coords[0]
                # A cluster of one place would be too small to see.
                axes.plot(*middle, "o", markersize=14, markerfacecolor="none", markeredgecolor=colour, markeredgewidth=2, zorder=2)
                side = 1 if number % 2 == 0 else -1
                axes.annotate(words, middle, xytext=(24 * side, 24), textcoords="offset points", fontsize=9, ha="left" if side > 0 else "right",
                              bbox={"boxstyle": "round", "fc": "white", "ec": colour, "alpha": 0.9},
                              arrowprops={"arrowstyle": "-", "color": colour}, zorder=3)
    for interval, colour, words in LEVELS:
        marker = {"marker": "s"} if interval else {"linestyle": "--"}
        axes.plot([], [], color=colour, **{"linestyle": "", **marker}, label=words)
    axes.legend(title="Wiederkehr durch Zufall", loc="upper left", bbox_to_anchor=(0, 0), ncols=3, fontsize=9, frameon=False)
    left, right = axes.get_xlim()
    bottom, _ = axes.get_ylim()
    scale = 10 ** len(str(int((right - left) / 10))) / 10 * 2
    axes.plot([left + scale / 4, left + scale * 5 / 4], [bottom, bottom], color="black", linewidth=2)
    axes.annotate(f"{german(scale / 1000, 1)} km", (left + scale / 4, bottom), xytext=(0, 4), textcoords="offset points", fontsize=9)
    axes.set_axis_off()
    parameters = answer["parameters"]
    axes.set_title(
        f"Häufungen: {parameters['model']}, Kreise bis {parameters['max_radius_m']:g} m, Fenster bis {parameters['max_days']} Tage, "
        f"{answer['n']} Fälle\n{options.source}",
        fontsize=10,
    )
    figure.savefig(options.out, dpi=120, bbox_inches="tight")


if __name__ == "__main__":
    main()
