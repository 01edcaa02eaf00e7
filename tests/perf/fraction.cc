// SPDX-License-Identifier: Apache-2.0
// fraction BUDGET: the convergents of the continued fraction of a square root, in numbers of any length that live in
// blocks of their own: a program that computes, and allocates a tiny block for every step of it. After cfrac (the
// factoring program in B. Zorn and D. Grunwald's collections of allocation-intensive programs). One operation is one
// partial quotient, which takes and gives back four numbers.

#include <cmath>
#include <utility>

#include "measured_loop.h"

namespace {

// A natural number: a block with its length and its digits to base 2^32.
class Natural {
 public:
  explicit Natural(uint64_t value) : Natural(2, 0) {
    digits_[1] = static_cast<uint32_t>(value);
    digits_[2] = static_cast<uint32_t>(value >> 32);
    trim();
  }
  Natural(Natural&& other) noexcept : digits_(std::exchange(other.digits_, nullptr)) {}
  Natural& operator=(Natural&& other) noexcept {
    std::swap(digits_, other.digits_);
    return *this;
  }
  ~Natural() { free(digits_); }

  uint32_t length() const { return digits_[0]; }
  uint32_t digit(uint32_t place) const { return place < length() ? digits_[place + 1] : 0; }

  Natural times(uint32_t factor) const {
    Natural product(length() + 1, 0);
    uint64_t carry = 0;
    for (uint32_t i = 0; i < product.length(); ++i) {
      carry += static_cast<uint64_t>(digit(i)) * factor;
      product.digits_[i + 1] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    product.trim();
    return product;
  }

  Natural plus(const Natural& other) const {
    Natural sum(std::max(length(), other.length()) + 1, 0);
    uint64_t carry = 0;
    for (uint32_t i = 0; i < sum.length(); ++i) {
      carry += static_cast<uint64_t>(digit(i)) + other.digit(i);
      sum.digits_[i + 1] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    sum.trim();
    return sum;
  }

 private:
  Natural(uint32_t length, int) : digits_(static_cast<uint32_t*>(malloc((length + 1) * sizeof(uint32_t)))) {
    digits_[0] = length;
  }
  void trim() {
    while (digits_[0] > 1 && digits_[digits_[0]] == 0) --digits_[0];
  }

  uint32_t* digits_;
};

// Of the square root of a number that is no square; begins anew before the convergents get longer than 40 digits.
class Fraction {
 public:
  uint64_t expand_a_thousand() {
    constexpr uint64_t kSteps = 1000;
    for (uint64_t i = 0; i < kSteps; ++i) step();
    seen(this);
    return kSteps;
  }

 private:
  static constexpr uint64_t kRadicand = 1000000007;
  static constexpr uint32_t kLongest = 40;

  void step() {
    const uint64_t quotient = (root_ + subtracted_) / divisor_;
    numerator_ = next(numerator_, numerator_before_, quotient);
    denominator_ = next(denominator_, denominator_before_, quotient);
    subtracted_ = quotient * divisor_ - subtracted_;
    divisor_ = (kRadicand - subtracted_ * subtracted_) / divisor_;
    if (numerator_.length() <= kLongest) return;
    numerator_ = Natural(1);
    numerator_before_ = Natural(0);
    denominator_ = Natural(0);
    denominator_before_ = Natural(1);
  }

  static Natural next(Natural& current, Natural& before, uint64_t quotient) {
    Natural result = current.times(static_cast<uint32_t>(quotient)).plus(before);
    before = std::move(current);
    return result;
  }

  uint64_t root_ = static_cast<uint64_t>(std::sqrt(static_cast<double>(kRadicand)));
  uint64_t subtracted_ = 0, divisor_ = 1;
  Natural numerator_{1}, numerator_before_{0}, denominator_{0}, denominator_before_{1};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return fprintf(stderr, "usage: fraction BUDGET\n"), 2;
  Fraction fraction;
  measure(budget_from(argv[1]), [&] { return fraction.expand_a_thousand(); });
}
