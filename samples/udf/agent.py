"""Kapacitor's protocol for user-defined functions, with nothing but the standard library.

A function is a subclass of Function. It says what it wants and provides, and what options it has; then it gets
points, or whole batches, and calls give() as often as it likes. serve() runs it on standard input and output, listen()
on a Unix socket.

Messages are protobuf, each led by its length. Standard output belongs to them: print() for people goes to standard
error.
"""

import os
import socket
import struct
import sys

STREAM, BATCH = 0, 1
BOOL, INT, DOUBLE, STRING, DURATION = range(5)

# Numbers of the messages in requests and responses.
INFO, INIT, KEEPALIVE, SNAPSHOT, RESTORE, ERROR = 1, 2, 3, 4, 5, 6
BEGIN, POINT, END = 16, 17, 18


def varint(number):
    number &= 0xFFFFFFFFFFFFFFFF
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def key(number, kind):
    return varint(number << 3 | kind)


def integer(number, value):
    return key(number, 0) + varint(int(value)) if value else b""


def chunk(number, data):
    return key(number, 2) + varint(len(data)) + data


def text(number, value):
    return chunk(number, value.encode()) if value else b""


def table(number, entries, value):
    """A map: each entry is a message of its own, with the key as 1 and the value as 2."""
    return b"".join(chunk(number, text(1, k) + value(2, v)) for k, v in sorted(entries.items()))


def double(number, value):
    return key(number, 1) + struct.pack("<d", value)


def parse(data):
    """The fields of a message: numbers with varints as int, doubles as float, everything else as bytes."""
    at = 0

    def number():
        nonlocal at
        shift = value = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        head = number()
        if head & 7 == 0:
            value = number()
            yield head >> 3, value - (1 << 64) if value >> 63 else value
        elif head & 7 == 1:
            yield head >> 3, struct.unpack_from("<d", data, at)[0]
            at += 8
        elif head & 7 == 2:
            length = number()
            yield head >> 3, data[at : at + length]
            at += length
        else:
            raise ValueError("a message of an unknown form")


def entry(data, empty):
    found = dict(parse(data))
    return found.get(1, b"").decode(), found.get(2, empty)


class Point:
    """A point; of a batch it has only time, group, tags and fields."""

    def __init__(self, time=0, name="", tags=None, fields=None):
        self.time, self.name, self.database, self.retention_policy, self.group = time, name, "", "", ""
        self.dimensions, self.by_name = [], False
        self.tags, self.fields = dict(tags or {}), dict(fields or {})

    @classmethod
    def read(cls, data):
        point = cls()
        for number, value in parse(data):
            if number == 1:
                point.time = value
            elif number in (2, 3, 4, 5):
                setattr(point, ("name", "database", "retention_policy", "group")[number - 2], value.decode())
            elif number == 6:
                point.dimensions.append(value.decode())
            elif number == 7:
                name, tag = entry(value, b"")
                point.tags[name] = tag.decode()
            elif number == 8:
                name, field = entry(value, 0.0)
                point.fields[name] = field
            elif number == 9:
                name, field = entry(value, 0)
                point.fields[name] = field
            elif number == 10:
                name, field = entry(value, b"")
                point.fields[name] = field.decode()
            elif number == 11:
                point.by_name = bool(value)
            elif number == 12:
                name, field = entry(value, 0)
                point.fields[name] = bool(field)
        return point

    def write(self):
        def of(kind):
            return {k: v for k, v in self.fields.items() if type(v) is kind}

        return b"".join(
            [
                integer(1, self.time),
                text(2, self.name),
                text(3, self.database),
                text(4, self.retention_policy),
                text(5, self.group),
                b"".join(chunk(6, name.encode()) for name in self.dimensions),
                table(7, self.tags, text),
                table(8, of(float), double),
                table(9, of(int), integer),
                table(10, of(str), text),
                integer(11, self.by_name),
                table(12, of(bool), integer),
            ]
        )


