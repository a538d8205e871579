#pragma once

// Everything of odin::autograd, included as "odin/autograd.h", and of odin::tensor below it:
// variables, operations and operators on them, backward(), the graph as text, gradient checking.
// Link with odin::autograd.
#include "odin/autograd/dump.h"
#include "odin/autograd/engine.h"
#include "odin/autograd/gradcheck.h"
#include "odin/autograd/observer.h"
#include "odin/autograd/operators.h"
#include "odin/autograd/ops.h"
#include "odin/autograd/recording.h"
#include "odin/autograd/saved.h"
#include "odin/autograd/variable.h"
#include "odin/tensor.h"
