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


def add_grouped_conv2d(recorder):
    cases = {  # input shape, weight shape, stride, padding, dilation, groups
        "groups": ((2, 4, 7, 5), (6, 2, 3, 3), (1, 1), (1, 1), (1, 1), 2),
        "dilation": ((1, 3, 9, 8), (2, 3, 3, 3), (1, 1), (2, 2), (2, 2), 1),
        "not_square": ((2, 2, 7, 9), (3, 2, 2, 3), (1, 3), (0, 2), (3, 1), 1),
        "depthwise": ((2, 5, 7, 6), (5, 1, 3, 3), (2, 2), (1, 1), (1, 1), 5),
        "depthwise_multiplied": ((2, 3, 6, 6), (6, 1, 5, 5), (1, 1), (2, 2), (1, 1), 3),
    }
    for name, (shape, weight, stride, padding, dilation, groups) in cases.items():
        recorder.add(
            f"conv2d_general/{name}",
            lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation, groups),
            {"x": normal(*shape), "w": normal(*weight), "b": normal(weight[0])},
            {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups},
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
    cases = {  # input shape, kernel, stride, padding, ceil, padding counts
        "padded": ((1, 2, 7, 5), 3, 2, 1, False, True),
        "ceil": ((1, 2, 8, 9), 3, 2, 1, True, True),
        "not_counted": ((1, 2, 6, 6), 3, 2, 1, True, False),
    }
    for name, (shape, kernel, stride, padding, ceil, counted) in cases.items():
        params = {"kernel": kernel, "stride": stride, "padding": padding, "ceil": ceil,
                  "count_padding": counted}
        recorder.add(
            f"avg_pool2d/{name}",
            lambda x: F.avg_pool2d(x, kernel, stride, padding, ceil, counted),
            {"x": normal(*shape)},
            params,
        )
        recorder.add(
            f"max_pool2d/{name}",
            lambda x: F.max_pool2d(x, kernel, stride, padding, ceil_mode=ceil),
            {"x": normal(*shape)},
            params,
        )
    recorder.add(
        "adaptive_avg_pool2d/overlapping",
        lambda x: F.adaptive_avg_pool2d(x, (3, 2)),
        {"x": normal(2, 2, 7, 5)},
        {"size": [3, 2]},
    )
    recorder.add("global_avg_pool/plain", lambda x: x.mean((2, 3)), {"x": normal(2, 5, 3, 7)})


def add_products(recorder):
    recorder.add(
        "linear/bias",
        lambda x, w, b: F.linear(x, w, b),
        {"x": normal(3, 7), "w": normal(5, 7), "b": normal(5)},
    )
    recorder.add("matmul/plain", lambda a, b: a @ b, {"a": normal(4, 7), "b": normal(7, 5)})
    recorder.add(
        "matmul/batches", lambda a, b: a @ b, {"a": normal(2, 1, 4, 7), "b": normal(3, 7, 5)}
    )


def add_activations(recorder):
    cases = {  # our name and parameters: PyTorch's function
        ("leaky_relu", 0.1, 0): lambda x: F.leaky_relu(x, 0.1),
        ("clip", 0, 6): F.relu6,
        ("sigmoid", 0, 0): torch.sigmoid,
        ("silu", 0, 0): F.silu,
        ("gelu", 0, 0): F.gelu,
        ("gelu_tanh", 0, 0): lambda x: F.gelu(x, approximate="tanh"),
        # F.hardsigmoid has 1/6 in float32.
        ("hard_sigmoid", 1 / 6, 0.5): lambda x: torch.clamp(x / 6 + 0.5, 0, 1),
        ("hard_swish", 0, 0): F.hardswish,
        ("softplus", 0, 0): F.softplus,
        ("elu", 0.7, 0): lambda x: F.elu(x, 0.7),
    }
    for (kind, a, b), function in cases.items():
        recorder.add(
            f"activation/{kind}",
            lambda x: function(4 * x),
            {"x": normal(3, 5, 7)},
            {"kind": kind, "a": a, "b": b, "scale": 4},
        )
    recorder.add(
        "prelu/plain",
        lambda x, w: F.prelu(x, w),
        {"x": normal(2, 3, 4, 5), "w": normal(3)},
    )


