#!/usr/bin/env python3
"""The model of a training step on several ranks: fitted on what scripts/measure-ranks.sh measured,
held against it, and projected to 64 nodes.

    scripts/ranks_model.py TIMES.csv [--figure FILE.svg]

Prints tables in Markdown. The model:

  sum       the sum of a bucket takes  overhead + bytes / bandwidth  by itself (from the smallest and
            the largest sum that was measured on each link).
  overlap   while a rank computes, transfers go on at a part of that speed (fitted on the waiting of
            all steps over links); afterwards at all of it.
  step      buckets are sent in their order, each when it is there and the one before is through. What
            is left when the backward pass ends is the waiting. On R ranks every rank sends 2 (R - 1) / R
            of the gradients' bytes, and the tail has 6 trips of the link's delay (two steps, each with
            a request, an answer and the data).
"""
import argparse
import csv
import statistics
from collections import defaultdict

LINKS = ("1", "10", "25")  # Gb/s
NAMES = {"densenet-bc-100-12": "DenseNet-BC-100-12", "wrn-28-10": "WRN-28-10"}


class Times:
    """The rows of one program run."""

    def __init__(self):
        self.sums, self.buckets, self.steps = [], [], []
        self.forward = self.backward = 0.0

    def add(self, row):
        seconds, size = float(row["seconds"]), int(row["bytes"])
        if row["what"] == "sum":
            self.sums.append((size, seconds))
        elif row["what"] == "bucket":
            self.buckets.append((size, seconds))
        elif row["what"] == "step":
            self.steps.append((seconds, float(row["waited_least"]), float(row["waited_most"])))
        else:
            setattr(self, row["what"], seconds)

    @property
    def bytes(self):
        return sum(size for size, _ in self.buckets)

    def median(self, column):
        return statistics.median(step[column] for step in self.steps)


def read(path):
    runs = defaultdict(Times)
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            key = (row["link"], NAMES.get(row["arch"], row["arch"]), int(row["ranks"]), int(row["threads"]), int(row["batch"]))
            runs[key].add(row)
    return {key: t for key, t in runs.items() if t.steps}  # a run may have been broken off


def fit_line(points):
    """Overhead and seconds a byte: of the smallest sum, and of the largest, which a link's buffers do
    not make faster than the link is."""
    (_, overhead), (size, seconds) = min(points), max(points)
    return overhead, (seconds - overhead) / size


def waiting(buckets, end, overhead, per_byte, overlap, factor=1.0, delay=0.0):
    """Seconds that a step waits after the backward pass, which ends at `end`."""
    free = 0.0  # when the link is
    for size, ready in buckets:
        at = max(free, ready)
        work = overhead + size * per_byte * factor
        beside = (end - at) * overlap  # what goes through before the pass ends
        if at >= end or beside < work:
            free = max(at, end) + work - max(beside, 0.0)
        else:
            free = at + work / overlap
    return max(free - end, 0.0) + 6 * delay


def fit_overlap(runs, lines):
    """The part of a link's speed beside computing that fits the measured waiting best."""
    def error(overlap):
        return sum(
            (waiting(t.buckets, t.backward, *lines[key], overlap) - t.median(1)) ** 2 / t.median(0) ** 2
            for key, t in runs.items() if key[0] in LINKS)

    return min((i / 200 for i in range(1, 201)), key=error)


def ms(seconds):
    return f"{1000 * seconds:.1f}" if seconds < 1 else f"{1000 * seconds:.0f}"


def hidden(waited, alone):
    return f"{100 * max(0.0, 1 - waited / alone):.0f}%"


def print_machine(runs):
    print("| network | ranks x threads | step (s) | waiting, least and most |")
    print("|---|---|---|---|")
    for (link, arch, ranks, threads, batch), t in runs.items():
        if link == "machine":
            step = t.median(0)
            print(f"| {arch}, batch {batch} | {ranks} x {threads} | {step:.3f} | "
                  f"{100 * t.median(1) / step:.1f}%, {100 * t.median(2) / step:.1f}% |")


def print_links(runs, lines, overlap):
    print("| network | link (Gb/s) | MB | sum alone (ms) | step (s) | waiting (ms) | hidden | the model's waiting (ms) |")
    print("|---|---|---|---|---|---|---|---|")
    for key, t in runs.items():
        if key[0] not in LINKS:
            continue
        alone = min(t.sums, key=lambda s: abs(s[0] - t.bytes))[1]
        model = waiting(t.buckets, t.backward, *lines[key], overlap)
        print(f"| {key[1]}, batch {key[4]} | {key[0]} | {t.bytes / 1e6:.1f} | {ms(alone)} | {t.median(0):.3f} | "
              f"{ms(t.median(1))} | {hidden(t.median(1), alone)} | {ms(model)} |")


def efficiency(t, line, overlap, nodes, images, delay):
    """Of `nodes` ranks with `images` each: the time of computing in that of a step. `t` was measured
    with the images of one of two ranks."""
    scale = images / (t.batch / 2)
    buckets = [(size, ready * scale) for size, ready in t.buckets]
    end = t.backward * scale
    if nodes == 1:
        return 1.0
    return end / (end + waiting(buckets, end, *line, overlap, 2 * (nodes - 1) / nodes, delay))


