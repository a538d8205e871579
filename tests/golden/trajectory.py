#!/usr/bin/env python3
"""Takes the steps of a recorded training again with PyTorch and compares the losses.

Usage: trajectory.py FILE [--free]        FILE is what odin_record_trajectory wrote

Each step begins with the recorded weights and momentum: its loss must be the one recorded, and the
weights after it those that were recorded next. With --free PyTorch begins with the first weights and
goes its own way.
"""
import math
import re
import sys

import torch
import torch.nn.functional as F

import nets
import safetensors_io

LARGEST_LOSS_DIFFERENCE = 1e-3
# As a share of the step. The first one, from random weights, is ill-conditioned: PyTorch's own
# float32 and float64 are 1e-3 apart there.
LARGEST_WEIGHT_DIFFERENCE = 1e-2


def build(architecture, classes):
    kind, first, second = re.fullmatch(r"(densenet-bc|wrn)-(\d+)-(\d+)", architecture).groups()
    network = nets.DenseNetBC if kind == "densenet-bc" else nets.WideResNet
    return network(int(first), int(second), classes)


def under(tensors, prefix):
    return {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}


def load(net, optimizer, tensors, step):
    missing, unexpected = net.load_state_dict(under(tensors, f"state/{step}/"), strict=False)
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
    momentum = under(tensors, f"momentum/{step}/")
    for name, parameter in net.named_parameters():
        if name in momentum:
            optimizer.state[parameter]["momentum_buffer"] = momentum[name].clone()


def apart(net, tensors, step):
    """How far the weights are from the recorded ones after a step, as a share of the step."""
    before, after = (under(tensors, f"state/{at}/") for at in (step, step + 1))
    wrong = moved = 0.0
    for name, parameter in net.named_parameters():
        wrong += (parameter - after[name]).square().sum().item()
        moved += (after[name] - before[name]).square().sum().item()
    return math.sqrt(wrong / moved)


def replay(tensors, metadata, free):
    """The loss of every step, and `apart` after it."""
    net = build(metadata["architecture"], int(metadata["classes"])).train()
    optimizer = torch.optim.SGD(
        net.parameters(),
        nesterov=True,
        **{key: float(metadata[key]) for key in ("lr", "momentum", "weight_decay")},
    )
    found = []
    for step, (images, labels) in enumerate(zip(tensors["images"], tensors["labels"])):
        if step == 0 or not free:
            load(net, optimizer, tensors, step)
        optimizer.zero_grad()
        loss = F.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
        found.append((loss.item(), apart(net, tensors, step)))
    return found


def main():
    free = "--free" in sys.argv
    tensors, metadata = safetensors_io.read(sys.argv[1])
    recorded = tensors["losses"].tolist()
    found = replay(tensors, metadata, free)

    differences = [abs(a - b) for a, (b, _) in zip(recorded, found)]
    print("step  recorded   PyTorch  difference  weights apart")
    for step in range(0, len(found), 7):
        row = (step + 1, recorded[step], found[step][0], differences[step], found[step][1])
        print("%4d  %.6f  %.6f     %.1e        %.1e" % row)
    largest, weights = max(differences), max(distance for _, distance in found)
    print(
        f"{metadata['architecture']}, lr {float(metadata['lr'])}: largest difference of "
        f"{len(found)} losses {largest:.1e}"
        + ("" if free else f", weights at most {weights:.1e} of a step apart")
    )
    agrees = free or weights < LARGEST_WEIGHT_DIFFERENCE
    sys.exit(0 if agrees and largest < LARGEST_LOSS_DIFFERENCE else 1)


if __name__ == "__main__":
    main()