def add_normalizations(recorder):
    recorder.add(
        "layer_norm/plain",
        lambda x, w, b: F.layer_norm(x, (3, 7), w, b),
        {"x": normal(2, 3, 7), "w": normal(3, 7), "b": normal(3, 7)},
    )
    recorder.add(
        "group_norm/plain",
        lambda x, w, b: F.group_norm(x, 2, w, b),
        {"x": normal(2, 6, 3, 5), "w": normal(6), "b": normal(6)},
        {"groups": 2},
    )
    recorder.add(
        "group_norm/instance",
        lambda x, w, b: F.instance_norm(x, weight=w, bias=b),
        {"x": normal(2, 3, 4, 5), "w": normal(3), "b": normal(3)},
        {"groups": 3},
    )


def add_losses(recorder):
    def uniform(*shape):
        return lambda g: torch.rand(shape, generator=g, dtype=F64)

    for reduction in ("mean", "sum"):
        params = {"reduction": reduction}
        target = {"target": uniform(3, 5)}
        recorder.add(
            f"mean_square_error/{reduction}",
            lambda x, target: F.mse_loss(x, target, reduction=reduction),
            {"x": normal(3, 5)},
            params,
            target,
        )
        recorder.add(
            f"binary_cross_entropy/{reduction}",
            lambda x, target: F.binary_cross_entropy_with_logits(x, target, reduction=reduction),
            {"x": normal(3, 5)},
            params,
            target,
        )
        recorder.add(
            f"hinge/{reduction}",
            lambda x, labels: F.multi_margin_loss(x, labels, reduction=reduction),
            {"x": normal(3, 7), "labels": labels(3, 7)},
            params,
        )


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
        "abs": torch.abs,
        "erf": torch.erf,
        "sin": torch.sin,
        "cos": torch.cos,
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
        "maximum": torch.maximum,
        "minimum": torch.minimum,
    }.items():
        recorder.add(
            f"{op}/broadcast",
            lambda a, b: function(a, b),
            {"a": normal(2, 3, 1, 4), "b": positive(3, 5, 1)},
        )


def add_choices(recorder):
    recorder.add(
        "pow/broadcast",
        lambda a, b: torch.pow(a, b),
        {"a": positive(2, 3, 1, 4), "b": normal(3, 5, 1)},
    )
    recorder.add(
        "where/broadcast",
        lambda a, b: torch.where(a < b, a, b * b),
        {"a": normal(2, 3, 1, 4), "b": normal(3, 5, 1)},
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
        "gather/repeated",
        lambda x: x.index_select(1, torch.tensor([4, 0, 0, 2])),
        {"x": normal(3, 5, 2)},
        {"dim": 1, "positions": [4, 0, 0, 2]},
    )
    for mode in ("constant", "reflect", "edge"):
        recorder.add(
            f"pad/{mode}",
            lambda x: F.pad(x, (2, 1, 3, 0), "replicate" if mode == "edge" else mode),
            {"x": normal(2, 3, 4, 5)},
            {"before": [0, 0, 3, 2], "after": [0, 0, 0, 1], "mode": mode},
        )
    recorder.add(
        "expand/plain",
        lambda x: x.expand(2, 3, 5, 4) ** 2,
        {"x": normal(3, 1, 4)},
        {"shape": [2, 3, 5, 4]},
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
    add_grouped_conv2d(recorder)
    add_batch_norm(recorder)
    add_normalizations(recorder)
    add_pooling(recorder)
    add_products(recorder)
    add_softmax(recorder)
    add_cross_entropy(recorder)
    add_losses(recorder)
    add_elementwise(recorder)
    add_choices(recorder)
    add_activations(recorder)
    add_reductions(recorder)
    add_shapes(recorder)
    safetensors_io.write(folder / "ops.safetensors", recorder.tensors, recorder.metadata)
