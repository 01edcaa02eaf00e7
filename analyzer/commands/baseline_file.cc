// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/baseline_file.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "analyzer/render/json.h"

namespace lw {
namespace {

constexpr const char* kQuantityNames[kQuantities] = {"growth_bytes_per_s", "live_bytes", "alloc_bytes_per_s"};

// Standard deviations, because a person can compare them with the mean.
Json json_of(const std::array<Spread, kQuantities>& spreads) {
  Json json = Json::object();
  for (size_t q = 0; q < kQuantities; ++q) {
    json[kQuantityNames[q]] = {{"mean", json_number(spreads[q].mean)},
                               {"between_processes", json_number(std::sqrt(spreads[q].between))},
                               {"within_process", json_number(std::sqrt(spreads[q].within))}};
  }
  return json;
}

Json json_of(const SharedPlace& place, bool has_load) {
  Json json{{"function", place.key.second},
            {"module", place.key.first},
            {"path", place.path},
            {"seen_in", place.seen_in},
            {"growing_in", place.growing_in}};
  json["found_in"] = Json::object();
  for (const auto& [verdict, count] : place.found_in) json["found_in"][words_of(verdict).word] = count;
  json["per_process"] = json_of(place.each);
  if (has_load) json["per_allocation_call_per_s"] = json_of(place.per_load);
  return json;
}

// Anything wrong is thrown as a sentence: the file is read as a whole or not at all.
f64 number_in(const Json& json, const char* key, f64 least) {
  const f64 value = json.at(key).get<f64>();
  if (!std::isfinite(value) || value < least) throw std::runtime_error(fmt::format("\"{}\" is {}", key, value));
  return value;
}

u32 count_in(const Json& json, const char* key, u32 least, u32 most) {
  const f64 value = number_in(json, key, least);
  if (value > most || value != std::floor(value)) throw std::runtime_error(fmt::format("\"{}\" is {}", key, value));
  return static_cast<u32>(value);
}

std::array<Spread, kQuantities> spreads_in(const Json& json) {
  constexpr f64 kAny = -std::numeric_limits<f64>::max();
  std::array<Spread, kQuantities> spreads;
  for (size_t q = 0; q < kQuantities; ++q) {
    const Json& spread = json.at(kQuantityNames[q]);
    const f64 between = number_in(spread, "between_processes", 0), within = number_in(spread, "within_process", 0);
    spreads[q] = {number_in(spread, "mean", kAny), between * between, within * within};
  }
  return spreads;
}

Verdict verdict_named(const std::string& word) {
  for (const VerdictWords& words : all_verdicts()) {
    if (word == words.word) return words.verdict;
  }
  throw std::runtime_error(fmt::format("\"{}\" is no verdict", word));
}

SharedPlace place_in(const Json& json, u32 processes, bool has_load) {
  SharedPlace place;
  place.key = {json.at("module").get<std::string>(), json.at("function").get<std::string>()};
  place.path = json.at("path").get<CallPath>();
  place.seen_in = count_in(json, "seen_in", 1, processes);
  place.growing_in = count_in(json, "growing_in", 0, processes);
  for (const auto& [word, ignored] : json.at("found_in").items()) {
    place.found_in[verdict_named(word)] = count_in(json.at("found_in"), word.c_str(), 1, ~0u);
  }
  place.each = spreads_in(json.at("per_process"));
  if (has_load) place.per_load = spreads_in(json.at("per_allocation_call_per_s"));
  return place;
}

Population population_in(const Json& json) {
  Population population;
  population.program = json.at("program").get<std::string>();
  population.processes = count_in(json, "processes", 1, ~0u);
  population.age_s = number_in(json, "mean_age_s", 0);
  population.has_load = json.at("allocation_calls_counted").get<bool>();
  for (const Json& entry : json.at("places")) {
    SharedPlace place = place_in(entry, population.processes, population.has_load);
    const PlaceKey key = place.key;
    if (!population.places.emplace(key, std::move(place)).second) {
      throw std::runtime_error(fmt::format("{} is there twice", key.second));
    }
  }
  return population;
}

}  // namespace

std::string baseline_text(const Baseline& baseline) {
  Json json{{"leakwatch", baseline.leakwatch_version}, {"baseline", kBaselineVersion}, {"programs", Json::array()}};
  for (const auto& [name, population] : baseline.populations) {
    Json program{{"program", name},
                 {"processes", population.processes},
                 {"mean_age_s", json_number(population.age_s)},
                 {"allocation_calls_counted", population.has_load},
                 {"places", Json::array()}};
    for (const auto& [key, place] : population.places) program["places"].push_back(json_of(place, population.has_load));
    json["programs"].push_back(std::move(program));
  }
  return json_text(json);
}

bool parse_baseline(const std::string& text, Baseline& baseline, std::string& why_not) {
  try {
    const Json json = Json::parse(text);
    if (!json.is_object() || !json.contains("baseline")) {
      why_not = "is no baseline; `leakwatch baseline -o FILE PATH` makes one";
      return false;
    }
    const u32 version = count_in(json, "baseline", 1, ~0u);
    if (version > kBaselineVersion) {
      why_not = fmt::format("was made by a newer leakwatch (baseline {}, this one reads {}): make it anew, or update",
                            version, kBaselineVersion);
      return false;
    }
    baseline.leakwatch_version = json.at("leakwatch").get<std::string>();
    for (const Json& entry : json.at("programs")) {
      Population population = population_in(entry);
      const std::string name = population.program;
      baseline.populations.insert_or_assign(name, std::move(population));
    }
    return true;
  } catch (const Json::parse_error& error) {
    why_not = fmt::format("is damaged at byte {}: no JSON; make it anew with `leakwatch baseline`", error.byte);
  } catch (const Json::exception& error) {
    const std::string what = error.what();  // "[json.exception.out_of_range.403] key 'places' not found"
    const size_t end = what.find("] ");
    why_not = fmt::format("is damaged: {}; make it anew with `leakwatch baseline`",
                          end == std::string::npos ? what : what.substr(end + 2));
  } catch (const std::runtime_error& error) {
    why_not = fmt::format("is damaged: {}; make it anew with `leakwatch baseline`", error.what());
  }
  return false;
}

}  // namespace lw
