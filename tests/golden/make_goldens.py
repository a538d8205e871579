#!/usr/bin/env python3
"""Makes the golden values of this folder with PyTorch. Usage: make_goldens.py [OUTPUT_FOLDER]"""
import pathlib
import sys

import torch

import checkpoints
import named_networks
import networks
import ops
import scores
import steps
import training


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    ops.make(folder)
    networks.make(folder)
    named_networks.make(folder)
    training.make(folder)
    scores.make(folder)
    steps.make(folder)
    checkpoints.make(folder / "checkpoints")


if __name__ == "__main__":
    main()
