"""named_networks.safetensors: torchvision's networks, and small ones, computed in float64.

The weights are a formula of their names (numbers_for), which the C++ test computes too, so that the
file holds no weights: only images, logits and gradients.
"""
import json
import zlib

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from torch import nn

import safetensors_io

TEMPERATURE = 1000.0


def numbers_for(name, count):
    """float32 numbers in [-1, 1), a hash of the tensor's name and each element's position."""
    with np.errstate(over="ignore"):
        h = np.arange(count, dtype=np.uint32) * np.uint32(2654435761) + np.uint32(
            zlib.crc32(name.encode())
        )
        for shift, factor in ((16, 0x45D9F3B), (15, 0x119DE1F3)):
            h = (h ^ (h >> np.uint32(shift))) * np.uint32(factor)
        h ^= h >> np.uint32(16)
    return (h.astype(np.float64) / 2**31 - 1).astype(np.float32)


@torch.no_grad()
def fill(net):
    for name, tensor in net.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        factor, summand = 0.25, 0
        if name.endswith("running_var"):
            factor, summand = 0.5, 1
        elif tensor.dim() == 1:
            summand = 1 if name.endswith("weight") else 0
        else:
            factor = (6 / (tensor.numel() / tensor.shape[0])) ** 0.5
        numbers = numbers_for(name, tensor.numel()).astype(np.float64) * factor + summand
        tensor.copy_(torch.from_numpy(numbers.astype(np.float32)).reshape(tensor.shape))


class LeNet5(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1))))))


class ConvLayer(nn.Module):
    def __init__(self, in_channels, channels):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x):
        return F.max_pool2d(F.relu(self.bn(self.conv(x))), 2)


class ConvNet(nn.Module):
    def __init__(self, widths, classes):
        super().__init__()
        pairs = zip((3, *widths), widths)
        self.layer = nn.Sequential(*(ConvLayer(a, b) for a, b in pairs))
        self.fc = nn.Linear(widths[-1], classes)

    def forward(self, x):
        return self.fc(self.layer(x).mean((2, 3)))


class ResNet32(torchvision.models.ResNet):
    """ResNet-18 for images of 32x32: no stride and no pooling at the beginning."""

    def __init__(self, classes):
        block = torchvision.models.resnet.BasicBlock
        super().__init__(block, [2, 2, 2, 2], num_classes=classes)
        self.conv1 = nn.Conv2d(3, 64, 3, padding=1, bias=False)
        self.maxpool = nn.Identity()

    def state_dict(self, *args, **kwargs):
        # As OpenOOD names the shortcuts.
        state = super().state_dict(*args, **kwargs)
        return {name.replace("downsample", "shortcut"): t for name, t in state.items()}


MODELS = torchvision.models
NETWORKS = {  # our name: network, input shape, classes
    "lenet-5": (lambda: LeNet5(10), (2, 1, 28, 28)),
    "convnet-8-16": (lambda: ConvNet((8, 16), 7), (2, 3, 20, 28)),
    "resnet-18-32": (lambda: ResNet32(10), (2, 3, 32, 32)),
    "resnet-18": (lambda: MODELS.resnet18(num_classes=20), (2, 3, 64, 72)),
    "resnet-50": (lambda: MODELS.resnet50(num_classes=20), (1, 3, 64, 72)),
    "densenet-121": (lambda: MODELS.densenet121(num_classes=20), (1, 3, 64, 72)),
    "mobilenet-v2": (lambda: MODELS.mobilenet_v2(num_classes=20), (2, 3, 64, 72)),
}


def make(folder):
    tensors, metadata = {}, {}
    for name, (build, shape) in NETWORKS.items():
        net = build().eval()
        fill(net)
        net = net.double()
        x = torch.from_numpy(numbers_for(name + "/image", int(np.prod(shape))).copy()).double()
        x = (2 * x.reshape(shape)).requires_grad_()
        logits = net(x)
        loss = F.cross_entropy(logits / TEMPERATURE, logits.argmax(1), reduction="sum")
        tensors[f"{name}/logits"] = logits.detach()
        # The gradient's first image and every eighth pixel are enough to compare.
        gradient = torch.autograd.grad(loss, x)[0]
        tensors[f"{name}/gradient"] = gradient[:1, :, ::4, ::4].contiguous()
        metadata[name] = json.dumps({"input": shape, "classes": logits.shape[1]})
    safetensors_io.write(folder / "named_networks.safetensors", tensors, metadata)
