"""Functions for tests: the first argument says which. The protocol is that of samples/udf/agent.py."""

import os
import signal
import sys
import time

from agent import BATCH, BOOL, DOUBLE, DURATION, INT, POINT, STREAM, STRING, Batch, Function, Point, listen, serve


class Scale(Function):
    """Points with a field multiplied, and what the options were."""

    options = {"by": [DOUBLE], "all": [BOOL, INT, DOUBLE, STRING, DURATION], "flag": []}

    def init(self, options):
        self.by = options.get("by", [[1.0]])[-1][0]
        self.told = str(sorted(options.items()))
        if self.by == 0:
            return "by must not be 0"

    def point(self, point):
        point.fields["v"] *= self.by
        point.fields.update(options=self.told, whole=-7, yes=True, no=False, group=point.group)
        self.give(point)


class Sorted(Function):
    """Batches of the last points of each group, sorted."""

    provides = BATCH
    options = {"size": [INT]}

    def init(self, options):
        self.size, self.kept = options["size"][-1][0], {}

    def point(self, point):
        kept = self.kept.setdefault(point.group, [])
        kept.append(point)
        if len(kept) == self.size:
            tags = {name: point.tags.get(name, "") for name in point.dimensions}
            batch = Batch(point.name, tags, point.by_name, point.time)
            kept.sort(key=lambda one: one.fields["v"])
            batch.points = [Point(one.time, tags=one.tags, fields=one.fields) for one in kept]
            kept.clear()
            self.give(batch)


class Count(Function):
    """A point for each batch."""

    wants = BATCH

    def batch(self, batch):
        point = Point(batch.tmax, batch.name, batch.tags, {"count": len(batch.points), "sum": 0.0})
        point.dimensions, point.by_name = sorted(batch.tags), batch.by_name
        point.fields["sum"] = float(sum(one.fields["v"] for one in batch.points))
        self.give(point)


class Mirror(Function):
    wants = provides = BATCH

    def batch(self, batch):
        self.give(batch)


class Later(Function):
    """Gives everything when there is no more."""

    def run(self, source, output):
        self.kept = []
        super().run(source, output)
        for point in self.kept:
            self.give(point)
        output.flush()

    def point(self, point):
        self.kept.append(point)


class Noisy(Function):
    def point(self, point):
        print("got", point.fields["v"])
        self.give(point)


class Dying(Function):
    def point(self, point):
        print("out of luck")
        os._exit(3)


class Failing(Function):
    def point(self, point):
        self.send(6, b"\x0a\x08no model")


class Silent(Function):
    def run(self, source, output):
        self.pid()
        super().run(source, output)

    def point(self, point):
        time.sleep(3600)

    def pid(self):
        with open("pid", "a") as file:
            file.write(f"{os.getpid()}\n")


class Stubborn(Silent):
    """Neither the end of its input nor SIGTERM ends it."""

    def run(self, source, output):
        super().run(source, output)
        if hasattr(self, "seen"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(3600)

    def point(self, point):
        self.seen = True


class Rubbish(Function):
    """Writes bytes that are no message."""

    def __init__(self, data, ends=False):
        self.data, self.ends = data, ends

    def point(self, point):
        self.output.write(self.data)
        self.output.flush()
        if self.ends:
            os._exit(0)


class Batches(Function):
    """Says that it gives points, and gives a batch."""

    def point(self, point):
        self.give(Batch(point.name))


class Open(Function):
    provides = BATCH

    def point(self, point):
        self.send(16, b"")


class Loose(Function):
    provides = BATCH

    def point(self, point):
        self.send(POINT, point.write())


FUNCTIONS = {
    "scale": Scale,
    "sorted": Sorted,
    "count": Count,
    "mirror": Mirror,
    "later": Later,
    "noisy": Noisy,
    "dying": Dying,
    "failing": Failing,
    "silent": Silent,
    "stubborn": Stubborn,
    "printing": lambda: Rubbish(b"hello, this is not a message\n" * 10),
    "huge": lambda: Rubbish(b"\xff\xff\xff\xff\x0f"),
    "cut": lambda: Rubbish(b"\x20\x8a\x01", ends=True),
    "unknown": lambda: Rubbish(b"\x03\xa2\x06\x00"),
    "unasked": lambda: Rubbish(b"\x02\x22\x00"),
    "batches": Batches,
    "open": Open,
    "loose": Loose,
}

if len(sys.argv) > 2:
    listen(sys.argv[2], FUNCTIONS[sys.argv[1]])
serve(FUNCTIONS[sys.argv[1]]())
