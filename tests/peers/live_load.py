"""How long a new report takes to the map while many look on. See README.md."""

import argparse
import http.client
import json
import math
import multiprocessing
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta

WEST, SOUTH = 7.70, 51.60
BATCHES_A_SECOND = 20
HEADER = "Meldungsnummer;Beobachtet;Eingang;Kategorie;Status;Ort;Breite;Laenge;Genauigkeit;Text"
# The last that a demo does before it only serves.
PAST_IS_KNOWN = "made the weekly layers"
TICKS = os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--rate", type=int, default=200, help="reports a second")
    parser.add_argument("--seconds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        log = open(os.path.join(folder, "log"), "w")
        command = [options.binary, "demo", "--dir", os.path.join(folder, "demo"), "--port", str(port), "--no-live"]
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            until(lambda: answers(port), 300, "the demo did not become ready")
            print("the demo looks back at its past first", file=sys.stderr, flush=True)
            until(lambda: PAST_IS_KNOWN in open(log.name).read(), 300, "the demo did not look back at its past")
            run(port, server.pid, options)
        finally:
            server.terminate()
            server.wait()


def run(port, pid, options):
    stop = multiprocessing.Event()
    heard = multiprocessing.Queue()
    ready = multiprocessing.Semaphore(0)
    crowd = multiprocessing.Process(target=look_on, args=(port, options.clients - 1, ready, stop))
    ear = multiprocessing.Process(target=listen, args=(port, ready, stop, heard))
    for process in (crowd, ear):
        process.start()
    for _ in range(2):
        ready.acquire()

    tiles = Tiles(port)
    watcher = threading.Thread(target=tiles.look_around)
    watcher.start()
    sent, refused = {}, 0
    cpu, began = cpu_seconds(pid), time.monotonic()
    sender = connect(port)
    batch = options.rate // BATCHES_A_SECOND
    for number in range(options.seconds * BATCHES_A_SECOND):
        wait = began + number / BATCHES_A_SECOND - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        rows, places = [], []
        now = datetime.now().replace(microsecond=0)
        for step in range(batch):
            index = number * batch + step
            # A place of its own for each, so that its event can be told by it.
            lng, lat = WEST + (index % 15000) * 1e-5, SOUTH + (index // 15000) * 1e-3
            places.append((round(lng, 5), round(lat, 5)))
            rows.append(f"LL-{os.getpid()}-{index};{now - timedelta(minutes=2)};{now};Graffiti / Aufkleber;offen;;{lat:.5f};{lng:.5f};Adresse;")
        at = time.time()
        sender.request("POST", "/api/v1/sources/maengelmelder/reports", "\n".join([HEADER, *rows]), headers("demo-city") | {"Content-Type": "text/csv"})
        answer = json.loads(sender.getresponse().read())
        refused += batch - answer.get("accepted", 0)
        sent.update({place: at for place in places})
    lasted = time.monotonic() - began
    time.sleep(3)
    cpu = cpu_seconds(pid) - cpu
    tiles.stop = True
    watcher.join()
    stop.set()
    told = heard.get()
    for process in (crowd, ear):
        process.join()

    delays = [at - sent[place] for place, at, _ in told if place in sent]
    drawn = [at - sent[place] for place, _, at in told if place in sent and at is not None]
    print(f"{options.clients} streams open, {len(sent) / lasted:.0f} reports/s sent for {lasted:.0f} s in {BATCHES_A_SECOND} posts a second; "
          f"{refused} not accepted, {len(sent) - len(delays)} not heard of")
    print("| what | p50 | p99 | most | of |\n|---|---|---|---|---|")
    row("report sent to its event in an open page", delays)
    row("report sent to a tile that holds it", drawn)
    row("tile, z12 to z14, in the meantime", tiles.seconds)
    print(f"CPU of the server: {cpu:.1f} s in {lasted:.0f} s")


def row(what, seconds):
    ordered = sorted(seconds)
    if not ordered:
        print(f"| {what} | - | - | - | 0 |")
        return
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"| {what} | {statistics.median(ordered) * 1e3:.0f} ms | {p99 * 1e3:.0f} ms | {ordered[-1] * 1e3:.0f} ms | {len(ordered)} |")


class Tiles:
    """Looks at one tile after the other, as somebody who moves the map does."""

    AROUND = [(12, 2137, 1359), (13, 4274, 2718), (14, 8548, 5436), (14, 8547, 5436), (14, 8548, 5437)]

    def __init__(self, port):
        self.port, self.stop, self.seconds = port, False, []

    def look_around(self):
        connection, turn = connect(self.port), 0
        while not self.stop:
            z, x, y = self.AROUND[turn % len(self.AROUND)]
            began = time.perf_counter()
            connection.request("GET", f"/tiles/cells/{z}/{x}/{y}?v={turn}", headers=headers("demo-analyst"))
            connection.getresponse().read()
            self.seconds.append(time.perf_counter() - began)
            turn += 1
            time.sleep(0.05)


def look_on(port, clients, ready, stop):
    """Open streams that are read and not understood: reading so many costs this machine enough."""
    selector = selectors.DefaultSelector()
    for _ in range(clients):
        stream = open_stream(port)
        stream.setblocking(False)
        selector.register(stream, selectors.EVENT_READ)
    ready.release()
    while not stop.is_set():
        for key, _ in selector.select(timeout=0.2):
            key.fileobj.recv(1 << 18)


def listen(port, ready, stop, heard):
    """One stream that is understood. Of one report a batch it also waits for the tile of points to hold it."""
    stream, tiles, told, buffer = open_stream(port), connect(port), [], b""
    stream.settimeout(0.2)
    ready.release()
    last_drawn = 0.0
    while not stop.is_set():
        try:
            buffer += stream.recv(1 << 18)
        except TimeoutError:
            continue
        at = time.time()
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            if not line.startswith(b'data: {"id":'):
                continue
            event = json.loads(line[6:])
            lng, lat = event["geometry"]["coordinates"]
            drawn = None
            if at - last_drawn > 0.25:
                drawn = drawn_at(tiles, event["id"], lng, lat, event["sequence"])
                last_drawn = time.time()
            told.append(((round(lng, 5), round(lat, 5)), at, drawn))
    heard.put(told)


def drawn_at(connection, report, lng, lat, revision):
    n = 1 << 16
    x = int((lng + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * n)
    for _ in range(50):
        connection.request("GET", f"/tiles/reports/16/{x}/{y}?v={revision}", headers=headers("demo-analyst"))
        if report in feature_ids(connection.getresponse().read()):
            return time.time()
    return None


def feature_ids(tile):
    """Ids of the features of a vector tile: field 1 of field 2 of field 3 (Mapbox Vector Tile 2.1)."""
    return {number for _, layer in fields(tile, 3) for _, feature in fields(layer, 2) for _, number in fields(feature, 1)}


def fields(data, wanted):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            width = 8 if key & 7 == 1 else 4
            value, at = data[at : at + width], at + width
        if key >> 3 == wanted:
            yield wanted, value


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def headers(token):
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


def connect(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def open_stream(port):
    stream = socket.create_connection(("127.0.0.1", port), timeout=30)
    stream.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer demo-analyst\r\n\r\n")
    return stream


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    try:
        connection = connect(port)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False


def cpu_seconds(pid):
    behind = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(behind[11]) + int(behind[12])) / TICKS


def until(condition, seconds, complaint):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit(complaint)
        time.sleep(0.2)


if __name__ == "__main__":
    main()
