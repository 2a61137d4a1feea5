"""A real InfluxDB for tests: Debian's package `influxdb` (1.6), fetched and unpacked if it is not installed.

It listens on a free port of the loopback and keeps its data in the folder that it is given. Where there is none to be
had the program ends with status 77.
"""
import json
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

CONFIG = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:{port}"
  log-enabled = false
[monitor]
  store-enabled = false
[logging]
  level = "error"
"""


def no_server(why):
    print(f"no server: {why}", file=sys.stderr)
    sys.exit(77)


def program(folder):
    """The path of the server's program."""
    found = shutil.which("influxd")
    if found:
        return found
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        no_server("neither influxd nor apt-get is installed")
    try:
        get = subprocess.run(["apt-get", "download", "influxdb"], cwd=folder, capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        no_server("the package influxdb does not arrive")
    packages = list(pathlib.Path(folder).glob("influxdb_*.deb"))
    if get.returncode or not packages:
        no_server("the package influxdb cannot be fetched")
    subprocess.run(["dpkg", "-x", packages[0], folder], check=True)
    return f"{folder}/usr/bin/influxd"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def unpack(data, at=0):
    """One MessagePack value and where it ends. JSON would not tell integers from floats."""
    tag = data[at]
    at += 1

    def number(form):
        size = struct.calcsize(form)
        return struct.unpack(form, data[at:at + size])[0], at + size

    def text(length, start):
        return data[start:start + length].decode(), start + length

    def array(length, start):
        items = []
        for _ in range(length):
            item, start = unpack(data, start)
            items.append(item)
        return items, start

    def table(length, start):
        flat, start = array(2 * length, start)
        return dict(zip(flat[::2], flat[1::2])), start

    if tag <= 0x7f:
        return tag, at
    if tag >= 0xe0:
        return tag - 256, at
    if tag <= 0x8f:
        return table(tag & 15, at)
    if tag <= 0x9f:
        return array(tag & 15, at)
    if tag <= 0xbf:
        return text(tag & 31, at)
    simple = {0xc0: None, 0xc2: False, 0xc3: True}
    if tag in simple:
        return simple[tag], at
    forms = {0xca: ">f", 0xcb: ">d", 0xcc: ">B", 0xcd: ">H", 0xce: ">I", 0xcf: ">Q",
             0xd0: ">b", 0xd1: ">h", 0xd2: ">i", 0xd3: ">q"}
    if tag in forms:
        return number(forms[tag])
    if tag in (0xd9, 0xda, 0xdb):
        return text(*number({0xd9: ">B", 0xda: ">H", 0xdb: ">I"}[tag]))
    if tag in (0xdc, 0xdd):
        return array(*number({0xdc: ">H", 0xdd: ">I"}[tag]))
    if tag in (0xde, 0xdf):
        return table(*number({0xde: ">H", 0xdf: ">I"}[tag]))
    # A time: twelve bytes of seconds and nanoseconds.
    if tag == 0xc7 and data[at] == 12 and data[at + 1] == 5:
        seconds, nanos = struct.unpack(">qi", data[at + 2:at + 14])
        return seconds * 10**9 + nanos, at + 14
    raise ValueError(f"MessagePack tag {tag:#x}")


class Server:
    def __init__(self, folder):
        self.port = free_port()
        config = pathlib.Path(folder, "influxdb.conf")
        config.write_text(CONFIG.format(folder=folder, port=self.port, rpc=free_port()))
        self.log = open(pathlib.Path(folder, "log"), "wb")
        self.process = subprocess.Popen([program(folder), "run", "-config", config], stdout=self.log, stderr=self.log)
        for _ in range(300):
            try:
                self.request("/ping", None)
                return
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        no_server("influxd does not start")

    def request(self, path, body, accept="application/json"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, {"Accept": accept})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.headers.get("Content-Type"), answer.read()
        except urllib.error.HTTPError as error:
            return error.headers.get("Content-Type"), error.read()

    def command(self, text):
        self.request("/query", urllib.parse.urlencode({"q": text}).encode())

    def write(self, file):
        """The points of a file `DATABASE.POLICY.lp`."""
        database, policy, _ = file.name.split(".")
        self.command(f'CREATE DATABASE "{database}"')
        for name in ("autogen", policy):
            options = "DURATION INF REPLICATION 1" + (" DEFAULT" if name == "autogen" else "")
            self.command(f'CREATE RETENTION POLICY "{name}" ON "{database}" {options}')
        _, answer = self.request(f"/write?db={database}&rp={policy}", file.read_bytes())
        if answer:
            sys.exit(f"{file.name}: {answer.decode()}")

    def result(self, query, database):
        """The answer to a query, with integers told from floats."""
        text = urllib.parse.urlencode({"db": database, "epoch": "ns", "q": query})
        kind, answer = self.request(f"/query?{text}", None, "application/x-msgpack")
        whole = unpack(answer)[0] if kind == "application/x-msgpack" else json.loads(answer)
        return whole if "error" in whole else whole["results"][0]

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
