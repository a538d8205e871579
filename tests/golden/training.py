"""training.safetensors: what surrounds a training step, in float64: parameters without weight decay,
clipped gradients, label smoothing, averaged weights and the one-cycle schedule.

A net of a convolution, a batch norm and a linear layer takes eight steps in each run "<run>".
"""
import copy
import json

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim.swa_utils import AveragedModel

import safetensors_io

F64 = torch.float64
STEPS = 8
CLASSES = 3
OPTIMIZER = {"momentum": 0.9, "weight_decay": 0.05}

PLAIN = {"lr": 0.2, "decay_norms": True, "max_norm": 0, "label_smoothing": 0, "ema": 0}
RUNS = {
    "no_decay": {**PLAIN, "decay_norms": False},
    "clip": {**PLAIN, "max_norm": 0.5},
    "smoothing": {**PLAIN, "label_smoothing": 0.1},
    "ema": {**PLAIN, "ema": 0.3},
    "all": {"lr": 0.2, "decay_norms": False, "max_norm": 0.5, "label_smoothing": 0.1, "ema": 0.3},
}
ONE_CYCLES = {
    "default": {"max_lr": 0.1, "total_steps": 23},
    "other": {
        "max_lr": 0.2,
        "total_steps": 40,
        "pct_start": 0.25,
        "div_factor": 10,
        "final_div_factor": 100,
    },
}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, CLASSES)

    def forward(self, x):
        return self.fc(F.relu(self.bn(self.conv(x))).mean((2, 3)))


def state(net, prefix):
    return {
        prefix + name: tensor.clone()
        for name, tensor in net.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def optimizer_of(net, run):
    matrices = [p for p in net.parameters() if p.ndim > 1]
    others = [p for p in net.parameters() if p.ndim <= 1]
    groups = [{"params": matrices}, {"params": others}]
    if not run["decay_norms"]:
        groups[1]["weight_decay"] = 0.0
    return torch.optim.SGD(groups, lr=run["lr"], nesterov=True, **OPTIMIZER)


def averaged(net, decay):
    """Its first update copies what is there, which is how our averages begin."""

    def blend(average, value, updates):
        t = int(updates) - 1
        d = min(decay, (1 + t) / (10 + t))
        return d * average + (1 - d) * value

    average = AveragedModel(net, avg_fn=blend, use_buffers=True)
    average.update_parameters(net)
    return average


def train(net, run, inputs, labels):
    net.train()
    optimizer = optimizer_of(net, run)
    average = averaged(net, run["ema"])
    losses, norms = [], []
    for x, y in zip(inputs, labels):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y, label_smoothing=run["label_smoothing"])
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(net.parameters(), run["max_norm"] or float("inf")))
        optimizer.step()
        average.update_parameters(net)
        losses.append(loss.detach())
    found = {"losses": torch.stack(losses), "norms": torch.stack(norms), **state(net, "state/")}
    if run["ema"]:
        found.update(state(average.module, "ema/"))
    return found


def one_cycle(options):
    parameter = nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, cycle_momentum=False, **options)
    rates = []
    for _ in range(options["total_steps"]):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        if len(rates) < options["total_steps"]:
            schedule.step()
    return torch.tensor(rates, dtype=F64)


def make(folder):
    generator = torch.Generator().manual_seed(5)
    net = Net().double()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(0.5 * torch.randn(parameter.shape, generator=generator, dtype=F64))
    inputs = torch.randn(STEPS, 5, 2, 6, 5, generator=generator, dtype=F64)
    labels = torch.randint(CLASSES, (STEPS, 5), generator=generator)

    tensors = {"x": inputs, "labels": labels, **state(net, "init/")}
    metadata = {"optimizer": json.dumps(OPTIMIZER)}
    for name, run in RUNS.items():
        found = train(copy.deepcopy(net), run, inputs, labels)
        tensors.update({f"{name}/{what}": tensor for what, tensor in found.items()})
        metadata[f"run/{name}"] = json.dumps(run)
    clipped = tensors["clip/norms"] > RUNS["clip"]["max_norm"]
    assert clipped.any() and not clipped.all(), "the limit should cut some gradients, not all"
    for name, options in ONE_CYCLES.items():
        tensors[f"one_cycle/{name}"] = one_cycle(options)
        metadata[f"one_cycle/{name}"] = json.dumps(options)
    safetensors_io.write(folder / "training.safetensors", tensors, metadata)
