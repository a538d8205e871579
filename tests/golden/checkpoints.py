"""PyTorch checkpoints for testing a reader that must not execute what a pickle asks for.

checkpoints/expected.safetensors holds the tensors that must come out of the well-formed ones; the
hostile ones must be refused. Making them runs nothing of what they ask for.
"""
import builtins
import collections
import io
import os
import zipfile
from unittest import mock

import torch
from torch import nn

import safetensors_io

MAX_BYTES = 6000
# What a reader that executes would leave in its working folder.
COMMAND = "touch executed-by-unpickling"


class TinyNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.fc = nn.Linear(2, 3)

    def forward(self, x):
        return self.fc(self.bn1(self.conv1(x)).mean((2, 3)))


def trained_net_and_optimizer():
    """A net after one step, so that its optimizer holds momentum buffers."""
    torch.manual_seed(3)
    net = TinyNet()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    net(torch.randn(2, 1, 5, 4)).square().sum().backward()
    optimizer.step()
    return net, optimizer


def data_parallel(net):
    """As training on several devices saves it: every name starts with "module."."""
    wrapper = nn.Module()
    wrapper.module = net
    return wrapper.state_dict()


def dtypes():
    values = torch.tensor([0.0, -1.5, 2.25, 65504.0, 1e-3])
    return collections.OrderedDict(
        float32=values,
        float64=values.double() / 3,
        float16=values.half(),
        bfloat16=values.bfloat16(),
        int64=torch.tensor([-(2**62), -1, 0, 2**53 + 1]),
        uint8=torch.tensor([[0, 1], [128, 255], [7, 9]], dtype=torch.uint8),
        bool=torch.tensor([True, False, True]),
        scalar=torch.tensor(0.625),
        long_counts=torch.arange(120).view(8, 15) * 2**40,
    )


def views():
    """Tensors that are not the whole of their storage in its own order, and a parameter."""
    base = torch.arange(24, dtype=torch.float32)
    return collections.OrderedDict(
        shared_front=base[:6].view(2, 3),
        shared_middle=base[8:20].view(3, 4)[:, 1:3],
        transposed=(torch.arange(6.0) / 4).view(2, 3).t(),
        expanded=torch.tensor([[1.0], [2.0]]).expand(2, 3),
        parameter=nn.Parameter(torch.tensor([0.5, -0.5])),
        empty=torch.zeros(0, 3),
    )


def well_formed():
    """Per file: what is saved, and the tensors that a reader should find in it."""
    net, optimizer = trained_net_and_optimizer()
    state = net.state_dict()
    nested = {
        "epoch": 300,
        "arch": "tiny",
        "state_dict": data_parallel(net),
        "best_prec1": 95.19,
        "optimizer": optimizer.state_dict(),
    }
    nested_legacy = {
        "epoch": 70000,
        "state_dict": data_parallel(net),
        "best_prec1": torch.tensor(95.19),
        "history": [(1, 0.5, True), (2, -0.25, False), (3, None, ()), []],
        "seed": 2**70,
    }
    return {
        "plain.pth": (state, state),
        "plain_legacy.pth": (state, state),
        "nested.pth.tar": (nested, state),
        "nested_legacy.pth.tar": (nested_legacy, state),
        "model.pt": ({"model": state, "step": -1}, state),
        "dtypes.pth": (dtypes(), dtypes()),
        "dtypes_legacy.pth": (dtypes(), dtypes()),
        "views.pth": (views(), views()),
        "views_legacy.pth": (views(), views()),
    }


class StorageKeys(str):
    """Stands in for `str` while torch.save writes the legacy format.

    That names storages by their address, which differs from run to run; this numbers them.
    """

    numbers = {}

    def __new__(cls, address):
        return str(cls.numbers.setdefault(address, len(cls.numbers)))


