// SPDX-License-Identifier: Apache-2.0
// Numbers as people read and write them: 1.5 MiB, 200 KiB/h, 12 m 3 s, 12,345.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lw {

std::string bytes_text(double bytes);       // "512 B", "1.5 KiB", "-3.2 MiB"
std::string rate_text(double bytes_per_s);  // in the unit of time that makes it readable: "3.1 MiB/min"
std::string duration_text(double s);        // "under 1 ms", "850 ms", "12 s", "12 m 3 s", "3 h 5 m", "2 d 4 h"
std::string rough_duration_text(double s);  // rounded up to what one would say: "40 s", "3 m", "5 h"
std::string span_text(double s);            // as one would ask for it: "24 h", "7 days", "90 s"; else duration_text
std::string count_text(double count);       // "12,345"
std::string share_text(double share);       // "0.31 %", "99.8 %"
std::string confidence_text(double confidence);  // "99.8 %"; never 100

// In the unit that bytes_text or rate_text would give to `like`, without naming it again: for errors and limits.
std::string bytes_number(double bytes, double like);       // "0.3" beside "3.1 MiB"
std::string rate_number(double bytes_per_s, double like);  // "0.3" beside "3.1 MiB/min"

// "64K", "1.5 MiB", "4096" → bytes; "200K/h", "3 MiB/min" → bytes per second (a plain number is per second).
std::optional<double> parse_bytes(std::string_view text);
std::optional<double> parse_rate(std::string_view text);
// "90s", "30m", "1.5 h", "7d", "250ms" → seconds (a plain number is seconds); nothing for zero and less.
std::optional<double> parse_duration(std::string_view text);

}  // namespace lw
