#pragma once

#include <cstdint>
#include <memory>

#include "odin/scores/fit.h"
#include "odin/scores/score.h"

// The scores, each in a file of its own. f are the logits, h the features, f = W h + b the last
// layer, S(f; T) the softmax at temperature T, y = argmax f. "Fit" says what a score has to know of
// training images; they throw for a fit without that. Percentiles q are 0 to 100.

namespace odin {

using ScorePointer = std::unique_ptr<Score>;

/// max_i S_i(f; T). At T = 1 the baseline (Hendrycks & Gimpel, ICLR 2017); behind ODIN's step its
/// score (Liang et al., ICLR 2018).
ScorePointer make_max_softmax(double temperature);
/// The same at the T that calibrates the network. Guo et al., ICML 2017. Fit: T.
ScorePointer make_temp_scale(const Fit& fit);
/// max_i f_i. Hendrycks et al., ICML 2022.
ScorePointer make_max_logit();
/// T log sum_i exp(f_i / T). Liu et al., NeurIPS 2020.
ScorePointer make_energy(double temperature);
/// |d KL(uniform || S(f; T)) / d W|_1 = sum_i |S_i - 1/K| / T * sum_j |h_j|. Huang et al., NeurIPS
/// 2021.
ScorePointer make_gradnorm(double temperature);
/// -sum p^gamma (1 - p)^gamma over the `most` largest p = S(f; 1). Liu et al.: "GEN: Pushing the
/// Limits of Softmax-Based Out-of-Distribution Detection", CVPR 2023.
ScorePointer make_gen(double gamma, std::int64_t most);
/// -min_c KL(S(f; 1) || d_c) with the mean softmax d_c of the images predicted as c. Hendrycks et
/// al., ICML 2022. Fit: those means.
ScorePointer make_kl_matching(const Fit& fit);
/// -min_c (h - m_c)^T S^-1 (h - m_c) with the class means m_c and the covariance S they share. Lee et
/// al.: "A Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial
/// Attacks", NeurIPS 2018, of the last layer alone. Fit: m_c, S^-1.
ScorePointer make_mahalanobis(const Fit& fit);
/// -min_c [(h - m_c)^T S^-1 (h - m_c) - (h - m)^T S0^-1 (h - m)] with mean m and covariance S0 of all
/// images. Ren et al.: "A Simple Fix to Mahalanobis Distance for Improving Near-OOD Detection", 2021.
/// Fit: m_c, S^-1, m, S0^-1.
ScorePointer make_rmds(const Fit& fit);
/// -|z - z_k| with z = h / |h| and the k-th nearest z_k of the bank. Sun et al.: "Out-of-Distribution
/// Detection with Deep Nearest Neighbors", ICML 2022. Fit: the bank.
ScorePointer make_knn(const Fit& fit, std::int64_t k);
/// log sum exp f - a |R(h - u)| with u = -pinv(W) b, R without the part along the `d` principal
/// directions of h - u, and a = mean max f / mean |R(h - u)| over the bank. Wang et al.: "ViM:
/// Out-Of-Distribution with Virtual-logit Matching", CVPR 2022. d = 0: 512 where D >= 1500, else
/// D/2. Fit: the directions, a.
ScorePointer make_vim(const LinearHead& head, const Fit& fit, std::int64_t d);
/// -|R(h - u)|, the part of ViM that knows nothing of the classes. Ibid.
ScorePointer make_residual(const LinearHead& head, const Fit& fit, std::int64_t d);
/// Energy of W min(h, c) + b with the q-th percentile c of all features; q is a whole number. Sun,
/// Guo, Li: "ReAct: Out-of-distribution Detection With Rectified Activations", NeurIPS 2021. Fit: c.
ScorePointer make_react(const LinearHead& head, const Fit& fit, double q);
/// Energy of (W * M) h + b; the mask M keeps the entries of W * mean(h) above their q-th percentile.
/// Sun, Li: "DICE: Leveraging Sparsification for Out-of-Distribution Detection", ECCV 2022. Fit:
/// mean h.
ScorePointer make_dice(const LinearHead& head, const Fit& fit, double q);

/// What becomes of the features that ASH keeps: nothing, sum(h) / k each, or a common factor
/// exp(sum h / sum of those kept).
enum class AshForm { p, b, s };
/// Energy of f from h of which the k = D - round(D q / 100) largest stay and the others are 0.
/// Djurisic et al.: "Extremely Simple Activation Shaping for Out-of-Distribution Detection", ICLR
/// 2023. Throws for features below 0.
ScorePointer make_ash(const LinearHead& head, AshForm form, double q);
/// Energy of f from h exp(sum h / sum of the k largest), none of h left out. Xu et al.: "Scaling for
/// Training Time and Post-hoc Out-of-distribution Detection Enhancement", ICLR 2024. Throws for
/// features below 0.
ScorePointer make_scale(const LinearHead& head, double q);
/// h . (mean h of the images of class y that were classified right). Zhang et al.: "Out-of-
/// Distribution Detection based on In-Distribution Data Patterns Memorization with Modern Hopfield
/// Energy", ICLR 2023. Fit: those means.
ScorePointer make_she(const Fit& fit);
/// sum_c |f_y - f_c| / |w_y - w_c| over |h - mean h|, or over |h| if not `centered`. Liu, Qin: "Fast
/// Decision Boundary based Out-of-Distribution Detector", ICML 2024. Fit: mean h.
ScorePointer make_fdbd(const LinearHead& head, const Fit& fit, bool centered);
/// Energy times the mean of the k largest e_i cos(h, h_i) over the bank, e_i the energy of its
/// images. Park et al.: "Nearest Neighbor Guidance for Out-of-Distribution Detection", ICCV 2023.
/// Fit: the bank.
ScorePointer make_nnguide(const Fit& fit, std::int64_t k);

}  // namespace odin
