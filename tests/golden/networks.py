"""Whole networks: logits, input gradients, ODIN scores and ten SGD steps, computed in float64.

Weights and inputs are float32 values, so that a float32 and a float64 engine start alike.
"""
import copy
import dataclasses
import json
import math
from typing import Callable

import torch
import torch.nn.functional as F
from torch import nn

import nets
import safetensors_io

TEMPERATURE = 1000.0
EPSILON = 0.0014
STD = (0.247, 0.243, 0.261)
MOMENTUM = 0.9
STEPS = 10
# Larger tensors are left out of the state stored after training, for the file's size.
MAX_FINAL_ELEMENTS = 2048


@dataclasses.dataclass
class Golden:
    file: str
    architecture: str
    build: Callable[[], nn.Module]
    classes: int
    learning_rate: float
    weight_decay: float
    seed: int


GOLDENS = (
    Golden(
        "densenet_bc_16_4",
        "densenet-bc-16-4",
        lambda: nets.DenseNetBC(16, 4, 10),
        classes=10,
        learning_rate=0.1,
        weight_decay=1e-4,
        seed=152,
    ),
    Golden(
        "wide_resnet_10_1",
        "wrn-10-1",
        lambda: nets.WideResNet(10, 1, 7),
        classes=7,
        learning_rate=0.05,
        weight_decay=5e-4,
        seed=112,
    ),
)


@torch.no_grad()
def initialise(net, generator):
    """He init for weights; random parameters and running statistics for batch norms."""

    def normal(tensor, mean, std):
        tensor.copy_(mean + std * torch.randn(tensor.shape, generator=generator))

    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            fan_out = module.out_channels * math.prod(module.kernel_size)
            normal(module.weight, 0.0, math.sqrt(2 / fan_out))
        elif isinstance(module, nn.BatchNorm2d):
            normal(module.weight, 1.0, 0.2)
            normal(module.bias, 0.0, 0.2)
            normal(module.running_mean, 0.0, 0.3)
            variance = 0.5 + torch.rand(module.running_var.shape, generator=generator)
            module.running_var.copy_(variance)
        elif isinstance(module, nn.Linear):
            normal(module.weight, 0.0, math.sqrt(2 / module.in_features))
            normal(module.bias, 0.0, 0.2)


def images(generator, *count):
    """Noise around a colour of its own for each image, so that predictions differ."""
    colour = torch.randn(*count, 3, 1, 1, generator=generator)
    return colour + torch.randn(*count, 3, 16, 12, generator=generator)


