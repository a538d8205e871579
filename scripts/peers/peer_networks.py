"""The networks of tests/golden, for PyTorch, by the names that odin gives architectures."""
import pathlib
import re
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"))
import nets
import networks  # noqa: F401  ODIN itself, for those who import this module

CLASSES = 10
FAMILIES = {"densenet-bc": nets.DenseNetBC, "wrn": nets.WideResNet}


def make(architecture):
    """A network with random weights, such as `densenet-bc-100-12` or `wrn-40-2`."""
    match = re.fullmatch(r"(densenet-bc|wrn)-(\d+)-(\d+)", architecture)
    if not match:
        raise SystemExit(f"{architecture!r}: expected densenet-bc-L-k or wrn-d-w")
    family, depth, width = match.groups()
    torch.manual_seed(1)
    return FAMILIES[family](int(depth), int(width), CLASSES)


def images(batch):
    return torch.rand(batch, 3, 32, 32)
