#!/usr/bin/env python3
"""Takes the steps of a recorded training again with PyTorch and compares the losses.

Usage: trajectory.py FILE [--follow]        FILE is what odin_record_trajectory wrote

Without --follow PyTorch goes its own way from the same weights. With it each step begins with the
recorded weights and momentum, and the weights after the step are compared too.
"""
import re
import sys

import torch
import torch.nn.functional as F

import nets
import safetensors_io

LARGEST_DIFFERENCE = 1e-3  # of a loss; of a weight after a followed step, relative to the largest


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


def apart(net, expected):
    """The largest difference of a state, relative to its tensor's largest element."""
    state = net.state_dict()
    return max(((state[k] - v).abs().max() / v.abs().max()).item() for k, v in expected.items())


def replay(tensors, metadata, follow):
    """The loss of every step, and how far the weights are from the recorded ones after it."""
    net = build(metadata["architecture"], int(metadata["classes"])).train()
    optimizer = torch.optim.SGD(
        net.parameters(),
        nesterov=True,
        **{key: float(metadata[key]) for key in ("lr", "momentum", "weight_decay")},
    )
    found = []
    for step, (images, labels) in enumerate(zip(tensors["images"], tensors["labels"])):
        if follow or step == 0:
            load(net, optimizer, tensors, step)
        optimizer.zero_grad()
        loss = F.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
        found.append((loss.item(), apart(net, under(tensors, f"state/{step + 1}/"))))
    return found


def main():
    follow = "--follow" in sys.argv
    tensors, metadata = safetensors_io.read(sys.argv[1])
    recorded = tensors["losses"].tolist()
    found = replay(tensors, metadata, follow)

    differences = [abs(a - b) for a, (b, _) in zip(recorded, found)]
    print("step  recorded   PyTorch  difference  of the weights")
    for step in (*range(0, len(found), 7), len(found) - 1):
        row = (step + 1, recorded[step], found[step][0], differences[step], found[step][1])
        print("%4d  %.6f  %.6f     %.1e         %.1e" % row)
    largest, weights = max(differences), max(distance for _, distance in found)
    print(
        f"{metadata['architecture']}, lr {float(metadata['lr'])}: largest difference of "
        f"{len(found)} losses {largest:.1e}, of the weights {weights:.1e}"
    )
    sys.exit(0 if max(largest, weights if follow else 0) < LARGEST_DIFFERENCE else 1)


if __name__ == "__main__":
    main()
