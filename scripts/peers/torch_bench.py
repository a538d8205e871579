"""Times PyTorch on the CPU (eager mode) on one row: forward, ODIN or a training step.

It is timed on one thread and on all, with images in both orders of memory, and the fastest counts: a
single picture is often faster on one thread, and newer versions are with channels last.
"""
import pathlib

import torch

import peer_networks
import timing
from tasks import TASKS

LAYOUTS = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last}


def blas():
    """The BLAS that is loaded: PyTorch's convolutions of a single image lean on it.

    Debian's PyTorch takes the system's, which by default is the slow reference implementation.
    """
    if torch.backends.mkl.is_available():
        return "MKL"
    maps = pathlib.Path("/proc/self/maps").read_text()
    for library, name in (("openblas", "OpenBLAS"), ("libblis", "BLIS")):
        if library in maps:
            return name
    return "reference BLAS" if "libblas.so" in maps else "unknown BLAS"


def ways(options):
    """Milliseconds an image of each way, and its name."""
    for threads in sorted({1, options.threads or torch.get_num_threads()}):
        torch.set_num_threads(threads)
        for name, layout in LAYOUTS.items():
            net = peer_networks.make(options.arch).to(memory_format=layout)
            images = peer_networks.images(options.batch, options.size)
            task = TASKS[options.task](net, images.to(memory_format=layout))
            times = timing.milliseconds_per_image(task, options.batch, options.repeats)
            yield times, f"{threads} threads, {name}"


options = timing.arguments(*TASKS)
times, way = min(ways(options), key=lambda found: found[0]["median"])
timing.print_result(options, f"{torch.__version__} with {blas()}", times, way=way)
