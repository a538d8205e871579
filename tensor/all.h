#pragma once

// Everything of odin::tensor, included as "odin/tensor.h": tensors, operations and operators on
// them, printing, random numbers and threads. Link with odin::tensor.
#include "odin/tensor/device.h"
#include "odin/tensor/dtype.h"
#include "odin/tensor/error.h"
#include "odin/tensor/operators.h"
#include "odin/tensor/ops.h"
#include "odin/tensor/parallel.h"
#include "odin/tensor/print.h"
#include "odin/tensor/random.h"
#include "odin/tensor/shape.h"
#include "odin/tensor/tensor.h"
