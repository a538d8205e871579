"""ODIN's step and a score's own step before scores of a whole network, with gradients by PyTorch's autograd, in float64.

The network is that of densenet_bc_16_4.safetensors with a last layer that knows six classes of noisy patterns.
"""
import copy
import json

import numpy as np
import torch
import torch.nn.functional as F

import metrics
import nets
import networks
import safetensors_io
import scores

CLASSES, TRAINING, TEST = 6, 240, 12
SEED = 28
TEMPERATURE, EPSILON = 1000.0, 0.01
D_PRINCIPAL, Q_REACT, Q_DICE = 8, 90, 70


def features_of(net, x):
    x = net.trans2(net.block2(net.trans1(net.block1(net.conv1(x)))))
    return F.relu(net.bn1(net.block3(x))).mean((2, 3))


def outputs_of(net, x):
    h = features_of(net, x)
    return h, net.fc(h)


def make_patterns(generator):
    """One for each class: a color of its own, and spots."""
    spots = 0.5 * torch.randn(CLASSES, 3, 16, 12, generator=generator)
    return spots + 0.5 * torch.randn(CLASSES, 3, 1, 1, generator=generator)


def images(generator, patterns, labels):
    return patterns[labels] + torch.randn(len(labels), 3, 16, 12, generator=generator)


@torch.no_grad()
def learn_classes(net, x, labels):
    """The last layer of the nearest class mean, as float32: logits are -|h - mean|^2 less most of what all have."""
    h = features_of(net, x)
    means = torch.stack([h[labels == c].mean(0) for c in range(CLASSES)])
    weight = 2 * means - 1.6 * means.mean(0)
    bias = -(means**2).sum(1)
    bias -= bias.mean()
    net.fc = torch.nn.Linear(h.shape[1], CLASSES)
    net.fc.weight.copy_(weight)
    net.fc.bias.copy_(bias)


def fit(h, f, labels):
    """What the scores know of training images, as tensors in float64."""
    h, f, labels = (t.numpy().astype(np.float64) for t in (h, f, labels))
    labels = labels.astype(np.int64)
    means = np.array([h[labels == c].mean(0) for c in range(CLASSES)])
    within, around = h - means[labels], h - h.mean(0)
    p, predicted = scores.softmax(f), f.argmax(1)
    right = predicted == labels
    inverse = lambda x: np.linalg.pinv(x.T @ x / len(x), hermitian=True)
    found = {
        "temperature": scores.calibrated_temperature(f, labels),
        "softmaxes": np.array([p[predicted == c].mean(0) for c in range(CLASSES)]),
        "means": means,
        "mean": h.mean(0),
        "precision": inverse(within),
        "precision_all": inverse(around),
        "patterns": np.array([h[right & (labels == c)].mean(0) for c in range(CLASSES)]),
        "clip": np.percentile(h, Q_REACT),
    }
    return {name: torch.as_tensor(value, dtype=torch.float64) for name, value in found.items()}


def add_last_layer(known, h, f, w, b):
    """What vim, residual and dice take from the last layer and the training images."""
    u = -np.linalg.pinv(w) @ b
    x = h - u
    _, vectors = np.linalg.eigh(x.T @ x / len(x))
    others = vectors[:, : h.shape[1] - D_PRINCIPAL]  # eigenvalues rise
    contributions = w * h.mean(0)
    mask = contributions > np.percentile(contributions, Q_DICE)
    alpha = f.max(1).mean() / np.linalg.norm(x @ others, axis=1).mean()
    for name, value in {"origin": u, "others": others, "alpha": alpha, "masked": w * mask, "weight": w, "bias": b}.items():
        known[name] = torch.as_tensor(value, dtype=torch.float64)


def distances(h, means, precision):
    difference = h[:, None] - means[None]
    return torch.einsum("ncd,de,nce->nc", difference, precision, difference)


def score_functions(k):
    """The scores that have a gradient: of features h and logits f, for what is known of the training images."""
    k = {name: value.to(torch.float64) for name, value in k.items()}
    energy = lambda f: torch.logsumexp(f, 1)
    clamped = lambda p: p.clamp(min=1e-300)

    def gen(h, f):
        p = F.softmax(f, 1)
        return -(p**0.1 * (1 - p) ** 0.1).sum(1)

    def kl_matching(h, f):
        p = F.softmax(f, 1)
        return -(p[:, None] * (clamped(p)[:, None] / k["softmaxes"][None]).log()).sum(2).amin(1)

    def rmds(h, f):
        nearest = distances(h, k["means"], k["precision"]) - distances(h, k["mean"][None], k["precision_all"])
        return -nearest.amin(1)

    apart = lambda h: torch.linalg.norm((h - k["origin"]) @ k["others"], dim=1)
    return {
        "msp": lambda h, f: F.softmax(f, 1).amax(1),
        "max-logit": lambda h, f: f.amax(1),
        "energy": lambda h, f: energy(f),
        "temp-scale": lambda h, f: F.softmax(f / k["temperature"], 1).amax(1),
        "gen": gen,
        "kl-matching": kl_matching,
        "mahalanobis": lambda h, f: -distances(h, k["means"], k["precision"]).amin(1),
        "rmds": rmds,
        f"vim:d={D_PRINCIPAL}": lambda h, f: energy(f) - k["alpha"] * apart(h),
        f"residual:d={D_PRINCIPAL}": lambda h, f: -apart(h),
        f"react:q={Q_REACT}": lambda h, f: energy(h.clamp(max=k["clip"].item()) @ k["weight"].T + k["bias"]),
        f"dice:q={Q_DICE}": lambda h, f: energy(h @ k["masked"].T + k["bias"]),
        "she": lambda h, f: (h * k["patterns"][f.argmax(1)]).sum(1),
    }


