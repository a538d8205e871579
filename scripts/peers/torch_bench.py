"""Times PyTorch on the CPU (eager mode) on one row: forward, ODIN or a training step."""
import pathlib

import torch
import torch.nn.functional as F

import peer_networks
import timing
from peer_networks import networks

LEARNING_RATE = 1e-3


def forward(net, x):
    net.eval()

    def work():
        with torch.no_grad():
            net(x)

    return work


def odin(net, x):
    """Gradients of the input alone: the parameters ask for none."""
    net.eval().requires_grad_(False)

    def work():
        gradient = networks.input_gradient(net, x, networks.TEMPERATURE)
        networks.odin_score(net, x, gradient)

    return work


def train(net, x):
    net.train()
    labels = torch.zeros(len(x), dtype=torch.int64)
    optimizer = torch.optim.SGD(
        net.parameters(), lr=LEARNING_RATE, momentum=0.9, nesterov=True, weight_decay=1e-4
    )

    def work():
        optimizer.zero_grad()
        F.cross_entropy(net(x), labels).backward()
        optimizer.step()

    return work


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


TASKS = {"forward": forward, "odin": odin, "train": train}

options = timing.arguments(*TASKS)
torch.set_num_threads(options.threads)
task = TASKS[options.task](peer_networks.make(options.arch), peer_networks.images(options.batch))
timing.report(options, f"{torch.__version__} with {blas()}", task)
