#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "odin/tensor/device.h"
#include "odin/tensor/dtype.h"
#include "odin/tensor/error.h"
#include "odin/tensor/shape.h"
#include "odin/tensor/storage.h"

namespace odin::tensor {

/// Write access to the elements of a tensor, which are marked as being written to while it lives.
/// Its pointers are valid for that long, so only a variable (an lvalue), not a temporary, returns
/// them.
template <class T>
class Writer {
 public:
  T* data() & { return data_; }
  T* begin() & { return data_; }
  T* end() & { return data_ + size_; }
  T& operator[](std::int64_t i) { return data_[i]; }
  std::int64_t size() const { return size_; }

 private:
  friend class Tensor;
  Writer(std::shared_ptr<Storage> storage, T* data, std::int64_t size)
      : storage_(std::move(storage)), writing_(storage_.get()), data_(data), size_(size) {}

  std::shared_ptr<Storage> storage_;
  Storage::Writing writing_;
  T* data_;
  std::int64_t size_;
};

/// A handle to an N-dimensional array: copying a Tensor copies the handle, not the elements.
/// Views (reshape, slice, permute, ...) share the elements of the tensor they are taken from.
/// Operations (odin/tensor/ops/*.h) return new tensors; those whose name ends in an underscore
/// write in place.
///
/// Thread-safety: several threads may read the same elements. A thread that writes to them must be
/// the only one that uses them.
class Tensor {
 public:
  /// An undefined tensor: defined() is false, and it has no elements.
  Tensor() = default;

  /// The elements are not initialized.
  static Tensor empty(const Shape& shape, DType dtype = DType::f32, Device device = Device::cpu);
  static Tensor zeros(const Shape& shape, DType dtype = DType::f32, Device device = Device::cpu);
  static Tensor full(const Shape& shape, double value, DType dtype = DType::f32,
                     Device device = Device::cpu);
  static Tensor scalar(double value, DType dtype = DType::f32);
  /// A copy of `values`, in row-major order. Throws if their number is not numel(shape).
  template <class T>
  static Tensor from(std::span<const T> values, const Shape& shape);
  template <class T>
  static Tensor from(const std::vector<T>& values, const Shape& shape) {
    return from(std::span<const T>(values), shape);
  }
  static Tensor from(std::initializer_list<float> values, const Shape& shape) {
    return from(std::span<const float>(values.begin(), values.size()), shape);
  }

  /// Like empty() and zeros(), with this tensor's dtype and device.
  Tensor new_empty(const Shape& shape) const { return empty(shape, dtype_, device()); }
  Tensor new_zeros(const Shape& shape) const { return zeros(shape, dtype_, device()); }

  bool defined() const { return storage_ != nullptr; }
  const Shape& shape() const { return shape_; }
  const Strides& strides() const { return strides_; }
  DType dtype() const { return dtype_; }
  Device device() const { return storage_ ? storage_->device() : Device::cpu; }
  int rank() const { return shape_.rank(); }
  std::int64_t dim(int i) const { return shape_[i]; }
  std::int64_t numel() const { return tensor::numel(shape_); }
  bool is_contiguous() const;
  /// Whether no other tensor shares these elements, so that overwriting them affects nobody else.
  bool is_unique() const { return storage_.use_count() == 1; }

  /// A pointer to the first element. Throws if T is not the dtype, or if the elements are not on
  /// the CPU: to(Device::cpu), to_vector() and item() copy them from other devices.
  template <class T>
  const T* data() const {
    require_readable(dtype_of<T>());
    return reinterpret_cast<const T*>(storage_->data()) + offset_;
  }
  /// Write access to the elements, as long as the result lives:
  ///   auto pixels = t.write<float>();
  ///   std::fill(pixels.begin(), pixels.end(), 0.5f);
  /// Values derived from the elements meanwhile (packed weights) are not cached. Throws like
  /// data(), and if the elements are not contiguous.
  template <class T>
  Writer<T> write();
  /// An untyped pointer to the first element.
  const void* raw() const;

  /// For backends only, whose writes dispatch() marks. Other code must use write(): values cached
  /// for the old elements (derived.h) would otherwise still be used.
  template <class T>
  T* backend_data() {
    require_readable(dtype_of<T>());
    return reinterpret_cast<T*>(storage_->mutable_data()) + offset_;
  }
  void* backend_raw();

  const std::shared_ptr<Storage>& storage() const { return storage_; }

  /// The value of a tensor with exactly one element; throws for others.
  double item() const;
  /// A copy of the elements in row-major order.
  template <class T>
  std::vector<T> to_vector() const;

  // Views.
  /// One size may be -1: it is computed from the others. Copies if the strides allow no view.
  Tensor reshape(const Shape& shape) const;
  Tensor permute(const Dims& order) const;
  Tensor transpose(int a, int b) const;
  /// Positions first, first + step, ... below last of dimension `dim`. As in Python, negative
  /// positions count from the end, and positions past the end are clamped to it.
  Tensor slice(int dim, std::int64_t first, std::int64_t last, std::int64_t step = 1) const;
  /// The slice at one position, with dimension `dim` removed.
  Tensor select(int dim, std::int64_t position) const;
  Tensor unsqueeze(int dim) const;
  Tensor squeeze(int dim) const;
  /// Repeats dimensions of size 1 without copying.
  Tensor expand(const Shape& shape) const;

  // Copies.
  Tensor contiguous() const;  ///< itself if it is contiguous
  Tensor clone() const;
  Tensor to(DType dtype) const;    ///< itself if it has that dtype
  Tensor to(Device device) const;  ///< itself if it is on that device

 private:
  void require_readable(DType expected) const {
    require(defined(), "tensor: no elements (undefined tensor)");
    require(device() == Device::cpu, "tensor: the elements are on ", name_of(device()),
            ", expected them on cpu");
    require(dtype_ == expected, "tensor: expected ", name_of(expected), ", this one is ",
            name_of(dtype_));
  }
  Tensor view(Shape shape, Strides strides, std::int64_t offset) const;

  std::shared_ptr<Storage> storage_;
  std::int64_t offset_ = 0;
  Shape shape_;
  Strides strides_;
  DType dtype_ = DType::f32;
};

template <class T>
Writer<T> Tensor::write() {
  require_readable(dtype_of<T>());
  require(is_contiguous(), "write: the elements of ", shape_, " are not contiguous, strides ",
          strides_);
  return Writer<T>(storage_, reinterpret_cast<T*>(storage_->mutable_data()) + offset_, numel());
}

}  // namespace odin::tensor
