#include <cmath>
#include <cstring>
#include <optional>

#include "odin/autograd/scalar_program.h"
#include "odin/detector.h"
#include "odin/image_resize.h"
#include "odin/model_options.h"
#include "odin/nn/io/model_file.h"
#include "odin/score.h"
#include "odin/tests/fuzz/fuzz_target.h"

// What a page hands to the engine: a model's bytes, a picture and options, or the steps of a scalar
// program. web/engine itself is written against emscripten::val and compiles for WebAssembly alone;
// these are the calls of loadModel, detect and differentiate below it.

using namespace odin;
using tests::ends_well;
using tests::must;

namespace {

/// Takes numbers from the beginning of the input; zeros after its end.
class Source {
 public:
  explicit Source(std::span<const std::byte> bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    T out{};
    const std::size_t size = std::min(sizeof out, rest_.size());
    if (size > 0) std::memcpy(&out, rest_.data(), size);
    rest_ = rest_.subspan(size);
    return out;
  }
  /// Any double, or nothing.
  std::optional<double> option() {
    return number<std::uint8_t>() % 2 ? std::optional(number<double>()) : std::nullopt;
  }
  std::span<const std::byte> rest() const { return rest_; }

 private:
  std::span<const std::byte> rest_;
};

/// A picture of the bytes of the input, over and over.
tensor::Tensor picture_of(std::int64_t width, std::int64_t height,
                          std::span<const std::byte> bytes) {
  std::vector<float> values(static_cast<std::size_t>(3 * width * height), 0.5f);
  for (std::size_t i = 0; i < values.size() && !bytes.empty(); ++i)
    values[i] = static_cast<float>(std::to_integer<int>(bytes[i % bytes.size()])) / 255.0f;
  const auto image = tensor::Tensor::from(values, {3, height, width});
  constexpr nn::InputSize kInput;
  return (width == kInput.width && height == kInput.height
              ? image
              : resize_triangle(image, kInput.height, kInput.width))
      .unsqueeze(0);
}

void detect(Source in) {
  const auto temperature = in.option(), epsilon = in.option(), threshold = in.option();
  const Direction direction = in.number<std::uint8_t>() % 2 ? Direction::fgsm : Direction::odin;
  const std::int64_t width = 1 + in.number<std::uint8_t>(), height = 1 + in.number<std::uint8_t>();
  nn::Model model;
  if (!ends_well([&] { model = nn::to_model(nn::parse_safetensors(in.rest(), "x"), "x"); })) return;
  if (model.info.input != nn::InputSize{}) return;  // loadModel refuses it
  ends_well([&] {
    const DetectorOptions options =
        options_for(model.info, temperature, epsilon, threshold, direction);
    const Detector detector(*model.network, {model.info.mean, model.info.std}, options);
    const Inspection found = detector.inspect(picture_of(width, height, in.rest()));
    const Detection& d = found.detections.at(0);
    must(d.label >= 0 && d.label < std::ssize(model.info.classes), "a label of no class");
    must(!(d.msp > 1.0001) && !(d.odin > 1.0001), "a probability above 1");
    must(d.in_distribution.has_value() == options.threshold.has_value(),
         "a verdict of no threshold");
    must(softmax_at(found.logits, options.temperature).front().size() == model.info.classes.size(),
         "probabilities of other classes");
  });
}

void differentiate(Source in) {
  const std::vector<std::string> functions = autograd::scalar_functions();
  std::vector<autograd::ScalarStep> steps;
  while (!in.rest().empty() && steps.size() < 200) {
    autograd::ScalarStep step;
    const std::size_t kind = in.number<std::uint8_t>() % (functions.size() + 2);
    step.op = kind == 0   ? autograd::ScalarStep::Op::variable
              : kind == 1 ? autograd::ScalarStep::Op::constant
                          : autograd::scalar_op(functions[kind - 2]);
    if (kind < 2) step.value = in.number<double>();
    step.a = in.number<std::uint8_t>();
    step.b = in.number<std::uint8_t>();
    steps.push_back(step);
  }
  ends_well([&] {
    const autograd::ScalarTape tape = autograd::differentiate(steps);
    must(tape.values.size() == steps.size() && tape.gradients.size() == steps.size(),
         "a tape of other steps");
    for (const autograd::ScalarFlow& flow : tape.flows)
      must(flow.from < steps.size() && flow.to < flow.from, "a flow that goes nowhere");
  });
}

}  // namespace

void odin::tests::fuzz(std::span<const std::byte> input) {
  Source in(input);
  if (in.number<std::uint8_t>() % 2)
    differentiate(in);
  else
    detect(in);
}
