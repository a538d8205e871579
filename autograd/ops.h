#pragma once

// Every differentiable operation, including the fused ones, which combine several in one pass over
// memory.
#include "odin/autograd/fused/dense_block.h"
#include "odin/autograd/fused/norm_conv.h"
#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/matmul.h"
#include "odin/autograd/ops/norm.h"
#include "odin/autograd/ops/pool.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/ops/softmax.h"
