// SPDX-License-Identifier: Apache-2.0
// Places in code, each kept once however many snapshots mention it. Numbers of different tables are different
// types, so that a frame cannot be looked up among the stacks.
//
//   module  an object file, known by its build id (by its path if it has none)
//   frame   a place in a module: the same in every run, whatever address the module was loaded at
//   stack   frames, innermost first; equal stacks of different processes are one stack
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "snapshot/layout.h"

namespace lw {

enum class ModuleNumber : u32 {};
enum class FrameNumber : u32 {};
enum class StackNumber : u32 {};

inline constexpr ModuleNumber kNoModule{0xffffffff};
// Stands for a stack where a finding is about a whole process. It is in no table; Names knows what to call it.
inline constexpr StackNumber kWholeProcess{0xffffffff};

struct Module {
  std::string path;      // where the target found it first
  std::string build_id;  // raw bytes
  // What people call it: the file's name; for the file of a program that was started under another name, that one
  // (Debian's redis-server is a link to redis-check-rdb), unless it is known under several (busybox, bash and sh).
  std::string name;

  std::string shown_path() const { return path.substr(0, path.rfind('/') + 1) + name; }
};

struct Frame {
  ModuleNumber module;
  u64 offset;  // in the file, of the call itself (return address - 1); without a module the address itself
};

struct Stack {
  std::span<const FrameNumber> frames;
  bool truncated;  // the outermost frames are missing
  bool other;      // stands for all stacks that found no room of their own
};

class CodeTable {
 public:
  ModuleNumber module(const std::string& path, const std::string& build_id);
  // A process of that name runs this module. To be told of every process: what all agree on is its name.
  void started_as(ModuleNumber module, const std::string& program);
  FrameNumber frame(Frame frame);
  StackNumber stack(std::span<const FrameNumber> frames, u64 stack_flags);

  const Module& operator[](ModuleNumber number) const { return modules_[static_cast<u32>(number)]; }
  const Frame& operator[](FrameNumber number) const { return frames_[static_cast<u32>(number)]; }
  Stack operator[](StackNumber number) const;
  u32 stack_count() const { return static_cast<u32>(stacks_.size()); }
  u32 frame_count() const { return static_cast<u32>(frames_.size()); }

 private:
  struct StackSpan {
    u32 begin, end;  // in stack_frames_
    u64 flags;
  };
  std::vector<Module> modules_;
  std::unordered_map<u32, std::string> programs_;  // by the module that is their own file; "" if their names differ
  std::vector<Frame> frames_;
  std::vector<StackSpan> stacks_;
  std::vector<FrameNumber> stack_frames_;
  std::unordered_map<std::string, u32> module_numbers_;
  // Keyed by a 64-bit hash of the content: with a million stacks, two of them share one with probability 3e-8.
  std::unordered_map<u64, u32> frame_numbers_, stack_numbers_;
};

}  // namespace lw
