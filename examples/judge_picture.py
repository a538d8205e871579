"""Tells whether a picture is in-distribution for a network, in Python, by ctypes alone:

    python3 judge_picture.py LIBODIN.so MODEL.safetensors PICTURE.png

The structures are those of <odin/c.h>.
"""

import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p

VERDICTS = {-1: "no verdict: the model has no threshold", 0: "out-of-distribution", 1: "in-distribution"}


class Detection(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("label", c_int64), ("msp", c_double), ("odin", c_double),
                ("verdict", c_int32), ("reserved", c_int32)]


class Odin:
    """The functions of libodin.so that are needed here. Errors become exceptions."""

    ABI = 1

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.odin_last_error.restype = c_char_p
        if self.library.odin_abi_version() != self.ABI:
            raise RuntimeError(f"{path}: expected ABI version {self.ABI}, "
                               f"got {self.library.odin_abi_version()}")
        self.library.odin_model_load.argtypes = [c_char_p, POINTER(c_void_p)]
        self.library.odin_model_free.argtypes = [c_void_p]
        self.library.odin_model_class_name.argtypes = [c_void_p, c_int64, POINTER(c_char_p)]
        self.library.odin_detect_file.argtypes = [c_void_p, c_char_p, c_void_p, POINTER(Detection)]

    def call(self, name, *arguments):
        if getattr(self.library, name)(*arguments) != 0:
            raise RuntimeError(self.library.odin_last_error().decode())


def main(library, model_file, picture):
    odin = Odin(library)
    model, found, name = c_void_p(), Detection(ctypes.sizeof(Detection)), c_char_p()
    odin.call("odin_model_load", model_file.encode(), byref(model))
    odin.call("odin_detect_file", model, picture.encode(), None, byref(found))
    odin.call("odin_model_class_name", model, found.label, byref(name))
    print(f"{name.value.decode()}, score {found.odin:.10f}, {VERDICTS[found.verdict]}")
    odin.call("odin_model_free", model)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except RuntimeError as error:
        sys.exit(str(error))
