"""Writes FOLDER/ARCH.onnx for ONNX Runtime: export_onnx.py FOLDER ARCH"""
import inspect
import os
import pathlib
import sys
import warnings

import torch

import peer_networks

folder, architecture = pathlib.Path(sys.argv[1]), sys.argv[2]
folder.mkdir(parents=True, exist_ok=True)
path = folder / f"{architecture}.onnx"
unfinished = folder / f"{architecture}.onnx.part"
# Newer versions have a second exporter, which needs packages that PyTorch does not bring.
has_choice = "dynamo" in inspect.signature(torch.onnx.export).parameters
warnings.filterwarnings("ignore")
torch.onnx.export(
    peer_networks.make(architecture).eval(),
    peer_networks.images(1, peer_networks.side(architecture)),
    str(unfinished),
    opset_version=13,
    input_names=["images"],
    output_names=["logits"],
    dynamic_axes={"images": {0: "batch"}, "logits": {0: "batch"}},
    do_constant_folding=True,
    **({"dynamo": False} if has_choice else {}),
)
os.replace(unfinished, path)
