// SPDX-License-Identifier: Apache-2.0
// profile.proto by protozero. A location is a frame of the code table, or what is left of it without the wrappers that
// were inlined into its end; addresses are places in object files, each object in a stretch of four gigabytes of its
// own, since the processes of one profile have their objects at different ones.
#include <zlib.h>

#include <cmath>
#include <map>
#include <protozero/pbf_builder.hpp>
#include <stdexcept>
#include <unordered_map>

#include "analyzer/model/heap_change.h"
#include "analyzer/render/export.h"
#include "analyzer/render/pprof_fields.h"
#include "snapshot/weight.h"

namespace lw {
namespace {

constexpr u64 kObjectSpan = u64{1} << 32;

std::string hexadecimal(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<u8>(byte) >> 4];
    text += kDigits[static_cast<u8>(byte) & 15];
  }
  return text;
}

std::string gzipped(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib cannot begin");
  }
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib cannot pack the profile");
  return packed;
}

// What a sample is worth, in the order of the sample types.
using Values = std::array<f64, 5>;

class PprofWriter {
 public:
  PprofWriter(const ExportContent& content, const PprofChoice& choice)
      : content_(content), choice_(choice), profile_(bytes_) {
    string("");
  }

  std::string write() {
    add_sample_types();
    for (const ViewStack& stack : content_.view.stacks) {
      choice_.since_unix_ns == 0 ? add_site(stack) : add_change(stack);
    }
    add_modules();
    add_facts();
    for (const std::string& text : strings_) profile_.add_string(Profile_::string_table, text);
    return gzipped(bytes_);
  }

 private:
  i64 string(const std::string& text) {
    const auto [place, fresh] = string_numbers_.try_emplace(text, static_cast<i64>(strings_.size()));
    if (fresh) strings_.push_back(text);
    return place->second;
  }

  void add_value_type(Profile_ field, const char* type, const char* unit) {
    protozero::pbf_builder<ValueType_> value(profile_, field);
    value.add_int64(ValueType_::type, string(type));
    value.add_int64(ValueType_::unit, string(unit));
  }

  void add_sample_types() {
    add_value_type(Profile_::sample_type, "alloc_objects", "count");
    add_value_type(Profile_::sample_type, "alloc_space", "bytes");
    add_value_type(Profile_::sample_type, "inuse_objects", "count");
    add_value_type(Profile_::sample_type, "inuse_space", "bytes");
    add_value_type(Profile_::sample_type, "growth_per_hour", "bytes");
  }

  // What is alive is told apart by thread; what was allocated is not known that way.
  void add_site(const ViewStack& stack) {
    const Assessment& site = *stack.site;
    const std::vector<u64> locations = locations_of(content_.observation.code[site.stack]);
    const LiveSet& live = judged_live_set(*stack.process, site);
    const std::vector<Thread>& threads = stack.process->threads;
    std::map<std::string, Values> by_thread;
    by_thread[""] = {site.allocated.count, site.allocated.bytes, 0, 0, site.bytes_per_s.value * 3600};
    for (const u32 series : site.series) {
      for (u32 i = live.first[series]; i < live.first[series + 1]; ++i) {
        const LiveBlock& block = live.blocks[i];
        if (block.flags & kSampleInherited) continue;
        const Weight weight = weight_of(block.size, block.interval);
        Values& values = by_thread[block.thread < threads.size() ? threads[block.thread].name : ""];
        values[2] += weight.count;
        values[3] += weight.bytes;
      }
    }
    for (const auto& [thread, values] : by_thread) add_sample(stack, locations, thread, values);
  }

  void add_change(const ViewStack& stack) {
    const HeapSums change = heap_change(*stack.process, *stack.site, choice_.since_unix_ns);
    const f64 hours = change_lasted_s(*stack.process, choice_.since_unix_ns) / 3600;
    add_sample(stack, locations_of(content_.observation.code[stack.site->stack]), "",
               {change.allocated_count, change.allocated_bytes, change.live_count, change.live_bytes,
                hours > 0 ? change.live_bytes / hours : 0});
  }

  void add_sample(const ViewStack& stack, const std::vector<u64>& locations, const std::string& thread,
                  const Values& values) {
    std::vector<i64> whole;
    bool nothing = true;
    for (const f64 value : values) {
      whole.push_back(std::llround(value));
      nothing = nothing && whole.back() == 0;
    }
    if (nothing) return;
    protozero::pbf_builder<Sample_> sample(profile_, Profile_::sample);
    sample.add_packed_uint64(Sample_::location_id, locations.begin(), locations.end());
    sample.add_packed_int64(Sample_::value, whole.begin(), whole.end());
    add_label(sample, "process", stack.process->name);
    add_label(sample, "verdict", words_of(stack.site->verdict).word);
    if (!thread.empty()) add_label(sample, "thread", thread);
    protozero::pbf_builder<Label_> pid(sample, Sample_::label);
    pid.add_int64(Label_::key, string("pid"));
    pid.add_int64(Label_::num, static_cast<i64>(stack.process->pid));
    pid.add_int64(Label_::num_unit, string("pid"));
  }

  void add_label(protozero::pbf_builder<Sample_>& sample, const char* key, const std::string& value) {
    protozero::pbf_builder<Label_> label(sample, Sample_::label);
    label.add_int64(Label_::key, string(key));
    label.add_int64(Label_::str, string(value));
  }

