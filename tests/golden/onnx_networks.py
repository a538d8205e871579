#!/usr/bin/env python3
"""Exports networks to ONNX and records what PyTorch computes with them, in float64.

    onnx_networks.py [OUTPUT_FOLDER]                the small ones of this folder
    onnx_networks.py --torchvision FOLDER [NAME...] torchvision's, with random weights, for odin_compare_export

Needs PyTorch 2, torchvision and onnx. FOLDER gets NAME.onnx and NAME.safetensors: `x` (normalized
images), `logits`, `gradient` (of the loss -log S at temperature 1000, S the largest softmax) and
`odin` (ODIN's scores with the epsilon and std of the metadata).
"""
import copy
import pathlib
import sys
import zlib

import torch
import torch.nn.functional as F
from torch import nn

import safetensors_io

TEMPERATURE = 1000.0
EPSILON = 0.0014
STD = 0.25
TORCHVISION = (
    "resnet18 resnet50 wide_resnet50_2 densenet121 mobilenet_v2 mobilenet_v3_small squeezenet1_1 "
    "vgg11_bn shufflenet_v2_x0_5 regnet_y_400mf googlenet mnasnet0_5 efficientnet_b0 convnext_tiny "
    "vit_b_16 alexnet efficientnet_v2_s swin_t maxvit_t inception_v3"
).split()


class Attention(nn.Module):
    """A small vision transformer: patches, a class token, one encoder layer."""

    def __init__(self, classes):
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 16) * 0.1)
        self.positions = nn.Parameter(torch.randn(1, 17, 16) * 0.1)
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, 0.0, "gelu", batch_first=True)
        self.norm = nn.LayerNorm(16)
        self.fc = nn.Linear(16, classes)

    def forward(self, x):
        x = self.patches(x)
        x = x.reshape(x.shape[0], 16, -1).permute(0, 2, 1)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.positions
        return self.fc(self.norm(self.layer(x)[:, 0]))


class Shuffle(nn.Module):
    """Groups, a shuffle of channels, a split, depthwise convolution and a squeeze-and-excitation."""

    def __init__(self, classes):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 12, 3, 2, 1, bias=False), nn.BatchNorm2d(12), nn.ReLU6())
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.branch = nn.Sequential(nn.Conv2d(6, 6, 5, padding=2, groups=6), nn.BatchNorm2d(6), nn.Hardswish())
        self.squeeze = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(12, 4, 1), nn.SiLU(), nn.Conv2d(4, 12, 1), nn.Hardsigmoid())
        self.average = nn.AvgPool2d(3, 2, 1, ceil_mode=True)
        self.fc = nn.Linear(12, classes)
        self.exporting = False

    def forward(self, x):
        x = self.pool(self.stem(x))
        a, b = x.chunk(2, 1)
        x = torch.cat([a, self.branch(b)], 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        x = self.average(x * self.squeeze(x))
        x = self.fc(x.mean([2, 3]))
        return F.log_softmax(x, 1) if self.exporting else x  # odin leaves it out


class Residual(nn.Module):
    """Residual blocks with an uneven kernel, dilation, PReLU, group normalization and dropout."""

    def __init__(self, classes):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, (3, 5), (2, 1), (1, 2))
        self.norm = nn.GroupNorm(2, 8)
        self.prelu = nn.PReLU(8)
        self.inner = nn.Sequential(nn.Conv2d(8, 8, 3, padding=2, dilation=2), nn.InstanceNorm2d(8, affine=True), nn.GELU())
        self.out = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(8 * 8 * 16, classes))

    def forward(self, x):
        x = self.prelu(self.norm(self.stem(x)))
        x = x + self.inner(x)
        return self.out(F.softplus(x) - F.elu(x) + F.leaky_relu(x, 0.2))


class Resized(nn.Module):
    """Maps that are enlarged and reduced by cubic and linear interpolation."""

    def __init__(self, classes):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.inner = nn.Conv2d(8, 8, 3, padding=1, groups=4)
        self.fc = nn.Linear(8, classes)

    def forward(self, x):
        x = F.interpolate(self.stem(x), (13, 11), mode="bicubic")
        x = F.interpolate(F.silu(self.inner(x)), (6, 7), mode="bicubic", align_corners=True)
        x = F.interpolate(x, scale_factor=1.5, mode="bilinear")
        return self.fc(F.relu(x).mean([2, 3]))


def small():
    """Name: (network, opset, export arguments)."""
    batch = {"dynamic_axes": {"x": {0: "n"}}}
    return {
        "shuffle_13": (Shuffle, 13, batch),
        "shuffle_9": (lambda classes: Shuffle(classes), 9, batch),
        "residual_18": (Residual, 18, batch),
        "residual_11_single": (Residual, 11, {}),
        "resized_18": (Resized, 18, batch),
        "attention_17": (Attention, 17, batch),
        "attention_14_single": (Attention, 14, {}),
    }


def seed(name):
    torch.manual_seed(zlib.crc32(name.encode()))


def settle(network, size):
    """Gives batch norms statistics that belong to the weights, and scales and shifts of their own."""
    for module in network.modules():  # torchvision's transformers begin with a head of zeros
        if isinstance(module, nn.Linear) and not module.weight.any():
            nn.init.normal_(module.weight, std=0.02)
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    for norm in norms:
        nn.init.uniform_(norm.weight, 0.5, 1.5)
        nn.init.uniform_(norm.bias, -0.2, 0.2)
        norm.momentum = None
    if norms:
        network.train()
        with torch.no_grad():
            for _ in range(2):
                network(torch.randn(4, 3, size, size))
    network.eval()


def scores(network, x):
    x = x.double().requires_grad_()
    logits = network(x)
    loss = -F.log_softmax(logits / TEMPERATURE, 1).max(1).values.sum()
    (gradient,) = torch.autograd.grad(loss, x)
    step = torch.where(gradient >= 0, 1.0, -1.0) * EPSILON / STD
    with torch.no_grad():
        odin = F.softmax(network(x.detach() - step) / TEMPERATURE, 1).max(1).values
    return {"logits": logits.detach(), "gradient": gradient, "odin": odin}


def record(folder, name, network, size, opset, arguments):
    settle(network, size)
    x = torch.randn(2, 3, size, size)
    example = x if arguments else x[:1]
    network.exporting = True
    torch.onnx.export(network, (example,), str(folder / (name + ".onnx")), input_names=["x"], output_names=["y"],
                      opset_version=opset, dynamo=False, **arguments)
    network.exporting = False
    values = scores(copy.deepcopy(network).double(), x)
    safetensors_io.write(folder / (name + ".safetensors"), {"x": x, **values},
                         {"temperature": str(TEMPERATURE), "epsilon": str(EPSILON), "std": str(STD)})
    print(name, tuple(values["logits"].shape), float(values["logits"].std()), flush=True)


def make(folder):
    (folder / "onnx").mkdir(exist_ok=True)
    for name, (build, opset, arguments) in small().items():
        seed(name)
        record(folder / "onnx", name, build(5), 16, opset, arguments)


def make_torchvision(folder, names):
    import torchvision

    for name in names or TORCHVISION:
        seed(name)
        arguments = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
        network = getattr(torchvision.models, name)(weights=None, **arguments)
        size = 299 if name == "inception_v3" else 224
        record(folder, name, network, size, 17, {"dynamic_axes": {"x": {0: "n"}}})


def main():
    if sys.argv[1:2] == ["--torchvision"]:
        make_torchvision(pathlib.Path(sys.argv[2]), sys.argv[3:])
    else:
        make(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent)


if __name__ == "__main__":
    main()