def state(net, prefix):
    """The state by name, without num_batches_tracked, as a copy that training leaves alone."""
    return {
        prefix + name: tensor.clone()
        for name, tensor in net.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def input_gradient(net, x, temperature):
    """Gradient of -log softmax(logits / T) at the predicted class, summed over the batch."""
    x = x.clone().requires_grad_()
    logits = net(x)
    loss = F.cross_entropy(logits / temperature, logits.argmax(1), reduction="sum")
    return torch.autograd.grad(loss, x)[0]


@torch.no_grad()
def odin_score(net, x, gradient):
    """The top softmax at T after the step; as published, a gradient of 0 counts as +1."""
    std = torch.tensor(STD, dtype=x.dtype).view(1, 3, 1, 1)
    sign = torch.where(gradient >= 0, 1.0, -1.0).to(x.dtype)
    perturbed = x - EPSILON * sign / std
    return F.softmax(net(perturbed) / TEMPERATURE, 1).amax(1)


def evaluate(net, x):
    net.eval()
    with torch.no_grad():
        logits = net(x)
    dx_t1000 = input_gradient(net, x, TEMPERATURE)
    return {
        "logits": logits,
        "dx_t1000": dx_t1000,
        "dx_t1": input_gradient(net, x, 1.0),
        "odin": odin_score(net, x, dx_t1000),
        "msp": F.softmax(logits, 1).amax(1),
    }


def train(net, golden, inputs, labels):
    """Returns the loss before each step; leaves `net` trained."""
    net.train()
    optimizer = torch.optim.SGD(
        net.parameters(),
        lr=golden.learning_rate,
        momentum=MOMENTUM,
        nesterov=True,
        weight_decay=golden.weight_decay,
    )
    losses = []
    for x, y in zip(inputs, labels):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return torch.stack(losses)


def expected(net, golden, x, inputs, labels):
    """All computed values, in the precision of `net`, which is left as it was."""
    net = copy.deepcopy(net)
    found = evaluate(net, x)
    found["train/losses"] = train(net, golden, inputs, labels)
    net.eval()
    with torch.no_grad():
        found["train/logits"] = net(x)
    final = state(net, "train/state/")
    found.update({k: v for k, v in final.items() if v.numel() <= MAX_FINAL_ELEMENTS})
    return found


def worst_difference(found, reference):
    """The largest difference of two sets of values, each relative to its tensor's largest value."""
    return max(
        ((found[name].double() - value).abs().max() / value.abs().max()).item()
        for name, value in reference.items()
    )


@torch.no_grad()
def moved(net, seed):
    """The network in float64 with every parameter off by about 3e-7 of its value."""
    generator = torch.Generator().manual_seed(seed)
    net = copy.deepcopy(net).double()
    for p in net.parameters():
        p.mul_(1 + 3e-7 * torch.randn(p.shape, generator=generator, dtype=p.dtype))
    return net


def check_robust(net, golden, values, x, inputs, labels):
    """One ReLU input that rounds to the other side of 0 changes the trained weights by about 1e-3.
    The seeds were chosen so that neither float32 nor weights that are a little off do that: what is
    left is continuous, and the test asks an engine for its digits, not for its order of summation.
    """
    difference = worst_difference(expected(net, golden, x, inputs, labels), values)
    assert difference < 1e-5, f"{golden.file}: float32 differs from float64 by {difference:.1e}"
    for seed in range(4):
        found = expected(moved(net, seed), golden, x.double(), inputs.double(), labels)
        difference = worst_difference(found, values)
        assert difference < 1e-4, f"{golden.file}: not robust, differs by {difference:.1e}"


def make_one(golden, folder):
    generator = torch.Generator().manual_seed(golden.seed)
    net = golden.build()
    initialise(net, generator)
    x = images(generator, 3)
    inputs = images(generator, STEPS, 4)
    labels = torch.randint(golden.classes, (STEPS, 4), generator=generator)

    values = expected(copy.deepcopy(net).double(), golden, x.double(), inputs.double(), labels)
    check_robust(net, golden, values, x, inputs, labels)

    data = {"x": x, "train/x": inputs, "train/labels": labels}
    metadata = {
        "architecture": golden.architecture,
        "classes": str(golden.classes),
        "temperature": str(TEMPERATURE),
        "epsilon": str(EPSILON),
        "std": json.dumps(STD),
        "lr": str(golden.learning_rate),
        "momentum": str(MOMENTUM),
        "weight_decay": str(golden.weight_decay),
    }
    path = folder / f"{golden.file}.safetensors"
    safetensors_io.write(path, {**state(net, "state/"), **data, **values}, metadata)


def check_definitions():
    """The published parameter counts."""
    counts = {
        "DenseNet-BC-100-12": (nets.DenseNetBC(100, 12, 10), 769_162),
        "DenseNet-BC-40-12": (nets.DenseNetBC(40, 12, 10), 176_122),
        "WRN-28-10": (nets.WideResNet(28, 10, 10), 36_479_194),
    }
    for name, (net, expected_count) in counts.items():
        count = nets.parameter_count(net)
        assert count == expected_count, f"{name} has {count} parameters, not {expected_count}"


def make(folder):
    check_definitions()
    for golden in GOLDENS:
        make_one(golden, folder)