class Batch:
    """A batch with its points."""

    def __init__(self, name="", tags=None, by_name=False, tmax=0):
        self.name, self.group, self.tags, self.by_name, self.tmax = name, "", dict(tags or {}), by_name, tmax
        self.points = []

    @classmethod
    def begin(cls, data):
        batch = cls()
        for number, value in parse(data):
            if number in (1, 2):
                setattr(batch, ("name", "group")[number - 1], value.decode())
            elif number == 3:
                name, tag = entry(value, b"")
                batch.tags[name] = tag.decode()
            elif number == 5:
                batch.by_name = bool(value)
        return batch

    def write(self):
        begin = [text(1, self.name), text(2, self.group), table(3, self.tags, text)]
        begin += [integer(4, len(self.points)), integer(5, self.by_name)]
        end = [text(1, self.name), text(2, self.group), integer(3, self.tmax), table(4, self.tags, text)]
        return b"".join(begin), b"".join(end)


class Function:
    """What to override: the four values, and the methods that are of use."""

    wants = provides = STREAM
    # Name of each option, with the types of its arguments.
    options = {}

    def init(self, options):
        """Takes the options of the script, {name: [arguments of each call]}. A text that is returned is an error."""

    def point(self, point):
        """Takes a point of a stream."""

    def batch(self, batch):
        """Takes a batch."""

    def give(self, what):
        """Gives a Point, or a Batch."""
        if isinstance(what, Point):
            self.send(POINT, what.write())
            return
        begin, end = what.write()
        self.send(BEGIN, begin)
        for point in what.points:
            self.send(POINT, point.write())
        self.send(END, end)

    def send(self, number, data):
        message = chunk(number, data)
        self.output.write(varint(len(message)) + message)

    def info(self):
        types = lambda number, kinds: chunk(number, b"".join(integer(1, kind) or key(1, 0) + b"\0" for kind in kinds))
        return integer(1, self.wants) + integer(2, self.provides) + table(3, self.options, types)

    def run(self, source, output):
        """Answers requests until there are no more."""
        self.output, opened = output, None
        for number, data in requests(source):
            if number == INFO:
                self.send(INFO, self.info())
            elif number == INIT:
                error = self.init(script_options(data))
                self.send(INIT, integer(1, not error) + text(2, error or ""))
            elif number == KEEPALIVE:
                self.send(KEEPALIVE, data)
            elif number == SNAPSHOT:
                self.send(SNAPSHOT, b"")
            elif number == RESTORE:
                self.send(RESTORE, integer(1, True))
            elif number == BEGIN:
                opened = Batch.begin(data)
            elif number == POINT and opened:
                opened.points.append(Point.read(data))
            elif number == POINT:
                self.point(Point.read(data))
            elif number == END:
                opened.tmax = dict(parse(data)).get(3, 0)
                self.batch(opened)
                opened = None
            # Answers wait only while there are more requests to read.
            if number not in (BEGIN, POINT):
                output.flush()


def requests(source):
    """The messages of a stream, each as its number and its bytes."""
    while True:
        length = shift = 0
        while True:
            byte = source.read(1)
            if not byte:
                return
            length |= (byte[0] & 0x7F) << shift
            shift += 7
            if byte[0] < 0x80:
                break
        yield from parse(source.read(length))


def script_options(data):
    options = {}
    for number, option in parse(data):
        if number == 1:
            name, values = "", []
            for part, value in parse(option):
                if part == 1:
                    name = value.decode()
                else:
                    values.append(argument(dict(parse(value))))
            options.setdefault(name, []).append(values)
    return options


def argument(value):
    kind = value.get(1, BOOL)
    found = value.get(kind + 2, {DOUBLE: 0.0, STRING: b""}.get(kind, 0))
    return {BOOL: bool, STRING: bytes.decode}.get(kind, lambda same: same)(found)


def serve(function):
    """Runs a function on standard input and output, until the input ends."""
    with os.fdopen(os.dup(1), "wb") as output:
        sys.stdout = sys.stderr
        function.run(sys.stdin.buffer, output)


def listen(path, make):
    """Runs a new function for each connection to a Unix socket, one after the other, for ever."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        while True:
            connection, _ = server.accept()
            with connection, connection.makefile("rb") as source, connection.makefile("wb") as output:
                make().run(source, output)