def uphill(net, x, score):
    """The sign of the gradient of the score with respect to the images."""
    x = x.clone().requires_grad_()
    h, f = outputs_of(net, x)
    gradient = torch.autograd.grad(score(h.double(), f.double()).sum(), x)[0]
    assert (gradient != 0).all()
    return gradient.sign()


def odins_step(net, x):
    """Where log S_y at T rises, as ODIN's step does."""
    return uphill(net, x, lambda h, f: F.log_softmax(f / TEMPERATURE, 1).amax(1))


def all_scores(net, known, x):
    """The scores without a step and behind either step, by step/method, behind a network of its own precision."""
    std = torch.tensor(networks.STD, dtype=x.dtype).view(1, 3, 1, 1)

    @torch.no_grad()
    def behind(sign):
        return [t.double() for t in outputs_of(net, x + EPSILON * sign / std)]

    plain, by_odin = behind(0), behind(odins_step(net, x))
    found = {}
    for name, score in score_functions(known).items():
        by_score = behind(uphill(net, x, score))
        for step, outputs in {"none": plain, "odin": by_odin, "score": by_score}.items():
            found[f"{step}/{name}"] = score(*outputs)
    return found


def differences(narrow, wide):
    """Of each image the largest difference of a score, relative to the largest score."""
    return torch.stack([(narrow[n] - wide[n]).abs() / wide[n].abs().max() for n in wide]).amax(0)


def choose(net, double, known, x, count):
    """`count` images of the first half of x and as many of the second: such that float32 stays within the test's tolerance,
    since no ReLU rounds to the other side of 0, and changes no order of an in- and an out-score: the AUROC is exact.
    """
    narrow, wide = all_scores(net, known, x), all_scores(double, known, x.double())
    robust = differences(narrow, wide) < 1.5e-6
    numbers = torch.arange(len(x))
    inside = numbers[robust & (numbers < len(x) // 2)][:count]
    apart = robust & (numbers >= len(x) // 2)
    for name, values in wide.items():
        error = (narrow[name] - values)[robust].abs().max()
        apart &= (values[:, None] - values[None, inside]).abs().amin(1) > 4 * error
    outside = numbers[apart][:count]
    assert len(inside) == len(outside) == count, f"{len(inside)} and {len(outside)} images"
    return x[torch.cat((inside, outside))]


def make(folder):
    stored, _ = safetensors_io.read(folder / "densenet_bc_16_4.safetensors")
    net = nets.DenseNetBC(16, 4, 10)
    state = {name[6:]: value for name, value in stored.items() if name.startswith("state/")}
    net.load_state_dict(state, strict=False)  # but for num_batches_tracked
    net.eval()
    generator = torch.Generator().manual_seed(SEED)
    patterns = make_patterns(generator)
    labels = torch.arange(TRAINING) % CLASSES
    training = images(generator, patterns, labels)
    others = make_patterns(generator)
    pool = [images(generator, p, torch.arange(7 * TEST) % CLASSES) for p in (patterns, others)]
    learn_classes(net, training, labels)
    with torch.no_grad():
        h, f = (t.clone() for t in outputs_of(net, training))
        known = fit(h, f, labels)
        add_last_layer(known, *(t.double().numpy() for t in (h, f, net.fc.weight, net.fc.bias)))
    double = copy.deepcopy(net).double()
    x = choose(net, double, known, torch.cat(pool), TEST)
    wide = all_scores(double, known, x.double())
    assert differences(all_scores(net, known, x), wide).max() < 5e-6
    tensors = {"x": x, "training/features": h, "training/logits": f, "training/labels": labels,
               "weight": net.fc.weight, "bias": net.fc.bias}
    for name, value in wide.items():
        inside, outside = value[:TEST].numpy(), value[TEST:].numpy()
        tensors["score/" + name] = value
        tensors["figures/" + name] = torch.tensor(metrics.figures(inside, outside), dtype=torch.float64)
    metadata = {"temperature": str(TEMPERATURE), "epsilon": str(EPSILON), "std": json.dumps(networks.STD)}
    safetensors_io.write(folder / "steps.safetensors", tensors, metadata)
