"""Prints what gpu-bench.sh measured as Markdown: gpu_table.py ROWS RESULTS"""
import json
import pathlib
import statistics
import sys

VARIANTS = ("eager", "channels-last", "compile")
TASKS = {"forward": "forward", "odin": "ODIN", "train": "training step"}


def read_rows(path):
    for line in pathlib.Path(path).read_text().splitlines():
        if line and not line.startswith("#"):
            arch, task, batch, precision, target = line.split()
            yield (arch, task, int(batch), precision), float(target)


def median(results, row, who):
    times = [
        r["ms_per_image"]["median"]
        for r in results
        if (r["arch"], r["task"], r["batch"], r["precision"]) == row and r["who"] == who
    ]
    return statistics.median(times) if times else None


def line(results, row, target):
    ours = median(results, row, "odin")
    theirs = {variant: median(results, row, variant) for variant in VARIANTS}
    if ours is None:
        return None
    arch, task, batch, precision = row
    cells = [f"{arch} {TASKS[task]}", str(batch), precision, f"{ours:.4f}"]
    cells += [f"{t:.4f}" if t else "" for t in theirs.values()]
    measured = [t for t in theirs.values() if t]
    ratio = min(measured) / ours if measured else None
    cells.append(f"{ratio:.2f}" if ratio else "")
    cells.append(f"{target:.1f}" + (", missed" if ratio and ratio < target else ""))
    return " | ".join(cells)


def ceilings(results):
    """How near odin comes to what the GPU does at most, as odin bench measures both."""
    for r in results:
        if r["who"] == "odin" and r["round"] == 1:
            yield (
                f"{r['arch']} {TASKS[r['task']]} | {r['batch']} | {r['gflops'] / 1e3:.2f} "
                f"| {r['peak_gflops'] / 1e3:.1f} | {r['memory_gb_per_s'] / 1e3:.2f} "
                f"| {r['peak_memory_mb']:.0f}"
            )


def print_table(head, lines):
    columns = head.count("|") + 1
    print(f"\n| {head} |\n|{'---|' * columns}", *(f"| {l} |" for l in lines if l), sep="\n")


def main():
    results = [json.loads(l) for l in pathlib.Path(sys.argv[2]).read_text().splitlines()]
    if not results:
        sys.exit("gpu_table: nothing was measured")
    device = next((r["instruction_set"] for r in results if r["who"] == "odin"), "unknown")
    version = next((r["version"] for r in results if r["who"] != "odin"), "absent")
    rounds = max(r["round"] for r in results)
    print(f"{device}; PyTorch {version}; milliseconds an image, medians of {rounds} rounds in turn.")
    print_table(
        "work | batch | precision | odin | eager | channels-last | torch.compile "
        "| odin's images a second over the best of PyTorch's | target, at least",
        [line(results, row, target) for row, target in read_rows(sys.argv[1])],
    )
    print_table(
        "odin | batch | TFLOP/s as the plain algorithm counts | ceiling, TFLOP/s "
        "| ceiling, TB/s | most memory, MB",
        list(ceilings(results)),
    )


main()
