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
# For squares of 224 pixels.
TORCHVISION = {"resnet-18": "resnet18", "resnet-50": "resnet50", "mobilenet-v2": "mobilenet_v2"}


def make(architecture):
    """A network with random weights, such as `densenet-bc-100-12`, `wrn-40-2` or `resnet-18`."""
    if architecture in TORCHVISION:
        import torchvision

        torch.manual_seed(1)
        return getattr(torchvision.models, TORCHVISION[architecture])(num_classes=CLASSES)
    match = re.fullmatch(r"(densenet-bc|wrn)-(\d+)-(\d+)", architecture)
    if not match:
        known = ", ".join(TORCHVISION)
        raise SystemExit(f"{architecture!r}: expected densenet-bc-L-k, wrn-d-w, {known}")
    family, depth, width = match.groups()
    torch.manual_seed(1)
    return FAMILIES[family](int(depth), int(width), CLASSES)


def side(architecture):
    return 224 if architecture in TORCHVISION else 32


def images(batch, side=32):
    return torch.rand(batch, 3, side, side)
