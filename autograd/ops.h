#pragma once

// Every differentiable operation, including the fused ones, which combine several in one pass over
// memory.
#include "odin/autograd/fused/conv_activation.h"
#include "odin/autograd/fused/dense_block.h"
#include "odin/autograd/fused/norm_conv.h"
#include "odin/autograd/ops/activation.h"
#include "odin/autograd/ops/conv.h"
#include "odin/autograd/ops/dropout.h"
#include "odin/autograd/ops/elementwise.h"
#include "odin/autograd/ops/layer_norm.h"
#include "odin/autograd/ops/loss.h"
#include "odin/autograd/ops/matmul.h"
#include "odin/autograd/ops/norm.h"
#include "odin/autograd/ops/pool.h"
#include "odin/autograd/ops/reduce.h"
#include "odin/autograd/ops/shape.h"
#include "odin/autograd/ops/softmax.h"
