"""Tiles of ours and of Martin on PostGIS, from the same events, in one sitting. See README.md."""

import argparse
import gzip
import http.client
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

MARTIN = "1.14.0"
CATEGORIES = ["wilder_muell", "ueberfuellter_behaelter", "graffiti", "laerm_nacht", "falschparken", "strassenschaden", "beleuchtung_defekt", "gruenpflege"]
WEST, SOUTH, WIDTH, HEIGHT = 7.68, 51.58, 0.32, 0.16
# The tiles over the city's middle, where it is fullest.
TILES = {10: (534, 339), 12: (2137, 1359), 14: (8548, 5436), 16: (34195, 21747)}
POINTS_FROM = 16
MONTH = ("2025-03-01", "2025-04-01")

CONFIG = """
[server]
listen = "127.0.0.1:{port}"
[store]
url = "sqlite:lagebild.db"
[area]
name = "Hamm"
bbox = [7.68, 51.58, 8.0, 51.74]
[[source]]
id = "bench"
label = "Bench"
owner = "stadt"
kind = "complaint"
controller = "Stadt"
regime = "dsgvo"
purpose = "Bench"
legal_basis = "none"
retention_days = 3650
format = "delimited"
time_zone = "UTC"
[source.columns]
external_id = "id"
occurred = "occurred"
category = "category"
longitude = "lng"
latitude = "lat"
[source.categories]
{categories}
"""

