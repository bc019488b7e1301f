"""Writes points.shp.zip and points.gpkg with GDAL (pyogrio); the data are invented.

    pip install pyogrio && python points.py
"""
import os, struct, zipfile
import numpy as np
from pyogrio.raw import write

def wkb(x, y):
    return struct.pack("<BIdd", 1, 1, x, y)

# EPSG:25832; the first is 7.744883991/51.659501796 by PROJ. The third has no geometry.
geometry = np.array([wkb(413185.0, 5723914.0), wkb(413045.0, 5723020.0), None], dtype=object)
fields = ["nr", "tag", "art", "zahl"]
data = [
    np.array(["a-1", "a-2", "a-3"], dtype=object),
    np.array(["2026-03-01", "2026-03-02", "2026-03-03"], dtype="datetime64[D]"),
    np.array(["Müll an der Straße", "Lärm", "Müll an der Straße"], dtype=object),
    np.array([1, 2, 3], dtype=np.int32),
]
common = dict(crs="EPSG:25832", geometry_type="Point")
write("points.gpkg", geometry, data, fields, driver="GPKG", layer="meldungen", **common)
for encoding, name in (("UTF-8", "points.shp.zip"), ("ISO-8859-1", "points-latin1.shp.zip")):
    write("points.shp", geometry, data, fields, driver="ESRI Shapefile", encoding=encoding, **common)
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in ("shp", "shx", "dbf", "prj", "cpg"):
            archive.write(f"points.{ending}", f"ordner/points.{ending}")
            os.remove(f"points.{ending}")