  // Innermost first, without the wrappers at the inner end.
  std::vector<u64> locations_of(const Stack& stack) {
    std::vector<u64> locations;
    bool inner_end = !content_.with_wrappers && has_own_frame(stack);
    for (const FrameNumber frame : stack.frames) {
      const NamedFrames& chain = content_.names[frame];
      size_t skipped = 0;
      while (inner_end && skipped < chain.size() && chain[skipped].wrapper) ++skipped;
      if (skipped == chain.size()) continue;
      inner_end = false;
      locations.push_back(location_of(frame, skipped));
    }
    return locations;
  }

  bool has_own_frame(const Stack& stack) const {
    for (const FrameNumber frame : stack.frames) {
      for (const NamedFrame& named : content_.names[frame]) {
        if (!named.wrapper) return true;
      }
    }
    return false;
  }

  u64 location_of(FrameNumber number, size_t skipped) {
    const auto [place, fresh] = locations_.try_emplace({static_cast<u32>(number), skipped}, locations_.size() + 1);
    if (!fresh) return place->second;
    const Frame& frame = content_.observation.code[number];
    std::vector<std::pair<u64, u32>> lines;  // functions are written before the location that needs them
    const NamedFrames& chain = content_.names[number];
    for (size_t i = skipped; i < chain.size(); ++i) lines.emplace_back(function_of(chain[i]), chain[i].line);
    protozero::pbf_builder<Location_> location(profile_, Profile_::location);
    location.add_uint64(Location_::id, place->second);
    if (frame.module == kNoModule) {
      location.add_uint64(Location_::address, frame.offset);
    } else {
      const u64 mapping = mapping_of(frame.module);
      location.add_uint64(Location_::mapping_id, mapping);
      location.add_uint64(Location_::address, mapping * kObjectSpan + frame.offset % kObjectSpan);
    }
    for (const auto& [function, number_of_line] : lines) {
      protozero::pbf_builder<Line_> line(location, Location_::line);
      line.add_uint64(Line_::function_id, function);
      if (number_of_line != 0) line.add_int64(Line_::line, number_of_line);
    }
    return place->second;
  }

  u64 function_of(const NamedFrame& frame) {
    const std::string key = frame.function + '\n' + frame.file + '\n' + frame.module;
    const auto [place, fresh] = functions_.try_emplace(key, functions_.size() + 1);
    if (!fresh) return place->second;
    protozero::pbf_builder<Function_> function(profile_, Profile_::function);
    function.add_uint64(Function_::id, place->second);
    function.add_int64(Function_::name, string(frame.function));
    function.add_int64(Function_::system_name,
                       string(frame.linkage_name.empty() ? frame.function : frame.linkage_name));
    function.add_int64(Function_::filename, string(frame.file));
    return place->second;
  }

  u64 mapping_of(ModuleNumber module) {
    const auto [place, fresh] = mappings_.try_emplace(static_cast<u32>(module), mappings_.size() + 1);
    if (fresh) mapped_.push_back(module);
    return place->second;
  }

  void add_modules() {
    for (u64 id = 1; id <= mapped_.size(); ++id) {
      const Module& module = content_.observation.code[mapped_[id - 1]];
      protozero::pbf_builder<Mapping_> mapping(profile_, Profile_::mapping);
      mapping.add_uint64(Mapping_::id, id);
      mapping.add_uint64(Mapping_::memory_start, id * kObjectSpan);
      mapping.add_uint64(Mapping_::memory_limit, (id + 1) * kObjectSpan);
      mapping.add_int64(Mapping_::filename, string(module.path));
      mapping.add_int64(Mapping_::build_id, string(hexadecimal(module.build_id)));
      mapping.add_bool(Mapping_::has_functions, true);
      mapping.add_bool(Mapping_::has_filenames, true);
      mapping.add_bool(Mapping_::has_line_numbers, true);
      mapping.add_bool(Mapping_::has_inline_frames, true);
    }
  }

  void add_facts() {
    u64 start_unix_ns = ~u64{0}, end_unix_ns = 0, interval = 0;
    for (const ProcessReport& report : content_.report.processes) {
      const Process& process = *report.process;
      start_unix_ns = std::min(start_unix_ns, std::max(process.start_unix_ns, choice_.since_unix_ns));
      end_unix_ns = std::max(end_unix_ns, process.newest().taken_unix_ns);
      interval = std::max(interval, process.newest().interval);
    }
    if (end_unix_ns > 0) {
      profile_.add_int64(Profile_::time_nanos, static_cast<i64>(end_unix_ns));
      profile_.add_int64(Profile_::duration_nanos,
                         static_cast<i64>(end_unix_ns > start_unix_ns ? end_unix_ns - start_unix_ns : 0));
    }
    add_value_type(Profile_::period_type, "space", "bytes");
    profile_.add_int64(Profile_::period, static_cast<i64>(interval));
    const i64 comment[] = {string("leakwatch " LW_VERSION)};
    profile_.add_packed_int64(Profile_::comment, std::begin(comment), std::end(comment));
    profile_.add_int64(Profile_::default_sample_type, string(choice_.shown));
  }

  const ExportContent& content_;
  const PprofChoice& choice_;
  std::string bytes_;
  protozero::pbf_builder<Profile_> profile_;
  std::vector<std::string> strings_;
  std::unordered_map<std::string, i64> string_numbers_;
  std::map<std::pair<u32, size_t>, u64> locations_;
  std::unordered_map<std::string, u64> functions_;
  std::unordered_map<u32, u64> mappings_;
  std::vector<ModuleNumber> mapped_;
};

}  // namespace

std::string pprof_export(const ExportContent& content, const PprofChoice& choice) {
  return PprofWriter(content, choice).write();
}

}  // namespace lw
