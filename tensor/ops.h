#pragma once

// Every operation on tensors.
#include "odin/tensor/ops/activation.h"
#include "odin/tensor/ops/concat.h"
#include "odin/tensor/ops/conv.h"
#include "odin/tensor/ops/elementwise.h"
#include "odin/tensor/ops/gather.h"
#include "odin/tensor/ops/matmul.h"
#include "odin/tensor/ops/norm.h"
#include "odin/tensor/ops/optim.h"
#include "odin/tensor/ops/pool.h"
#include "odin/tensor/ops/reduce.h"
#include "odin/tensor/ops/softmax.h"
#include "odin/tensor/ops/view.h"
