"""What the Python peers measure and print, in the form of `odin bench --json`."""
import argparse
import json
import time


def parser(*tasks):
    parser = argparse.ArgumentParser()
    parser.add_argument("--arch", required=True)
    parser.add_argument("--task", choices=tasks, required=True)
    parser.add_argument("--size", type=int, default=32)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--repeats", type=int, required=True)
    parser.add_argument("--onnx-folder")
    return parser


def arguments(*tasks):
    return parser(*tasks).parse_args()


def milliseconds_per_image(work, batch, repeats):
    """Of each repeat, after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3 / batch)
    times.sort()
    return {"min": times[0], "median": times[len(times) // 2], "max": times[-1]}


def print_result(options, version, times, **more):
    result = {
        "arch": options.arch,
        "task": options.task,
        "batch": options.batch,
        "threads": options.threads,
        "version": version,
        "ms_per_image": times,
        **more,
    }
    print(json.dumps(result))


def report(options, version, work, **more):
    times = milliseconds_per_image(work, options.batch, options.repeats)
    print_result(options, version, times, **more)
