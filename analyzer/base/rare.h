// SPDX-License-Identifier: Apache-2.0
// A member that few of very many have: where it is not there it takes the room of a pointer, and reads as a T that
// nobody has filled in. A copy is of the value.
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace lw {

template <typename T>
class Rare {
 public:
  Rare() = default;
  Rare(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Rare(const std::optional<T>& value) : value_(value ? std::make_unique<T>(*value) : nullptr) {}
  Rare(const Rare& other) : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  Rare(Rare&& other) noexcept = default;
  Rare& operator=(Rare other) noexcept {
    value_ = std::move(other.value_);
    return *this;
  }
  ~Rare() = default;

  explicit operator bool() const { return value_ != nullptr; }
  const T& operator*() const { return value_ ? *value_ : nothing(); }
  const T* operator->() const { return &**this; }

  // To be written to: from now on it is there.
  T& edit() {
    if (!value_) value_ = std::make_unique<T>();
    return *value_;
  }

 private:
  static const T& nothing() {
    static const T nothing{};
    return nothing;
  }

  std::unique_ptr<T> value_;
};

}  // namespace lw
