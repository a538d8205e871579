#include "odin/tensor/tensor.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>

#include "odin/tensor/backend/backend.h"

namespace odin::tensor {

Tensor Tensor::empty(const Shape& shape, DType dtype, Device device) {
  const auto size = static_cast<std::ptrdiff_t>(size_of(dtype));
  const auto most = std::numeric_limits<std::ptrdiff_t>::max() / size;  // addressable elements
  const auto count = static_cast<std::size_t>(checked_numel("tensor: shape", shape, most));
  Tensor t;
  t.storage_ = std::make_shared<Storage>(count * size_of(dtype), device);
  t.shape_ = shape;
  t.strides_ = contiguous_strides(shape);
  t.dtype_ = dtype;
  return t;
}

Tensor Tensor::zeros(const Shape& shape, DType dtype, Device device) {
  return full(shape, 0, dtype, device);
}

Tensor Tensor::full(const Shape& shape, double value, DType dtype, Device device) {
  Tensor t = empty(shape, dtype, device);
  dispatch("fill", &Backend::fill, {&t}, t, value);
  return t;
}

Tensor Tensor::scalar(double value, DType dtype) { return full({}, value, dtype); }

template <class T>
Tensor Tensor::from(std::span<const T> values, const Shape& shape) {
  require(static_cast<std::int64_t>(values.size()) == tensor::numel(shape), "tensor: shape ", shape,
          " holds ", tensor::numel(shape), " elements, got ", values.size());
  Tensor t = empty(shape, dtype_of<T>());
  auto elements = t.write<T>();
  std::copy(values.begin(), values.end(), elements.begin());
  return t;
}
template Tensor Tensor::from(std::span<const float>, const Shape&);
template Tensor Tensor::from(std::span<const double>, const Shape&);
template Tensor Tensor::from(std::span<const std::int64_t>, const Shape&);

bool Tensor::is_contiguous() const {
  std::int64_t step = 1;
  for (int i = rank() - 1; i >= 0; --i) {
    if (shape_[i] != 1 && strides_[i] != step) return false;
    step *= shape_[i];
  }
  return true;
}

const void* Tensor::raw() const {
  require(defined(), "tensor: no elements (undefined tensor)");
  return storage_->data() + static_cast<std::size_t>(offset_) * size_of(dtype_);
}

void* Tensor::backend_raw() {
  require(defined(), "tensor: no elements (undefined tensor)");
  return storage_->mutable_data() + static_cast<std::size_t>(offset_) * size_of(dtype_);
}

double Tensor::item() const {
  require(defined() && numel() == 1, "item: expected a tensor of one element, got shape ", shape_);
  if (device() != Device::cpu) return to(Device::cpu).item();
  switch (dtype_) {
    case DType::f32: return *data<float>();
    case DType::f64: return *data<double>();
    case DType::i64: return static_cast<double>(*data<std::int64_t>());
  }
  return 0;
}

template <class T>
std::vector<T> Tensor::to_vector() const {
  const Tensor flat = contiguous().to(Device::cpu);
  return std::vector<T>(flat.data<T>(), flat.data<T>() + numel());
}
template std::vector<float> Tensor::to_vector() const;
template std::vector<double> Tensor::to_vector() const;
template std::vector<std::int64_t> Tensor::to_vector() const;

Tensor Tensor::view(Shape shape, Strides strides, std::int64_t offset) const {
  Tensor t = *this;
  t.shape_ = shape;
  t.strides_ = strides;
  t.offset_ = offset;
  return t;
}

Tensor Tensor::reshape(const Shape& wanted) const {
  Shape shape = wanted;
  int unknown = -1;
  std::int64_t known = 1;
  for (int i = 0; i < shape.rank(); ++i) {
    if (shape[i] == -1) {
      require(unknown < 0, "reshape: more than one -1 in ", wanted);
      unknown = i;
    } else {
      require(shape[i] >= 0, "reshape: negative size in ", wanted);
      known *= shape[i];
    }
  }
  if (unknown >= 0) {
    require(known > 0, "reshape: what -1 stands for in ", wanted, " is not clear, for ", shape_);
    shape[unknown] = numel() / known;
  }
  require(tensor::numel(shape) == numel(), "reshape: ", shape_, " (", numel(),
          " elements) does not fit ", wanted);
  const Tensor flat = contiguous();
  return flat.view(shape, contiguous_strides(shape), flat.offset_);
}

Tensor Tensor::permute(const Dims& order) const {
  require(order.rank() == rank(), "permute: order ", order, " for a tensor of shape ", shape_);
  Shape shape = shape_;
  Strides strides = strides_;
  unsigned seen = 0;
  for (int i = 0; i < rank(); ++i) {
    const int from = normalize_dim("permute", static_cast<int>(order[i]), rank());
    require(!(seen & (1u << from)), "permute: dimension ", from, " twice in ", order);
    seen |= 1u << from;
    shape[i] = shape_[from];
    strides[i] = strides_[from];
  }
  return view(shape, strides, offset_);
}

Tensor Tensor::transpose(int a, int b) const {
  Dims order = shape_;
  for (int i = 0; i < rank(); ++i) order[i] = i;
  std::swap(order[normalize_dim("transpose", a, rank())],
            order[normalize_dim("transpose", b, rank())]);
  return permute(order);
}

Tensor Tensor::slice(int dim, std::int64_t first, std::int64_t last, std::int64_t step) const {
  dim = normalize_dim("slice", dim, rank());
  require(step > 0, "slice: step must be positive, got ", step);
  const auto size = shape_[dim];
  const auto clip = [size](std::int64_t at) {
    return std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
  };
  first = clip(first);
  last = std::max(first, clip(last));
  Shape shape = shape_;
  Strides strides = strides_;
  shape[dim] = (last - first + step - 1) / step;
  strides[dim] *= step;
  return view(shape, strides, offset_ + first * strides_[dim]);
}

Tensor Tensor::select(int dim, std::int64_t position) const {
  dim = normalize_dim("select", dim, rank());
  const auto at = position < 0 ? position + shape_[dim] : position;
  require(at >= 0 && at < shape_[dim], "select: position ", position, " of a dimension of size ",
          shape_[dim]);
  return slice(dim, at, at + 1).squeeze(dim);
}

Tensor Tensor::unsqueeze(int dim) const {
  dim = normalize_dim("unsqueeze", dim, rank() + 1);
  Shape shape = shape_;
  Strides strides = strides_;
  shape.insert(dim, 1);
  strides.insert(dim, 1);
  return view(shape, strides, offset_);
}

Tensor Tensor::squeeze(int dim) const {
  dim = normalize_dim("squeeze", dim, rank());
  require(shape_[dim] == 1, "squeeze: dimension ", dim, " of ", shape_, " is not of size 1");
  Shape shape = shape_;
  Strides strides = strides_;
  shape.erase(dim);
  strides.erase(dim);
  return view(shape, strides, offset_);
}

Tensor Tensor::expand(const Shape& shape) const {
  require(broadcast_shapes("expand", shape_, shape) == shape, "expand: ", shape_,
          " does not expand to ", shape);
  return view(shape, broadcast_strides(shape_, strides_, shape), offset_);
}

Tensor Tensor::contiguous() const { return is_contiguous() ? *this : clone(); }

Tensor Tensor::clone() const {
  Tensor copy = new_empty(shape_);
  dispatch("copy", &Backend::copy, {this, &copy}, *this, copy);
  return copy;
}

Tensor Tensor::to(DType dtype) const {
  if (dtype == dtype_) return *this;
  Tensor copy = empty(shape_, dtype, device());
  dispatch("copy", &Backend::copy, {this, &copy}, *this, copy);
  return copy;
}

Tensor Tensor::to(Device device) const {
  if (!defined() || device == this->device()) return *this;
  const Tensor from = contiguous();
  Tensor copy = empty(shape_, dtype_, device);
  copy_bytes(copy.backend_raw(), device, from.raw(), this->device(),
             static_cast<std::size_t>(numel()) * size_of(dtype_));
  return copy;
}

}  // namespace odin::tensor