NODES = (1, 2, 4, 8, 16, 32, 64)


def projections(runs, lines, overlap):
    """[(arch, link, delay, weak efficiencies, strong efficiencies)] over NODES."""
    found = []
    for key, t in runs.items():
        if key[0] not in LINKS:
            continue
        t.batch = key[4]
        for delay in (0.00005, 0.001):
            # The link's bytes of two ranks are 2 (2 - 1) / 2 = 1 of the gradients'.
            weak = [efficiency(t, lines[key], overlap, n, key[4] / 2, delay) for n in NODES]
            strong = [efficiency(t, lines[key], overlap, n, 1024 / n, delay) for n in NODES]
            found.append((key[1], key[0], delay, weak, strong))
    return found


def print_projection(found):
    for title, column in (("as many images a rank as measured", 3), ("1024 images in all", 4)):
        print(f"Share of a step that is computing, {title}:\n")
        print("| network | link (Gb/s) | delay (ms) | " + " | ".join(f"{n} nodes" for n in NODES[1:]) + " |")
        print("|---|---|---|" + "---|" * (len(NODES) - 1))
        for row in found:
            print(f"| {row[0]} | {row[1]} | {1000 * row[2]:g} | " +
                  " | ".join(f"{100 * e:.1f}%" for e in row[column][1:]) + " |")
        print()


STYLE = """
:root { --page: #ffffff; --ink: #1b1e23; --muted: #626973; --rule: #e6e8eb;
        --l1: #d55e00; --l10: #0072b2; --l25: #009e73; }
@media (prefers-color-scheme: dark) {
  :root { --page: #15181c; --ink: #e6e8eb; --muted: #9ba3ad; --rule: #2b3037;
          --l1: #f08a45; --l10: #5cb3e8; --l25: #3fcf9f; }
}
text { font: 11px "Helvetica Neue", Helvetica, Arial, "Liberation Sans", sans-serif; fill: var(--ink); }
.muted { fill: var(--muted); font-size: 10px; }
.title { font-size: 12.5px; font-weight: 600; }
.rule { stroke: var(--rule); } .page { fill: var(--page); }
path { fill: none; stroke-width: 2; }
.l1 { stroke: var(--l1); } .l10 { stroke: var(--l10); } .l25 { stroke: var(--l25); }
.slow { stroke-dasharray: 4 3; stroke-width: 1.5; }
"""


def panel(x0, arch, rows):
    left, top, width, height = x0 + 40, 44, 240, 150
    place = lambda i, e: (left + width * i / (len(NODES) - 1), top + height * (1 - max(0.0, e)))
    parts = [f'<text class="title" x="{left}" y="24">{arch}, 1024 images in all</text>']
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = place(0, share)[1]
        parts.append(f'<line class="rule" x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="muted" text-anchor="end" x="{left - 6}" y="{y + 3.5:.1f}">{share:.0%}</text>')
    for i, nodes in enumerate(NODES):
        parts.append(f'<text class="muted" text-anchor="middle" x="{place(i, 0)[0]:.1f}" y="{top + height + 16}">{nodes}</text>')
    ends = []
    for _, link, delay, _, strong in rows:
        points = " L".join("%.1f %.1f" % place(i, e) for i, e in enumerate(strong))
        slow = " slow" if delay > 0.0005 else ""
        parts.append(f'<path class="l{link}{slow}" d="M{points}"/>')
        if not slow:
            ends.append([place(len(NODES) - 1, strong[-1])[1], link])
    ends.sort()
    for before, after in zip(ends, ends[1:]):
        after[0] = max(after[0], before[0] + 13)
    for y, link in ends:
        parts.append(f'<text x="{left + width + 6}" y="{y + 4:.1f}">{link} Gb/s</text>')
    return parts


def figure(found):
    archs = sorted({row[0] for row in found})
    width = 350 * len(archs) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 250" width="{width}" height="250" role="img" '
        'aria-label="Share of a training step that is computing, on 1 to 64 nodes, over links of 1, 10 and 25 Gb/s">',
        f"<style>{STYLE}</style>", f'<rect class="page" width="{width}" height="250"/>']
    for i, arch in enumerate(archs):
        parts += panel(350 * i, arch, [row for row in found if row[0] == arch])
    parts.append('<text class="muted" x="40" y="238">Nodes, and the share of a step that is computing (projected). '
                 "Solid: a delay of 0.05 ms; dashed: 1 ms.</text>")
    return "\n".join(parts + ["</svg>"]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("times")
    parser.add_argument("--figure")
    options = parser.parse_args()
    runs = read(options.times)
    lines = {key: fit_line(t.sums) for key, t in runs.items() if key[0] in LINKS}
    overlap = fit_overlap(runs, lines)
    print_machine(runs)
    print()
    print_links(runs, lines, overlap)
    print(f"\nOverlap: transfers go on at {100 * overlap:.0f}% of their speed beside computing. "
          "Bandwidth of sums: " +
          ", ".join(f"{key[0]} Gb/s {8e-9 / line[1]:.2f} ({key[1]})" for key, line in lines.items()) + ".\n")
    found = projections(runs, lines, overlap)
    print_projection(found)
    if options.figure:
        with open(options.figure, "w") as file:
            file.write(figure(found))


if __name__ == "__main__":
    main()
