// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/name_stacks.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/base/progress.h"
#include "analyzer/symbolize/blame.h"
#include "analyzer/symbolize/symbolizer.h"

namespace lw {
namespace {

std::string hexadecimal(const std::string& bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

class StackNamer {
 public:
  StackNamer(const CodeTable& code, const SymbolChoice& choice)
      : code_(code),
        symbolizer_(choice.kept ? choice.kept : std::make_shared<Symbolizer>(choice.options())),
        names_(std::make_shared<NamedCode>(code.frame_count())) {
    rules_.wrappers = choice.wrappers;
    rules_.well_known_wrappers = !choice.only_declared_wrappers;
  }

  void add_to(Names& names, StackNumber number) {
    const Stack stack = code_[number];
    name_frames(number);
    if (stack.frames.empty()) {
      names.add(number, NamedStack{{no_frame(stack)}, 0, stack.truncated});
    } else {
      names.add(number, stack, blamed_in(stack));
    }
  }

  void name_frames(StackNumber number) {
    for (const FrameNumber frame : code_[number].frames) name_frame(frame);
  }

  const std::shared_ptr<NamedCode>& names() const { return names_; }
  std::vector<std::string> notes() const { return symbolizer_->notes(); }

 private:
  static BlameFrame blame_frame_of(const NamedFrame& frame) {
    return {frame.named ? std::string_view(frame.function) : std::string_view(), frame.linkage_name, frame.file,
            frame.module};
  }

  static NamedFrame no_frame(const Stack& stack) {
    NamedFrame frame;
    frame.function = stack.other ? kOtherStacks : kNoStack;
    return frame;
  }

  // The innermost frame that is no wrapper; 0 if there is none. Whether a frame is one is asked once of each.
  size_t blamed_in(const Stack& stack) const {
    size_t count = 0;
    for (const FrameNumber number : stack.frames) {
      for (const NamedFrame& frame : (*names_)[number]) {
        if (!frame.wrapper) return count;
        ++count;
      }
    }
    return 0;
  }

  void name_frame(FrameNumber number) {
    if ((*names_)[number].empty()) names_->name(number, look_up(code_[number]));
  }

  NamedFrames look_up(const Frame& frame) {
    NamedFrame named;
    if (frame.module == kNoModule) {
      named.function = fmt::format("{:#x}", frame.offset);
      return {named};
    }
    const Module& module = code_[frame.module];
    named.module = module.name;
    named.build_id = hexadecimal(module.build_id);
    NamedFrames chain;
    for (const SourceFrame& source : symbolizer_->frames_at({module.path, module.build_id}, frame.offset)) {
      named.named = !source.function.empty();
      named.function = named.named ? source.function : fmt::format("{}+{:#x}", named.module, frame.offset);
      named.linkage_name = source.linkage_name;
      named.file = source.file;
      named.line = source.line;
      named.inlined = source.inlined;
      named.wrapper = is_wrapper(blame_frame_of(named), rules_);
      chain.push_back(named);
    }
    return chain;
  }

  const CodeTable& code_;
  std::shared_ptr<Symbolizer> symbolizer_;
  BlameRules rules_;
  std::shared_ptr<NamedCode> names_;
};

}  // namespace

void SymbolChoice::add_to(Options& options) {
  options.texts("--wrapper", wrappers, "NAME", "a function that only passes memory on: blame its caller (repeatable)");
  options.flag("--only-declared-wrappers", only_declared_wrappers, "do not look past zmalloc, g_malloc, … unasked");
  options.text("--sysroot", sysroot, "DIR", "look for programs and libraries below DIR");
  options.texts("--debug-path", debug_paths, "DIR", "look for debug data in DIR/.build-id too (repeatable)");
  options.flag("--full-names", full_names, "keep template arguments and parameter lists whole");
  options.flag("--debuginfod", debuginfod, "ask the servers of $DEBUGINFOD_URLS for missing symbols");
}

SymbolizeOptions SymbolChoice::options() const {
  SymbolizeOptions options;
  options.sysroot = sysroot;
  options.debug_paths = debug_paths;
  options.full_names = full_names;
  options.debuginfod = debuginfod;
  return options;
}

Names name_stacks(const CodeTable& code, const std::vector<StackNumber>& stacks, const SymbolChoice& choice,
                  std::vector<std::string>& notes) {
  StackNamer namer(code, choice);
  Names names(namer.names());
  for (const StackNumber stack : stacks) {
    if (!names.has(stack)) namer.add_to(names, stack);
  }
  for (std::string& note : namer.notes()) notes.push_back(std::move(note));
  return names;
}

NamedCode name_code(const CodeTable& code, const std::vector<StackNumber>& stacks, const SymbolChoice& choice,
                    std::vector<std::string>& notes) {
  StackNamer namer(code, choice);
  Progress progress("naming stacks", stacks.size());
  for (const StackNumber stack : stacks) {
    namer.name_frames(stack);
    progress.step();
  }
  for (std::string& note : namer.notes()) notes.push_back(std::move(note));
  return std::move(*namer.names());
}

}  // namespace lw
