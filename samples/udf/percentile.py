"""A moving percentile: for each point, the percentile of the last values of a field in its group."""

from agent import DOUBLE, INT, STREAM, STRING, Function, serve


class MovingPercentile(Function):
    wants = provides = STREAM
    options = {"field": [STRING], "size": [INT], "percentile": [DOUBLE], "as": [STRING]}

    def init(self, options):
        last = {name: calls[-1][0] for name, calls in options.items()}
        self.field, self.size = last.get("field"), last.get("size", 10)
        self.share, self.name = last.get("percentile", 50.0) / 100, last.get("as", "percentile")
        self.values = {}
        if not self.field:
            return "say with .field('NAME') which field"
        if self.size < 1:
            return "size must be at least 1"

    def point(self, point):
        value = point.fields.get(self.field)
        if not isinstance(value, (int, float)):
            return
        values = self.values.setdefault(point.group, [])
        values.append(value)
        del values[: -self.size]
        rank = max(0, round(len(values) * self.share + 0.5) - 1)
        point.fields[self.name] = float(sorted(values)[min(rank, len(values) - 1)])
        self.give(point)


if __name__ == "__main__":
    serve(MovingPercentile())
