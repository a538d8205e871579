"""Times PyTorch on the CPU (eager mode) on one row: forward, ODIN or a training step."""
import pathlib

import torch

import peer_networks
import timing
from tasks import TASKS


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



options = timing.arguments(*TASKS)
torch.set_num_threads(options.threads)
images = peer_networks.images(options.batch, options.size)
task = TASKS[options.task](peer_networks.make(options.arch), images)
timing.report(options, f"{torch.__version__} with {blas()}", task)