# As one would write it for Martin: a count in each square of a grid, 64 to a tile's side, or the points themselves.
SCHEMA = """
CREATE EXTENSION postgis;
CREATE TABLE event (id bigint PRIMARY KEY, occurred timestamptz, category text, lng double precision, lat double precision);
\\copy event FROM '{csv}' WITH (FORMAT csv, HEADER)
ALTER TABLE event ADD COLUMN place geometry(Point, 3857);
UPDATE event SET place = ST_Transform(ST_SetSRID(ST_MakePoint(lng, lat), 4326), 3857);
CREATE INDEX ON event USING gist (place);
CREATE INDEX ON event (category, occurred);
VACUUM FULL ANALYZE event;
CREATE FUNCTION cells(z integer, x integer, y integer, query json) RETURNS bytea STABLE PARALLEL SAFE LANGUAGE sql AS $$
  WITH bounds AS (SELECT ST_TileEnvelope(z, x, y) AS tile, 40075016.686 / 2 ^ z / 64 AS side),
  counted AS (
    SELECT floor(ST_X(place) / side) AS i, floor(ST_Y(place) / side) AS j, side, tile, count(*) AS count
    FROM event, bounds WHERE place && tile
      AND (query->>'category' IS NULL OR category = query->>'category')
      AND (query->>'from' IS NULL OR occurred >= (query->>'from')::timestamptz)
      AND (query->>'to' IS NULL OR occurred < (query->>'to')::timestamptz)
    GROUP BY i, j, side, tile),
  shapes AS (
    SELECT ST_AsMVTGeom(ST_MakeEnvelope(i * side, j * side, (i + 1) * side, (j + 1) * side, 3857), tile) AS geom, count FROM counted)
  SELECT ST_AsMVT(shapes, 'cells') FROM shapes $$;
CREATE FUNCTION reports(z integer, x integer, y integer, query json) RETURNS bytea STABLE PARALLEL SAFE LANGUAGE sql AS $$
  WITH bounds AS (SELECT ST_TileEnvelope(z, x, y) AS tile),
  shapes AS (
    SELECT id, category, occurred::date::text AS day, ST_AsMVTGeom(place, tile) AS geom FROM event, bounds WHERE place && tile
      AND (query->>'category' IS NULL OR category = query->>'category')
      AND (query->>'from' IS NULL OR occurred >= (query->>'from')::timestamptz)
      AND (query->>'to' IS NULL OR occurred < (query->>'to')::timestamptz))
  SELECT ST_AsMVT(shapes, 'reports', 4096, 'geom', 'id') FROM shapes $$;
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path)
    parser.add_argument("--martin", help="built and kept in target/peers where it is not given")
    parser.add_argument("--postgis-alone", action="store_true", help="only the functions that Martin would call: less than Martin takes, and soon installed")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=30)
    options = parser.parse_args()
    martin = None if options.postgis_alone else options.martin or install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write_events(folder / "events.csv", options.rows)
        with Ours(options.binary.resolve(), folder) as ours, Postgres(folder) as postgres:
            print(f"{options.rows} events, gzip, CPU of the server for each of {options.requests} requests")
            name = "PostGIS alone, not packed" if options.postgis_alone else "Martin, PostgreSQL included"
            print(f"| tile | {name} | ours | times | bytes, theirs and ours |\n|---|---|---|---|---|", flush=True)
            with Functions(postgres) if options.postgis_alone else Martin(martin, postgres, cache_mb=0) as theirs:
                for zoom in TILES:
                    compare(f"z{zoom}, uncached", zoom, theirs, ours, options.requests, {}, fresh=True)
                    words = {"category": CATEGORIES[0], "from": MONTH[0], "to": MONTH[1]}
                    compare(f"z{zoom}, a category in a month, uncached", zoom, theirs, ours, options.requests, words, fresh=True)
            if not options.postgis_alone:
                with Martin(martin, postgres, cache_mb=512) as theirs:
                    compare("z14, cached", 14, theirs, ours, options.requests, {}, fresh=False)


def compare(what, zoom, theirs, ours, requests, words, fresh):
    x, y = TILES[zoom]
    layer = "reports" if zoom >= POINTS_FROM else "cells"
    (t, t_bytes), (o, o_bytes) = (side.cost(layer, zoom, x, y, words, requests, fresh) for side in (theirs, ours))
    print(f"| {what} | {t:.2f} ms | {o:.3f} ms | {t / max(o, 1e-3):.0f} | {t_bytes}, {o_bytes} |", flush=True)


def install():
    """Builds Martin without what it does not need here (fonts, sprites, PMTiles); some minutes."""
    root = Path(__file__).resolve().parents[2] / "target/peers"
    if not (root / "bin/martin").exists():
        command = ["cargo", "install", "martin", "--version", MARTIN, "--locked", "--no-default-features", "--features", "postgres", "--root", root]
        if subprocess.run(command).returncode != 0:
            sys.exit(f"Martin {MARTIN} could not be built from crates.io; give one with --martin")
    return root / "bin/martin"


def write_events(path, rows):
    """Half of the events around the city's middle, the rest anywhere; two years."""
    dice = random.Random(1)
    start = datetime(2024, 1, 1)

    def along():
        return sum(dice.random() for _ in range(4)) / 4 if dice.random() < 0.5 else dice.random()

    with open(path, "w") as file:
        file.write("id,occurred,category,lng,lat\n")
        for number in range(rows):
            occurred = start + timedelta(minutes=dice.randrange(730 * 1440))
            file.write(f"{number},{occurred},{dice.choice(CATEGORIES)},{WEST + along() * WIDTH:.6f},{SOUTH + along() * HEIGHT:.6f}\n")