def save(value, path, pickle_protocol=2):
    if "legacy" not in path.name:
        torch.save(value, path, pickle_protocol=pickle_protocol)
        return
    StorageKeys.numbers.clear()
    buffer = io.BytesIO()
    with mock.patch.object(torch.serialization, "str", StorageKeys, create=True):
        torch.save(value, buffer, _use_new_zipfile_serialization=False)
    path.write_bytes(buffer.getvalue())


class Call:
    """Pickles as a call of `function`, which pickling itself does not make."""

    def __init__(self, function, *arguments):
        self.reduced = (function, arguments)

    def __reduce__(self):
        return self.reduced


def tensor_call(size, stride, offset):
    """A state dict whose tensor claims this layout in a storage of six floats."""
    storage = torch.arange(6.0).storage()
    hooks = collections.OrderedDict()
    call = Call(torch._utils._rebuild_tensor_v2, storage, offset, size, stride, False, hooks)
    return collections.OrderedDict({"conv1.weight": call})


def rewrite_record(path, suffix, change):
    """Replaces one record of a zip checkpoint by `change` of it, or drops it where that is None."""
    with zipfile.ZipFile(path) as archive:
        records = [(name, archive.read(name)) for name in archive.namelist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in records:
            data = change(data) if name.endswith(suffix) else data
            if data is not None:
                archive.writestr(zipfile.ZipInfo(name), data)


def save_hostile(folder):
    weights = collections.OrderedDict({"conv1.weight": torch.arange(6.0)})
    run = Call(os.system, COMMAND)
    save({"state_dict": weights, "extra": run}, folder / "hostile_system.pth")
    save({"state_dict": weights, "extra": run}, folder / "hostile_system_legacy.pth")
    # Protocol 2 would write the name that Python 2 had, __builtin__.
    evaluate = Call(builtins.eval, f"__import__('os').system('{COMMAND}')")
    save({"conv1.weight": evaluate}, folder / "hostile_eval.pth", pickle_protocol=3)

    layouts = {
        "size": ((2, 4), (4, 1), 0),
        "stride": ((2, 3), (4, 1), 0),
        "offset": ((2, 3), (3, 1), 1),
        "negative_offset": ((2, 3), (3, 1), -1),
        "negative_stride": ((2, 3), (3, -1), 0),
        "overflow": ((2**62, 4), (4, 1), 0),
    }
    for name, layout in layouts.items():
        save(tensor_call(*layout), folder / f"hostile_{name}.pth")
    save(tensor_call((2, 4), (4, 1), 0), folder / "hostile_size_legacy.pth")

    save(weights, folder / "hostile_missing_storage.pth")
    rewrite_record(folder / "hostile_missing_storage.pth", "/data/0", lambda data: None)
    save(weights, folder / "hostile_short_storage.pth")
    rewrite_record(folder / "hostile_short_storage.pth", "/data/0", lambda data: data[:-4])


def as_expected(tensor):
    """float16 and bfloat16 come out as float32."""
    return tensor.float() if tensor.dtype in (torch.float16, torch.bfloat16) else tensor


def check_loads(path, tensors):
    """PyTorch itself reads the same tensors from the file, wherever they lie in it."""
    loaded = torch.load(path)
    loaded = loaded.get("state_dict", loaded.get("model", loaded))
    loaded = {name.removeprefix("module."): tensor for name, tensor in loaded.items()}
    assert loaded.keys() == tensors.keys(), path
    for name, tensor in tensors.items():
        assert loaded[name].dtype == tensor.dtype and torch.equal(loaded[name], tensor), name


def make(folder):
    folder.mkdir(exist_ok=True)
    expected = {}
    for name, (value, tensors) in well_formed().items():
        save(value, folder / name)
        check_loads(folder / name, tensors)
        expected.update({f"{name}/{key}": as_expected(t) for key, t in tensors.items()})
    safetensors_io.write(folder / "expected.safetensors", expected, {})
    save_hostile(folder)
    for path in folder.glob("*.pt*"):
        assert path.stat().st_size < MAX_BYTES, f"{path.name} is too large"
