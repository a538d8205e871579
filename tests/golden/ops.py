"""ops.safetensors: value and gradients of single operations in float64.

Each case "<op>/<case>" holds its inputs, the output y, an upstream gradient dy, and for every
differentiable input i the gradient di of sum(y * dy). Its parameters are JSON in the metadata.
"""
import json
import zlib

import torch
import torch.nn.functional as F

import safetensors_io

F64 = torch.float64


def normal(*shape):
    return lambda g: torch.randn(shape, generator=g, dtype=F64)


def positive(*shape):
    return lambda g: 0.2 + torch.rand(shape, generator=g, dtype=F64)


def labels(count, classes):
    return lambda g: torch.randint(classes, (count,), generator=g)


def large_logits(g):
    """Rows whose naive softmax overflows: one ordinary, one with +-1000, one wholly near 1000."""
    x = torch.randn(3, 10, generator=g, dtype=F64)
    x[1, 2] = 1000.0
    x[1, 5] = -1000.0
    x[2] += 1000.0
    return x


class Recorder:
    """Runs cases and collects their tensors and parameters."""

    def __init__(self):
        self.tensors = {}
        self.metadata = {}

    def add(self, name, function, inputs, params=None, constants=None):
        """`inputs` are differentiated where floating, `constants` never; both map names to samples.

        `function` takes them by name and returns y, or (y, further outputs by name).
        """
        # A seed of its own keeps a case's numbers when other cases come or go.
        generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
        arguments = {key: sample(generator) for key, sample in inputs.items()}
        fixed = {key: sample(generator) for key, sample in (constants or {}).items()}
        leaves = {key: x.requires_grad_() for key, x in arguments.items() if x.is_floating_point()}
        result = function(**arguments, **fixed)
        y, further = result if isinstance(result, tuple) else (result, {})
        dy = torch.randn(y.shape, generator=generator, dtype=F64)
        gradients = torch.autograd.grad(y, list(leaves.values()), dy)

        found = {**arguments, **fixed, "y": y, "dy": dy, **further}
        found.update({"d" + key: gradient for key, gradient in zip(leaves, gradients)})
        self.tensors.update({f"{name}/{what}": tensor for what, tensor in found.items()})
        self.metadata[name] = json.dumps(params or {}, separators=(",", ":"))


def add_conv2d(recorder):
    cases = {  # input shape, output channels, kernel size, stride, padding, bias
        "k3s1p1": ((2, 3, 7, 5), 4, 3, 1, 1, False),
        "k3s2p1_odd": ((2, 4, 9, 6), 5, 3, 2, 1, False),
        "k3s2p1_even": ((1, 3, 8, 8), 2, 3, 2, 1, False),
        "k1s1p0": ((3, 5, 4, 7), 6, 1, 1, 0, False),
        "k1s2p0": ((2, 3, 7, 6), 4, 1, 2, 0, False),
        "one_channel": ((1, 1, 5, 9), 1, 3, 1, 1, False),
        "k5s1p2": ((1, 2, 6, 11), 3, 5, 1, 2, False),
        "k3s1p0": ((2, 3, 6, 5), 4, 3, 1, 0, False),
        "bias": ((2, 3, 5, 6), 4, 3, 1, 1, True),
        "wide_row": ((1, 2, 3, 35), 17, 3, 1, 1, False),
    }
    for name, (shape, out_channels, kernel, stride, padding, bias) in cases.items():
        inputs = {"x": normal(*shape), "w": normal(out_channels, shape[1], kernel, kernel)}
        if bias:
            inputs["b"] = normal(out_channels)
        recorder.add(
            f"conv2d/{name}",
            lambda x, w, b=None: F.conv2d(x, w, b, stride, padding),
            inputs,
            {"stride": stride, "padding": padding},
        )


def batch_norm(training, relu):
    """Batch norm that also returns the new running statistics when training."""

    def run(x, w, b, running_mean, running_var):
        mean, var = running_mean.clone(), running_var.clone()
        y = F.batch_norm(x, mean, var, w, b, training, momentum=0.1, eps=1e-5)
        further = {"new_running_mean": mean, "new_running_var": var} if training else {}
        return (F.relu(y) if relu else y), further

    return run


def add_batch_norm(recorder):
    cases = {  # input shape, training, followed by ReLU
        "batch_norm/training": ((4, 3, 5, 7), True, False),
        "batch_norm/eval": ((4, 3, 5, 7), False, False),
        "batch_norm/training_one_channel": ((2, 1, 3, 3), True, False),
        "batch_norm_relu/training": ((4, 3, 5, 7), True, True),
        "batch_norm_relu/eval": ((4, 3, 5, 7), False, True),
    }
    for name, (shape, training, relu) in cases.items():
        channels = shape[1]
        recorder.add(
            name,
            batch_norm(training, relu),
            {"x": normal(*shape), "w": normal(channels), "b": normal(channels)},
            {"training": training, "momentum": 0.1, "eps": 1e-5},
            {"running_mean": normal(channels), "running_var": positive(channels)},
        )


