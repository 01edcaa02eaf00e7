// SPDX-License-Identifier: Apache-2.0
#include "analyzer/base/units.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cmath>

namespace lw {
namespace {

struct Unit {
  const char* name;
  double size;
};

constexpr Unit kByteUnits[] = {{"TiB", 0x1p40}, {"GiB", 0x1p30}, {"MiB", 0x1p20}, {"KiB", 0x1p10}};
constexpr Unit kRateUnits[] = {{"s", 1}, {"min", 60}, {"h", 3600}, {"day", 86400}};

Unit byte_unit(double bytes) {
  for (const Unit& unit : kByteUnits) {
    if (std::fabs(bytes) >= unit.size) return unit;
  }
  return {"B", 1};
}

// Three digits at most, two where the first is large.
std::string short_number(double value) {
  return std::fabs(value) < 99.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
}

std::string in_unit(double bytes, const Unit& unit) {
  return unit.size == 1 ? fmt::format("{:.0f}", bytes) : short_number(bytes / unit.size);
}

// Per second from 1 MiB/s on, per minute from 1 MiB/min, per hour from 1 KiB/h: below that it is days.
Unit rate_unit(double bytes_per_s) {
  const double size = std::fabs(bytes_per_s);
  if (size >= 0x1p20) return kRateUnits[0];
  if (size * 60 >= 0x1p20) return kRateUnits[1];
  return size * 3600 >= 0x1p10 || size == 0 ? kRateUnits[2] : kRateUnits[3];
}

std::string lower_case(std::string_view text) {
  std::string lower;
  for (const char c : text) {
    if (c != ' ') lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower;
}

}  // namespace

std::string bytes_text(double bytes) {
  const Unit unit = byte_unit(bytes);
  return fmt::format("{} {}", in_unit(bytes, unit), unit.name);
}

std::string rate_text(double bytes_per_s) {
  if (std::fabs(bytes_per_s) * kRateUnits[3].size < 0.5) bytes_per_s = 0;  // not "-0 B/day"
  const Unit unit = rate_unit(bytes_per_s);
  return fmt::format("{}/{}", bytes_text(bytes_per_s * unit.size), unit.name);
}

std::string bytes_number(double bytes, double like) { return in_unit(bytes, byte_unit(like)); }

std::string rate_number(double bytes_per_s, double like) {
  const Unit unit = rate_unit(like);
  return bytes_number(bytes_per_s * unit.size, like * unit.size);
}

std::string duration_text(double s) {
  if (s > 0 && s < 0.001) return "under 1 ms";
  if (s < 0.9995) return fmt::format("{:.0f} ms", s * 1000);
  if (s < 9.95) return fmt::format("{:.1f} s", s);
  const long long whole = std::llround(s);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} m {} s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{} h {} m", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} d {} h", whole / 86400, whole % 86400 / 3600);
}

std::string rough_duration_text(double s) {
  if (s <= 50) return fmt::format("{:.0f} s", std::max(10.0, std::ceil(s / 10) * 10));
  if (s <= 3000) return fmt::format("{:.0f} m", std::ceil(s / 60));
  if (s <= 2 * 86400) return fmt::format("{:.0f} h", std::ceil(s / 3600));
  return fmt::format("{:.0f} days", std::ceil(s / 86400));
}

std::string span_text(double s) {
  const auto whole = [&](double unit) { return s >= unit && std::fmod(s, unit) == 0; };
  if (s > 2 * 86400 && whole(86400)) return fmt::format("{:.0f} days", s / 86400);
  if (whole(3600)) return fmt::format("{:.0f} h", s / 3600);
  if (s >= 120 && whole(60)) return fmt::format("{:.0f} m", s / 60);
  return s < 120 && whole(1) ? fmt::format("{:.0f} s", s) : duration_text(s);
}

std::string count_text(double count) {
  std::string digits = fmt::format("{:.0f}", std::fabs(count));
  for (size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, 1, ',');
  return (count <= -0.5 ? "-" : "") + digits;
}

std::string share_text(double share) {
  const double percent = share * 100;
  if (percent == 0) return "0 %";
  if (std::fabs(percent) < 0.01) return "less than 0.01 %";
  return std::fabs(percent) < 1 ? fmt::format("{:.2f} %", percent) : fmt::format("{:.1f} %", percent);
}

std::string confidence_text(double confidence) {
  const double percent = std::floor(confidence * 1000) / 10;  // rounding up would claim what is not known
  return fmt::format("{:.1f} %", std::min(percent, 99.9));
}

std::optional<double> parse_bytes(std::string_view text) {
  const std::string lower = lower_case(text);
  double number = 0;
  const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number < 0) return {};
  const std::string_view unit(end, static_cast<size_t>(lower.data() + lower.size() - end));
  if (unit.empty() || unit == "b") return number;
  for (const Unit& candidate : kByteUnits) {
    const std::string name = lower_case(candidate.name);  // kib, of which k is enough
    if (unit == name || unit == name.substr(0, 1) || unit == name.substr(0, 1) + "b") return number * candidate.size;
  }
  return {};
}

std::optional<double> parse_rate(std::string_view text) {
  const size_t slash = text.find('/');
  const std::optional<double> bytes = parse_bytes(text.substr(0, slash));
  if (!bytes || slash == std::string_view::npos) return bytes;
  const std::string period = lower_case(text.substr(slash + 1));
  for (const Unit& unit : kRateUnits) {
    if (period == unit.name || (period == "m" && unit.size == 60) || (period == "d" && unit.size == 86400)) {
      return *bytes / unit.size;
    }
  }
  return {};
}

std::optional<double> parse_duration(std::string_view text) {
  const std::string lower = lower_case(text);
  double number = 0;
  const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
  if (error != std::errc() || !std::isfinite(number) || number <= 0) return {};
  const std::string_view unit(end, static_cast<size_t>(lower.data() + lower.size() - end));
  if (unit == "ms") return number / 1000;
  if (unit.empty()) return number;
  for (const Unit& candidate : kRateUnits) {
    if (unit == candidate.name || unit == std::string_view(candidate.name).substr(0, 1)) return number * candidate.size;
  }
  return {};
}

}  // namespace lw
