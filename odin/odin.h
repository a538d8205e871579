#pragma once

// Everything in odin::odin and the libraries below it: the detector, scores, metrics, tuning,
// calibration and thresholds; networks, autograd and tensors. Link with odin::odin.
#include "odin/calibration.h"
#include "odin/detect.h"
#include "odin/detector.h"
#include "odin/fit_picture.h"
#include "odin/image_resize.h"
#include "odin/method_scorer.h"
#include "odin/methods.h"
#include "odin/metrics.h"
#include "odin/model_options.h"
#include "odin/nn.h"
#include "odin/normalization.h"
#include "odin/perturb.h"
#include "odin/score.h"
#include "odin/scores/fit.h"
#include "odin/scores/fitter.h"
#include "odin/scores/make_scores.h"
#include "odin/scores/score.h"
#include "odin/threshold.h"
#include "odin/trace.h"
#include "odin/tune.h"
