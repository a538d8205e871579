"""Prints what compare-peers.sh measured as Markdown: table.py ROWS RESULTS THREADS"""
import collections
import json
import pathlib
import statistics
import sys

PEERS = {"onnxruntime": "ONNX Runtime", "pytorch": "PyTorch"}
NETWORKS = {
    "densenet-bc-100-12": "DenseNet-BC-100-12",
    "wrn-40-2": "WRN-40-2",
    "wrn-28-10": "WRN-28-10",
    "resnet-18": "ResNet-18",
    "resnet-50": "ResNet-50",
    "mobilenet-v2": "MobileNetV2",
}
TASKS = {"forward": "forward", "odin": "ODIN", "train": "training step"}
SPEEDUP_TARGET = 1.8  # of two threads over one
MEMORY_TARGET = 1 / 3  # of PyTorch's

Row = collections.namedtuple("Row", "arch task batch targets also")


def read_rows(path):
    for line in pathlib.Path(path).read_text().splitlines():
        if line and not line.startswith("#"):
            arch, task, batch, ort, pytorch, also = line.split()
            targets = {"onnxruntime": ort, "pytorch": pytorch}
            targets = {who: float(value) for who, value in targets.items() if value != "-"}
            yield Row(arch, task, int(batch), targets, also.split(","))


class Results:
    """All measurements; those of one row are asked for by who ran and on how many threads."""

    def __init__(self, path):
        self.all = [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]

    def by_round(self, row, who, threads, value):
        return {
            r["round"]: value(r)
            for r in self.all
            if (r["arch"], r["task"], r["batch"]) == (row.arch, row.task, row.batch)
            and (r["who"], r["threads"]) == (who, threads)
        }

    def milliseconds(self, row, who, threads):
        return self.by_round(row, who, threads, lambda r: r["ms_per_image"]["median"])

    def megabytes(self, row, who, threads):
        return self.by_round(row, who, threads, lambda r: r["peak_rss_mb"])


def median(by_round):
    return statistics.median(by_round.values())


def ratio(ours, theirs):
    """Of the medians over all rounds; and, in brackets, the least and the most of any round."""
    rounds = [ours[i] / theirs[i] for i in ours.keys() & theirs.keys()]
    of_medians = median(ours) / median(theirs)
    spread = f" ({min(rounds):.2f} to {max(rounds):.2f})" if len(rounds) > 1 else ""
    return of_medians, f"{of_medians:.2f}{spread}"


def verdict(target, reached):
    return f"{target:.2f}" if reached else f"{target:.2f}, missed"


def work(row):
    return f"{NETWORKS.get(row.arch, row.arch)} {TASKS[row.task]} | {row.batch}"


def print_table(head, lines):
    if lines:
        columns = head.count("|") + 1
        print(f"\n| {head} |\n|{'---|' * columns}", *(f"| {line} |" for line in lines), sep="\n")


def speed_lines(rows, results, threads):
    for row in rows:
        ours = results.milliseconds(row, "odin", threads)
        for who, name in PEERS.items():
            theirs = results.milliseconds(row, who, threads)
            if ours and theirs:
                value, text = ratio(ours, theirs)
                target = row.targets.get(who)
                goal = verdict(target, value <= target) if target else ""
                yield (
                    f"{work(row)} | {name} | {median(ours):.2f} | {median(theirs):.2f} "
                    f"| {text} | {goal}"
                )


def scaling_lines(rows, results, threads):
    for row in rows:
        one = results.milliseconds(row, "odin", 1)
        many = results.milliseconds(row, "odin", threads)
        if "scaling" in row.also and one and many:
            value, text = ratio(one, many)
            goal = verdict(SPEEDUP_TARGET, value >= SPEEDUP_TARGET) if threads == 2 else ""
            yield f"{work(row)} | {median(one):.2f} | {median(many):.2f} | {text} | {goal}"


def memory_lines(rows, results, threads):
    for row in rows:
        ours = results.megabytes(row, "odin", threads)
        theirs = results.megabytes(row, "pytorch", threads)
        if "memory" in row.also and ours and theirs:
            value, text = ratio(ours, theirs)
            goal = verdict(MEMORY_TARGET, value < MEMORY_TARGET)
            yield f"{work(row)} | {median(ours):.0f} | {median(theirs):.0f} | {text} | {goal}"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "an unknown processor"


def print_conditions(results, threads):
    """Machine, threads, rounds and versions, without which the figures say little."""
    versions = {
        r["who"]: (
            f"{PEERS[r['who']]} {r['version']}"
            if r["who"] in PEERS
            else f"odin ({r['instruction_set']})"
        )
        for r in results.all
    }
    rounds = max(r["round"] for r in results.all)
    count = f"medians of {rounds} rounds, in brackets the ratios of single rounds"
    print(
        f"{threads} thread{'s' if threads > 1 else ''} of {processor()}; "
        f"{', '.join(versions.values())}; {count if rounds > 1 else 'one round'}."
    )


def main():
    rows = list(read_rows(sys.argv[1]))
    results = Results(sys.argv[2])
    threads = int(sys.argv[3])
    if not results.all:
        sys.exit("table: nothing was measured")
    print_conditions(results, threads)
    print_table(
        "work | batch | peer | odin, ms/image | peer, ms/image | odin / peer | target, at most",
        list(speed_lines(rows, results, threads)),
    )
    if threads > 1:
        print_table(
            f"odin | batch | 1 thread, ms/image | {threads} threads, ms/image | speed-up "
            "| target, at least",
            list(scaling_lines(rows, results, threads)),
        )
    print_table(
        "peak memory of the process | batch | odin, MB | PyTorch, MB | odin / PyTorch "
        "| target, under",
        list(memory_lines(rows, results, threads)),
    )


main()
