// SPDX-License-Identifier: Apache-2.0
#include "analyzer/model/stack_view.h"

#include <algorithm>
#include <unordered_map>

namespace lw {
namespace {

// What is known of one frame of the code table, worked out once.
struct FrameLook {
  bool known = false;
  bool focused = false, ignored = false, in_module = false;
  std::vector<u32> places;     // that are left after hide and show, innermost first
  std::vector<bool> wrappers;  // beside `places`
};

class Builder {
 public:
  Builder(const Observation& observation, const NamedCode& names, const StackFilter& filter, StackView& view)
      : code_(observation.code), names_(names), filter_(filter), view_(view), looks_(code_.frame_count()) {}

  void add(const Process& process, const Assessment& site) {
    const SampledSum amount = view_.measure->amount(process, site);
    view_.all += amount;
    const u32 first = static_cast<u32>(view_.frames.size());
    if (!append_frames(code_[site.stack])) {
      view_.frames.resize(first);
      ++view_.left_out;
      return;
    }
    view_.stacks.push_back({first, static_cast<u32>(view_.frames.size()), amount, &process, &site});
  }

 private:
  // False if the filter drops the stack.
  bool append_frames(const Stack& stack) {
    const u32 first = static_cast<u32>(view_.frames.size());
    bool focused = !filter_.focus.given(), in_module = !filter_.module.given();
    wrappers_.clear();
    for (const FrameNumber number : stack.frames) {
      const FrameLook& look = look_at(number);
      if (look.ignored) return false;
      focused |= look.focused;
      in_module |= look.in_module;
      view_.frames.insert(view_.frames.end(), look.places.begin(), look.places.end());
      wrappers_.insert(wrappers_.end(), look.wrappers.begin(), look.wrappers.end());
    }
    if (stack.frames.empty()) return append_stackless(stack);
    if (!filter_.with_wrappers) drop_wrappers(first);
    return focused && in_module && view_.frames.size() > first;
  }

  bool append_stackless(const Stack& stack) {
    NamedFrame frame;
    frame.function = stack.other ? kOtherStacks : kNoStack;
    view_.frames.push_back(place_of(frame));
    return !filter_.focus.given() && !filter_.module.given() && !filter_.show.given();
  }

  void drop_wrappers(u32 first) {
    const auto own = std::find(wrappers_.begin(), wrappers_.end(), false);
    if (own == wrappers_.end()) return;
    const auto begin = view_.frames.begin() + first;
    view_.frames.erase(begin, begin + (own - wrappers_.begin()));
  }

  const FrameLook& look_at(FrameNumber number) {
    FrameLook& look = looks_[static_cast<u32>(number)];
    if (look.known) return look;
    look.known = true;
    const Frame& frame = code_[number];
    const auto in_object = [&](const Expression& pattern) {
      if (frame.module == kNoModule) return pattern.found_in(kNothing);
      const Module& module = code_[frame.module];
      return pattern.found_in(module.path) || pattern.found_in(module.shown_path());
    };
    look.in_module = in_object(filter_.module);
    const auto in_chain = [&](const Expression& pattern) {
      if (!pattern.given()) return false;
      if (in_object(pattern)) return true;
      const NamedFrames& chain = names_[number];
      return std::any_of(chain.begin(), chain.end(), [&](const NamedFrame& f) { return in_frame(pattern, f); });
    };
    look.ignored = in_chain(filter_.ignore);
    look.focused = in_chain(filter_.focus);
    const bool all_hidden = in_object(filter_.hide), all_shown = in_object(filter_.show);
    for (const NamedFrame& named : names_[number]) {
      if (all_hidden || in_frame(filter_.hide, named)) continue;
      if (filter_.show.given() && !all_shown && !in_frame(filter_.show, named)) continue;
      look.places.push_back(place_of(named));
      look.wrappers.push_back(named.wrapper);
    }
    return look;
  }

  static bool in_frame(const Expression& pattern, const NamedFrame& frame) {
    return pattern.found_in(frame.function) || pattern.found_in(frame.file);
  }

  u32 place_of(const NamedFrame& frame) {
    Place place = at_grain(frame);
    std::string key = place.name + '\n' + place.file + '\n' + std::to_string(place.line) + '\n' + place.module;
    const auto [found, fresh] = numbers_.try_emplace(std::move(key), static_cast<u32>(view_.places.size()));
    if (fresh) view_.places.push_back(std::move(place));
    return found->second;
  }

  Place at_grain(const NamedFrame& frame) const {
    const std::string& object = frame.module.empty() ? kUnknownObject : frame.module;
    switch (filter_.grain) {
      case Grain::kLine:
        return {frame.function, frame.file, frame.line, frame.module};
      case Grain::kFile:
        return {frame.file.empty() ? object : frame.file, "", 0, frame.module};
      case Grain::kModule:
        return {object, "", 0, frame.module};
      case Grain::kFunction:
        break;
    }
    return {frame.function, frame.file, 0, frame.module};
  }

  inline static const std::string kNothing, kUnknownObject = "(no object)";
  const CodeTable& code_;
  const NamedCode& names_;
  const StackFilter& filter_;
  StackView& view_;
  std::vector<FrameLook> looks_;
  std::vector<bool> wrappers_;  // beside the frames of the stack at hand
  std::unordered_map<std::string, u32> numbers_;
};

Deaths deaths_of_stacks(const StackView& view, std::span<const u32> stack_numbers) {
  Deaths sum{};
  for (const u32 number : stack_numbers) {
    const ViewStack& stack = view.stacks[number];
    const Subject subject{stack.process, &judged_live_set(*stack.process, *stack.site), stack.site->series};
    const Deaths deaths = deaths_of(subject);
    for (size_t bin = 0; bin < sum.size(); ++bin) sum[bin] += deaths[bin];
  }
  return sum;
}

}  // namespace

Estimate StackView::estimate(std::span<const u32> stack_numbers) const {
  if (!measure->adds_up) {
    const f64 age_s = age_reached_by(deaths_of_stacks(*this, stack_numbers), 0.97);
    return {age_s, age_s, age_s};
  }
  SampledSum sum;
  for (const u32 number : stack_numbers) sum += stacks[number].amount;
  return estimate(sum);
}

StackView stack_view(const Observation& observation, const Report& report, const NamedCode& names,
                     const Measure& measure, const StackFilter& filter) {
  StackView view;
  view.measure = &measure;
  Builder builder(observation, names, filter, view);
  for (const ProcessReport& process : report.processes) {
    if (!process.process->exact()) {
      view.unseen = std::max(view.unseen, static_cast<f64>(process.process->newest().interval));
    }
    for (const Assessment& site : process.sites) builder.add(*process.process, site);
  }
  return view;
}

}  // namespace lw
