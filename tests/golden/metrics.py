"""AUROC, FPR at 95% TPR in both conventions and average precision, from their definitions, for scores of a real network."""
import sys
from pathlib import Path

import numpy as np
import torch

import safetensors_io


def auroc(inside, outside):
    """The probability that an in-sample scores higher than an out-sample; half of it for equal scores."""
    a, b = inside[:, None], outside[None]
    return ((a > b).sum() + 0.5 * (a == b).sum()) / (len(inside) * len(outside))


def fpr(positives, negatives):
    """The share of the negatives at or above the largest threshold that at least 95% of the positives reach."""
    reached = [t for t in np.unique(positives) if 20 * (positives >= t).sum() >= 19 * len(positives)]
    return (negatives >= max(reached)).mean()


def average_precision(positives, negatives):
    """The mean over the positives of the precision where the threshold is the positive's score."""
    right = np.array([(positives >= t).sum() for t in positives])
    wrong = np.array([(negatives >= t).sum() for t in positives])
    return (right / (right + wrong)).mean()


def figures(inside, outside):
    return [
        auroc(inside, outside),
        fpr(inside, outside),  # the in-set is positive
        fpr(-outside, -inside),  # the out-set is positive
        average_precision(inside, outside),
        average_precision(-outside, -inside),
    ]


def make(folder, files):
    """`files`: pairs of score files, one number a line, as `odin evaluate --scores` writes them."""
    tensors = {}
    for number, (in_file, out_file) in enumerate(zip(files[::2], files[1::2])):
        for digits in (1, 3, 17):  # as programs print scores: few digits give many ties
            inside, outside = (
                np.array([float(f"{float(line):.{digits}g}") for line in Path(f).read_text().split()])
                for f in (in_file, out_file)
            )
            key = f"{number}/{digits}"
            for name, value in (("in", inside), ("out", outside), ("figures", figures(inside, outside))):
                tensors[f"{key}/{name}"] = torch.tensor(np.asarray(value), dtype=torch.float64)
    safetensors_io.write(folder / "metrics.safetensors", tensors, {})


if __name__ == "__main__":
    make(Path(__file__).parent, sys.argv[1:])
