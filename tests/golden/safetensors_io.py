"""Writes and reads safetensors files: header length (8 bytes, little endian), JSON header, raw data."""
import json
import pathlib
import struct

import torch

DTYPE_NAMES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.int64: "I64",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}


def write(path, tensors, metadata):
    """Writes named tensors and string metadata; the same input gives the same bytes."""
    # Wide elements first, so that every tensor starts at a multiple of its element size.
    names = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    header = {"__metadata__": dict(sorted(metadata.items()))}
    chunks = []
    begin = 0
    for name in names:
        tensor = tensors[name].detach().contiguous()
        chunks.append(tensor.numpy().tobytes())
        end = begin + len(chunks[-1])
        header[name] = {
            "dtype": DTYPE_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
        begin = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def read(path):
    """Tensors by name, and the metadata, of a file as `write` makes them."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    begin = 8 + length
    header = json.loads(content[8:begin])
    metadata = header.pop("__metadata__", {})
    dtypes = {name: dtype for dtype, name in DTYPE_NAMES.items()}
    tensors = {
        name: torch.frombuffer(
            bytearray(content[begin + entry["data_offsets"][0] : begin + entry["data_offsets"][1]]),
            dtype=dtypes[entry["dtype"]],
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }
    return tensors, metadata
