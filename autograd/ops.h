#pragma once

// Every differentiable operation.
#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/dense_block.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/matmul.h"
#include "odin/autograd/ops/norm.h"
#include "odin/autograd/ops/norm_conv.h"
#include "odin/autograd/ops/pool.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/ops/softmax.h"
