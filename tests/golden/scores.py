"""Out-of-distribution scores in float64, from their formulas, for features and logits of a small last layer."""
import numpy as np
import torch

import safetensors_io

CLASSES, FEATURES, TRAINING, TEST = 6, 24, 150, 16
K_NEAREST, K_GUIDE, D_PRINCIPAL = 5, 10, 8


def softmax(f, temperature=1.0):
    e = np.exp((f - f.max(1, keepdims=True)) / temperature)
    return e / e.sum(1, keepdims=True)


def energy(f):
    largest = f.max(1)
    return largest + np.log(np.exp(f - largest[:, None]).sum(1))


def calibrated_temperature(f, labels):
    """The T of the least mean -log S_label, by golden-section search of log T."""
    def loss(log_t):
        p = softmax(f, np.exp(log_t))
        return -np.log(p[np.arange(len(f)), labels]).mean()

    low, high, ratio = np.log(0.05), np.log(20), (5**0.5 - 1) / 2
    for _ in range(200):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if loss(a) < loss(b) else (a, high)
    return np.exp((low + high) / 2)


def gen(f, gamma, most):
    p = np.sort(softmax(f), 1)[:, -most:]
    return -(p**gamma * (1 - p) ** gamma).sum(1)


def kl_matching(f, training_f):
    p, predicted = softmax(training_f), training_f.argmax(1)
    means = np.eye(CLASSES)
    for c in range(CLASSES):
        if (predicted == c).any():
            means[c] = p[predicted == c].mean(0)
    with np.errstate(divide="ignore"):
        return np.array(
            [-min((row * np.log(row / mean)).sum() for mean in means) for row in softmax(f)]
        )


def mahalanobis(h, means, inverse):
    return np.array([[(x - m) @ inverse @ (x - m) for m in means] for x in h])


def unit(h):
    return h / np.linalg.norm(h, axis=1, keepdims=True)


def residual(h, training_h, w, b, d):
    """Norms of the parts outside of the principal space, of h and of the training features."""
    u = -np.linalg.pinv(w) @ b
    x = training_h - u
    _, vectors = np.linalg.eigh(x.T @ x / len(x))
    others = vectors[:, : FEATURES - d]  # eigenvalues rise
    return np.linalg.norm((h - u) @ others, axis=1), np.linalg.norm(x @ others, axis=1)


def shaped(h, form, q):
    count = FEATURES - int(np.round(FEATURES * q / 100))
    result = []
    for x in h:
        kept = np.argsort(-x, kind="stable")[:count]
        factor = np.exp(x.sum() / x[kept].sum())
        y = np.zeros_like(x)
        y[kept] = x[kept]
        if form == "b":
            y[kept] = x.sum() / count
        if form == "s":
            y *= factor
        result.append(x * factor if form == "scale" else y)
    return np.array(result)


def fdbd(h, f, w, center):
    scores = []
    for x, row in zip(h, f):
        y = row.argmax()
        total = sum(
            abs(row[y] - row[c]) / np.linalg.norm(w[y] - w[c]) for c in range(CLASSES) if c != y
        )
        scores.append(total / np.linalg.norm(x - center))
    return np.array(scores)


