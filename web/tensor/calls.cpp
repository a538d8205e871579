#include "calls.h"

#include <emscripten/emscripten.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <new>

#include "../engine/engine.h"
#include "odin/tensor/backend/backend.h"
#include "odin/tensor/ops/elementwise.h"

namespace odin::web {
namespace {

struct Kept {
  std::vector<Variable> values{Variable()};  // 0 is no handle
  std::vector<int> free;
};

Kept& all_kept() {
  static Kept kept;
  return kept;
}

std::array<std::span<const Function>, 8> all_functions() {
  return {operations(),          value_functions(), tape_functions(),     network_functions(),
          optimizer_functions(), file_functions(),  detector_functions(), fitted_functions()};
}

const Function& function_at(std::size_t number) {
  for (const std::span<const Function> some : all_functions()) {
    if (number < some.size()) return some[number];
    number -= some.size();
  }
  fail("no such function");
}

struct Seed {
  std::uint64_t seed = 0, stream = 0;
};

Seed& current_seed() {
  static Seed seed;
  return seed;
}

}  // namespace

double* scratch() {
  static std::array<double, kScratch> numbers;
  return numbers.data();
}

int keep(Variable value) {
  Kept& all = all_kept();
  if (all.free.empty()) {
    all.values.push_back(std::move(value));
    return static_cast<int>(all.values.size()) - 1;
  }
  const int handle = all.free.back();
  all.free.pop_back();
  all.values[static_cast<std::size_t>(handle)] = std::move(value);
  return handle;
}

const Variable& kept(int handle) {
  const std::vector<Variable>& all = all_kept().values;
  require(handle > 0 && handle < std::ssize(all) && all[static_cast<std::size_t>(handle)].defined(),
          "tensor: it has been disposed of");
  return all[static_cast<std::size_t>(handle)];
}

void release(int handle) {
  Kept& all = all_kept();
  Variable gone;
  std::swap(gone, all.values.at(static_cast<std::size_t>(handle)));
  if (gone.defined()) all.free.push_back(handle);
}

int live_tensors() {
  return static_cast<int>(all_kept().values.size() - 1 - all_kept().free.size());
}

std::string& text() {
  static std::string text;
  return text;
}

std::optional<std::int64_t> Arguments::optional_integer() {
  const double value = number();
  if (std::isnan(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

Variable Arguments::optional_tensor() {
  const int h = handle();
  return h == 0 ? Variable() : seen(kept(h));
}

Tensor Arguments::target() {
  const Variable v = tensor();
  require(!v.requires_grad() || !autograd::recording.get(), "in place: a tensor ", v.shape(),
          " that requires a gradient is not overwritten outside of noGrad()");
  return v.value();
}

std::vector<Variable> Arguments::tensors() {
  std::vector<Variable> all(static_cast<std::size_t>(integer()));
  for (Variable& v : all) v = tensor();
  return all;
}

Tensor Arguments::indices() {
  if (const int h = handle()) return kept(h).value();
  const std::vector<std::int64_t> values = integers();
  return Tensor::from(values, {std::ssize(values)});
}

Operand Arguments::operand() {
  const int h = handle();
  if (h == 0) return {number(), {}};
  return {std::nullopt, seen(kept(h))};
}

Variable Arguments::variable(const Operand& operand) const {
  if (!operand.number) return operand.tensor;
  return Variable(Tensor::scalar(*operand.number, dtype_));
}

Dims Arguments::dims() {
  const std::int64_t count = integer();
  require(count <= Dims::kMaxRank, "tensor: at most ", Dims::kMaxRank, " dimensions, got ", count);
  Dims result;
  for (std::int64_t i = 0; i < count; ++i) result.push_back(integer());
  return result;
}

std::vector<std::int64_t> Arguments::integers() {
  std::vector<std::int64_t> all(static_cast<std::size_t>(integer()));
  for (std::int64_t& v : all) v = integer();
  return all;
}

std::vector<double> Arguments::numbers() {
  std::vector<double> all(static_cast<std::size_t>(integer()));
  for (double& v : all) v = number();
  return all;
}

tensor::Size2d Arguments::size() {
  const std::int64_t h = integer();
  return {h, integer()};
}

std::optional<tensor::Size2d> Arguments::optional_size() {
  const double h = number(), w = number();
  if (std::isnan(h)) return std::nullopt;
  return tensor::Size2d(static_cast<std::int64_t>(h), static_cast<std::int64_t>(w));
}

tensor::Padding2d Arguments::padding() {
  const std::int64_t top = integer(), left = integer(), bottom = integer();
  return {top, left, bottom, integer()};
}

/// [address and length of the text, number of numbers, number of tensors], the numbers, and for each
/// tensor [handle, dtype, whether it requires a gradient, rank, sizes].
void Results::write() {
  const std::size_t needed = 4 + numbers_.size() + tensors_.size() * (4 + Dims::kMaxRank);
  require(needed <= kScratch, "too many results: ", tensors_.size(), " tensors");
  double* to = scratch();
  *to++ = has_text_ ? static_cast<double>(reinterpret_cast<std::uintptr_t>(text().data())) : 0;
  *to++ = has_text_ ? static_cast<double>(text().size()) : 0;
  *to++ = static_cast<double>(numbers_.size());
  *to++ = static_cast<double>(tensors_.size());
  to = std::copy(numbers_.begin(), numbers_.end(), to);
  for (Variable& v : tensors_) {
    const Shape shape = v.shape();
    const auto dtype = static_cast<double>(v.dtype());
    const bool needs = v.requires_grad();
    *to++ = keep(std::move(v));
    *to++ = dtype;
    *to++ = needs;
    *to++ = shape.rank();
    for (const std::int64_t size : shape) *to++ = static_cast<double>(size);
  }
}

tensor::Random next_random() {
  Seed& s = current_seed();
  return tensor::Random(s.seed, s.stream++);
}

void set_seed(std::uint64_t seed) { current_seed() = {seed, 0}; }

}  // namespace odin::web

using namespace odin;

extern "C" {

EMSCRIPTEN_KEEPALIVE double* odin_scratch() { return web::scratch(); }

/// Room for text of this many bytes, for the next call.
EMSCRIPTEN_KEEPALIVE char* odin_text(int bytes) {
  web::text().resize(static_cast<std::size_t>(bytes));
  return web::text().data();
}

/// The number of the function whose name is the text; -1 if there is none.
EMSCRIPTEN_KEEPALIVE int odin_find() {
  int number = 0;
  for (const std::span<const web::Function> some : web::all_functions())
    for (const web::Function& f : some) {
      if (f.name == web::text()) return number;
      ++number;
    }
  return -1;
}

/// 0, with the results in the scratch; 1, with the text saying what is wrong.
EMSCRIPTEN_KEEPALIVE int odin_call(int function) {
  try {
    web::Arguments in;
    web::Results out;
    web::function_at(static_cast<std::size_t>(function)).run(in, out);
    out.write();
    return 0;
  } catch (const std::bad_alloc&) {
    tensor::release_cached_memory();
    web::text() = "out of memory";
  } catch (const std::exception& e) {
    web::text() = e.what();
  }
  web::scratch()[0] = static_cast<double>(reinterpret_cast<std::uintptr_t>(web::text().data()));
  web::scratch()[1] = static_cast<double>(web::text().size());
  return 1;
}

EMSCRIPTEN_KEEPALIVE void odin_release(int handle) { web::release(handle); }

}  // extern "C"