def add_pooling(recorder):
    def pool(x):
        return F.avg_pool2d(x, 2)

    params = {"kernel": 2, "stride": 2}
    recorder.add("avg_pool2d/even", pool, {"x": normal(2, 3, 6, 10)}, params)
    recorder.add("avg_pool2d/odd", pool, {"x": normal(1, 2, 7, 5)}, params)
    recorder.add("global_avg_pool/plain", lambda x: x.mean((2, 3)), {"x": normal(2, 5, 3, 7)})


def add_products(recorder):
    recorder.add(
        "linear/bias",
        lambda x, w, b: F.linear(x, w, b),
        {"x": normal(3, 7), "w": normal(5, 7), "b": normal(5)},
    )
    recorder.add("matmul/plain", lambda a, b: a @ b, {"a": normal(4, 7), "b": normal(7, 5)})


def add_softmax(recorder):
    for op, function in {"softmax": F.softmax, "log_softmax": F.log_softmax}.items():
        cases = {
            "plain": (normal(3, 10), 1),
            "large": (large_logits, 1),
            "temperature": (lambda g: 10 * torch.randn(3, 10, generator=g, dtype=F64), 1000),
        }
        for name, (x, temperature) in cases.items():
            recorder.add(
                f"{op}/{name}",
                lambda x: function(x / temperature, 1),
                {"x": x},
                {"dim": 1, "temperature": temperature},
            )


def add_cross_entropy(recorder):
    for name, reduction, temperature, smoothing in (
        ("mean", "mean", 1, 0),
        ("sum", "sum", 1, 0),
        ("sum_temperature", "sum", 1000, 0),
        ("smoothed", "mean", 1, 0.1),
        ("smoothed_sum", "sum", 1, 0.3),
    ):
        recorder.add(
            f"cross_entropy/{name}",
            lambda x, labels: F.cross_entropy(
                x / temperature, labels, reduction=reduction, label_smoothing=smoothing
            ),
            {"x": normal(5, 10), "labels": labels(5, 10)},
            {"reduction": reduction, "temperature": temperature, "label_smoothing": smoothing},
        )


def add_elementwise(recorder):
    for op, function in {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "exp": torch.exp,
        "neg": torch.neg,
        "square": torch.square,
    }.items():
        recorder.add(f"{op}/plain", lambda x: function(x), {"x": normal(3, 5, 7)})
    recorder.add(
        "affine/plain",
        lambda x: -1.5 * x + 0.25,
        {"x": normal(3, 5, 7)},
        {"factor": -1.5, "summand": 0.25},
    )
    for op, function in {"log": torch.log, "sqrt": torch.sqrt}.items():
        recorder.add(f"{op}/plain", lambda x: function(x), {"x": positive(3, 5, 7)})
    for op, function in {
        "add": torch.add,
        "sub": torch.sub,
        "mul": torch.mul,
        "div": torch.div,
    }.items():
        recorder.add(
            f"{op}/broadcast",
            lambda a, b: function(a, b),
            {"a": normal(2, 3, 1, 4), "b": positive(3, 5, 1)},
        )


def add_reductions(recorder):
    for op, function in {"sum": torch.sum, "mean": torch.mean}.items():
        for dims in ((1,), (0, 2, 3)):
            for keepdim in (False, True):
                name = "dims" + "".join(map(str, dims)) + ("_keepdim" if keepdim else "")
                recorder.add(
                    f"{op}/{name}",
                    lambda x: function(x, dims, keepdim),
                    {"x": normal(2, 3, 4, 5)},
                    {"dims": dims, "keepdim": keepdim},
                )

    def maximum(x):
        values, indices = x.max(1)
        return values, {"indices": indices}

    recorder.add("max/dim1", maximum, {"x": normal(4, 6, 3)}, {"dim": 1, "keepdim": False})


def add_shapes(recorder):
    recorder.add(
        "cat/dim1",
        lambda a, b, c: torch.cat((a, b, c), 1),
        {"a": normal(2, 3, 3, 5), "b": normal(2, 1, 3, 5), "c": normal(2, 4, 3, 5)},
        {"dim": 1},
    )
    recorder.add(
        "reshape/plain", lambda x: x.reshape(6, 4), {"x": normal(2, 3, 4)}, {"shape": [6, 4]}
    )
    recorder.add(
        "transpose/then_matmul",
        lambda x, w: x.transpose(0, 1) @ w,
        {"x": normal(3, 5), "w": normal(3, 4)},
        {"dims": [0, 1]},
    )
    recorder.add(
        "permute/then_mul",
        lambda x, w: x.permute(2, 0, 1) * w,
        {"x": normal(2, 3, 4), "w": normal(4, 2, 3)},
        {"dims": [2, 0, 1]},
    )
    recorder.add(
        "slice/step",
        lambda x: x[:, 1:5:2],
        {"x": normal(3, 7, 2)},
        {"dim": 1, "start": 1, "stop": 5, "step": 2},
    )


def make(folder):
    recorder = Recorder()
    add_conv2d(recorder)
    add_batch_norm(recorder)
    add_pooling(recorder)
    add_products(recorder)
    add_softmax(recorder)
    add_cross_entropy(recorder)
    add_elementwise(recorder)
    add_reductions(recorder)
    add_shapes(recorder)
    safetensors_io.write(folder / "ops.safetensors", recorder.tensors, recorder.metadata)