class Server:
    """A process that answers HTTP, and what its CPU time is."""

    def cost(self, layer, z, x, y, words, requests, fresh):
        """Milliseconds of CPU for one request, and the bytes of the packed answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        # A start of the window that no earlier request had, so that nothing kept can be given.
        windows = [self.words(words, second if fresh else 0) for second in range(requests + 3)]
        self.get(connection, layer, z, x, y, windows[-1])
        if not fresh:
            self.get(connection, layer, z, x, y, windows[0])
        before = self.cpu_seconds()
        for window in windows[:requests]:
            size = self.get(connection, layer, z, x, y, window)
        return (self.cpu_seconds() - before) * 1e3 / requests, size

    def get(self, connection, layer, z, x, y, words):
        query = "&".join(f"{name}={value}" for name, value in words.items())
        connection.request("GET", f"{self.base}/{layer}/{z}/{x}/{y}?{query}", headers={"Accept-Encoding": "gzip"} | self.headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{type(self).__name__} answered {answer.status}: {body[:300]!r}")
        if answer.getheader("Content-Encoding") != "gzip":
            sys.exit(f"{type(self).__name__} did not pack its answer")
        gzip.decompress(body)
        return len(body)

    @staticmethod
    def words(words, second):
        # The first event is in 2024: what varies leaves out nothing.
        began = datetime.fromisoformat(words.get("from", "2023-01-01"))
        return words | {"from": f"{began - timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}Z", "to": words.get("to", "2027-01-01")}

    def await_port(self):
        for _ in range(1200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        sys.exit(f"{type(self).__name__} did not start")


class Ours(Server):
    base = "/tiles"

    def __init__(self, binary, folder):
        self.binary, self.folder, self.port = binary, folder, free_port()

    def __enter__(self):
        categories = "\n".join(f'{name} = "{name}"' for name in CATEGORIES)
        (self.folder / "lagebild.toml").write_text(CONFIG.format(port=self.port, categories=categories))
        self.run("ingest", "--source", "bench", "events.csv")
        token = self.run("token", "create", "--name", "bench", "--role", "analyst", "--organisation", "stadt").split()[-1]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.process = subprocess.Popen([self.binary, "serve", "--config", "lagebild.toml"], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.await_port()
        return self

    def run(self, *command):
        done = subprocess.run([self.binary, *command, "--config", "lagebild.toml"], cwd=self.folder, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)
        return done.stdout

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Martin(Server):
    base = ""
    headers = {}

    def __init__(self, binary, postgres, cache_mb):
        self.binary, self.postgres, self.cache_mb, self.port = binary, postgres, cache_mb, free_port()

    def __enter__(self):
        command = [self.binary, "--listen-addresses", f"127.0.0.1:{self.port}", "--cache-size", str(self.cache_mb), "--pool-size", "2",
                   "--preferred-encoding", "gzip", f"postgresql://postgres@127.0.0.1:{self.postgres.port}/postgres"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.await_port()
        return self

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid) + self.postgres.cpu_seconds()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Functions(Server):
    """The functions behind Martin's tiles, asked for in one session: neither HTTP nor packing."""

    def __init__(self, postgres):
        self.postgres = postgres

    def __enter__(self):
        self.session = subprocess.Popen(self.postgres.psql("--tuples-only", "--no-align"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        return self

    def cost(self, layer, z, x, y, words, requests, fresh):
        size = self.ask(layer, z, x, y, words)
        before = self.cpu_seconds()
        for _ in range(requests):
            size = self.ask(layer, z, x, y, words)
        return (self.cpu_seconds() - before) * 1e3 / requests, size

    def ask(self, layer, z, x, y, words):
        self.session.stdin.write(f"SELECT length({layer}({z}, {x}, {y}, '{json.dumps(words)}'));\n")
        return int(self.session.stdout.readline())

    def cpu_seconds(self):
        return self.postgres.cpu_seconds()

    def __exit__(self, *_):
        self.session.stdin.close()
        self.session.wait()


class Postgres:
    """A cluster of our own, gone at the end."""

    def __init__(self, folder):
        versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not versions:
            sys.exit("PostgreSQL with PostGIS is missing: apt-get install postgresql postgis")
        self.bin, self.folder, self.port = versions[-1].parent, folder / "postgres", free_port()

    def __enter__(self):
        self.folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "-D", "data")
        # Memory for the whole table, and no parallel plan: its CPU is counted, not its speed.
        settings = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c shared_buffers=1GB -c max_parallel_workers_per_gather=0 -c jit=off"
        self.run("pg_ctl", "start", "--wait", "--silent", "--log=log", "-D", "data", "--options", settings)
        schema = SCHEMA.format(csv=self.folder.parent / "events.csv")
        subprocess.run(self.psql(), input=schema, text=True, check=True, stdout=subprocess.DEVNULL)
        self.pid = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        return self

    def psql(self, *options):
        return [self.bin / "psql", "--quiet", "--no-psqlrc", "--username=postgres", f"--port={self.port}", "--host=127.0.0.1", "--set=ON_ERROR_STOP=1", *options]

    def run(self, program, *arguments):
        user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*user, self.bin / program, *arguments], cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def cpu_seconds(self):
        """Of the postmaster and its children; Martin's pool keeps the same ones."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return sum(map(cpu_seconds, [self.pid, *children]))

    def __exit__(self, *_):
        self.run("pg_ctl", "stop", "--mode=immediate", "--silent", "-D", "data")


def cpu_seconds(pid):
    """Of all its threads, to the nanosecond: ticks of 10 ms would be too coarse."""
    return sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
