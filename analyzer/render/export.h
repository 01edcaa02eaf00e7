// SPDX-License-Identifier: Apache-2.0
// What leakwatch knows, in the formats of the tools that people already use. One file per format.
#pragma once

#include <string>
#include <vector>

#include "analyzer/model/histograms.h"
#include "analyzer/model/pruned_tree.h"

namespace lw {

// What an export is made of. Which of it a format needs is its own business.
struct ExportContent {
  const Observation& observation;
  const Report& report;
  const NamedCode& names;
  const StackView& view;  // filtered; by the measure that formats of one value show
  bool with_wrappers;     // keep the allocator's own frames where a format has its own stacks
};

struct PprofChoice {
  const char* shown = "inuse_space";  // the sample type that is shown unless another is asked for
  // Not 0: only what has changed since then. Whose thread it was is not known of that; growth is that of this time.
  u64 since_unix_ns = 0;
};

// A gzipped profile.proto (google/pprof). Sample types as in Go's heap profiles, and growth_per_hour in bytes; labels
// process, pid, verdict, and thread for what is alive.
std::string pprof_export(const ExportContent& content, const PprofChoice& choice = {});

// The same four sums as text, as Go's `?debug=1` has it. The view wants to be by lines.
std::string heap_text_export(const ExportContent& content, const PprofChoice& choice = {});

// "main;serve;Cache::put 1234" per stack, outermost first (brendangregg/FlameGraph). In whole units: bytes, blocks,
// bytes a second; what rounds to nothing, or is below it, is left out.
std::string folded_export(const ExportContent& content);

// speedscope.app's own format, with one profile each for what is alive, allocated, and growing.
std::string speedscope_export(const ExportContent& content);

// Trace events (JSON) for Perfetto and chrome://tracing: the memory log as counters, snapshots as instants, threads as
// slices.
std::string perfetto_export(const ExportContent& content);

// A line per site with every number and its limits (RFC 4180).
std::string csv_export(const ExportContent& content);

// OpenMetrics text; also valid for Prometheus, so without counters' own rules about names. `most_sites`: places per
// process that have series of their own.
std::string openmetrics_export(const ExportContent& content, size_t most_sites = 20);

// massif's output file, of one process: its snapshots, and the tree of what is alive at the last one.
std::string massif_export(const ExportContent& content);

}  // namespace lw