def scores_of(h, f, training_h, training_f, labels, w, b):
    logits = lambda x: x @ w.T + b
    mean = training_h.mean(0)
    class_means = np.array([training_h[labels == c].mean(0) for c in range(CLASSES)])
    within = training_h - class_means[labels]
    distances = mahalanobis(h, class_means, np.linalg.pinv(within.T @ within / TRAINING, hermitian=True))
    around = training_h - mean
    distance = mahalanobis(h, [mean], np.linalg.pinv(around.T @ around / TRAINING, hermitian=True))[:, 0]
    p = softmax(f)
    apart, training_apart = residual(h, training_h, w, b, D_PRINCIPAL)
    alpha = training_f.max(1).mean() / training_apart.mean()
    contributions = w * mean
    mask = contributions > np.percentile(contributions, 70)
    right = training_f.argmax(1) == labels
    patterns = np.array([training_h[right & (labels == c)].mean(0) for c in range(CLASSES)])
    z, bank = unit(h), unit(training_h)
    to_bank = np.sort(np.linalg.norm(z[:, None] - bank[None], axis=2), 1)
    guidance = np.sort(z @ (bank * energy(training_f)[:, None]).T, 1)[:, -K_GUIDE:].mean(1)
    return {
        "msp": p.max(1),
        "max-logit": f.max(1),
        "energy": energy(f),
        "gradnorm": np.abs(p - 1 / CLASSES).sum(1) * np.abs(h).sum(1),
        "temp-scale": softmax(f, calibrated_temperature(training_f, labels)).max(1),
        "gen": gen(f, 0.1, 100),
        "gen:gamma=0.5:m=3": gen(f, 0.5, 3),
        "kl-matching": kl_matching(f, training_f),
        "mahalanobis": -distances.min(1),
        "rmds": -(distances - distance[:, None]).min(1),
        f"knn:k={K_NEAREST}": -to_bank[:, K_NEAREST - 1],
        f"vim:d={D_PRINCIPAL}": energy(f) - alpha * apart,
        f"residual:d={D_PRINCIPAL}": -apart,
        "react:q=90": energy(logits(np.minimum(h, np.percentile(training_h, 90)))),
        "dice:q=70": energy(h @ (w * mask).T + b),
        "ash-p:q=80": energy(logits(shaped(h, "p", 80))),
        "ash-b:q=65": energy(logits(shaped(h, "b", 65))),
        "ash-s:q=90": energy(logits(shaped(h, "s", 90))),
        "scale:q=85": energy(logits(shaped(h, "scale", 85))),
        "she": np.array([x @ patterns[y] for x, y in zip(h, f.argmax(1))]),
        "fdbd": fdbd(h, f, w, mean),
        "fdbd:centered=0": fdbd(h, f, w, np.zeros(FEATURES)),
        f"nnguide:k={K_GUIDE}": energy(f) * guidance,
    }


def make(folder):
    random = np.random.default_rng(28)
    centers = random.normal(0, 0.6, (CLASSES, FEATURES))
    labels = random.permutation(np.arange(TRAINING) % CLASSES)
    mixing = random.normal(0, 0.3, (FEATURES, FEATURES))

    def features(class_numbers, spread):
        noise = random.normal(0, spread, (len(class_numbers), FEATURES))
        return np.maximum(centers[class_numbers] + noise @ mixing + noise * 0.2, 0).astype(np.float32)

    w = (centers * 0.8 + random.normal(0, 0.2, centers.shape)).astype(np.float32)
    b = random.normal(0, 0.3, CLASSES).astype(np.float32)
    training = features(labels, 1)
    test = features(np.arange(TEST) % CLASSES, 1.5)
    training[:, 7] = test[:, 7] = 0  # a dead feature: the covariances are singular
    logits = lambda h: (h.astype(np.float64) @ w.T.astype(np.float64) + b).astype(np.float32)
    inputs = {"weight": w, "bias": b, "training/features": training, "training/logits": logits(training),
              "features": test, "logits": logits(test)}
    wide = {name: value.astype(np.float64) for name, value in inputs.items()}
    scores = scores_of(wide["features"], wide["logits"], wide["training/features"],
                       wide["training/logits"], labels, wide["weight"], wide["bias"])
    tensors = {name: torch.from_numpy(value) for name, value in inputs.items()}
    tensors["training/labels"] = torch.from_numpy(labels.astype(np.int64))
    for name, value in scores.items():
        assert np.isfinite(value).all(), name
        tensors["score/" + name] = torch.from_numpy(np.ascontiguousarray(value))
    safetensors_io.write(folder / "scores.safetensors", tensors, {})
