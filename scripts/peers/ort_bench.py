"""Times ONNX Runtime on the CPU on a forward pass of FOLDER/ARCH.onnx."""
import pathlib

import numpy
import onnxruntime

import timing

options = timing.arguments("forward")
settings = onnxruntime.SessionOptions()
settings.intra_op_num_threads = options.threads
settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
path = pathlib.Path(options.onnx_folder) / f"{options.arch}.onnx"
session = onnxruntime.InferenceSession(
    str(path), sess_options=settings, providers=["CPUExecutionProvider"]
)
shape = (options.batch, 3, options.size, options.size)
images = numpy.random.default_rng(1).random(shape, dtype=numpy.float32)
timing.report(options, onnxruntime.__version__, lambda: session.run(None, {"images": images}))
