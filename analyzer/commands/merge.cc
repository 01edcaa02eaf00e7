// SPDX-License-Identifier: Apache-2.0
// A union of sets of snapshots; reader_merged.h says what that makes of the file. Inputs are read twice, so that the
// snapshots themselves are never in memory together: once for their keys, once to be copied.
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <stdexcept>

#include "analyzer/base/progress.h"
#include "analyzer/base/sentences.h"
#include "analyzer/commands/live_file.h"
#include "analyzer/commands/open_paths.h"
#include "analyzer/commands/options.h"
#include "analyzer/commands/out_file.h"
#include "snapshot/hash.h"
#include "snapshot/reader.h"
#include "snapshot/reader_merged.h"

namespace lw {
namespace {

// Where a member's bytes are. What was encoded from a live file is kept: the next look would find another moment.
struct Source {
  std::string path;
  u64 offset = 0;
  std::vector<u8> encoded;
};
using Members = std::map<MemberKey, Source>;

void add_members_of(const std::string& path, Members& members, std::vector<std::string>& complaints) {
  std::vector<LoadError> errors;
  if (is_merged_file(path)) {
    errors = for_each_member(path, [&](std::span<const u8> member, u64, u64 offset) {
      members.try_emplace(key_of(member), Source{path, offset, {}});
    });
  } else {
    const std::optional<LiveFile> live = look_at_live_file(path);
    const bool running = live && live->is_running();
    SnapshotBytes snapshot = snapshot_bytes(path, running ? DumpReason::kPeek : DumpReason::kKilled);
    errors = std::move(snapshot.errors);
    const MemberKey key = key_of(snapshot.bytes);
    if (!live) snapshot.bytes.clear();
    if (errors.empty()) members.try_emplace(key, Source{path, 0, std::move(snapshot.bytes)});
  }
  if (!errors.empty() && is_gone(path)) return;
  for (const LoadError& error : errors) complaints.push_back(error.sentence());
}

std::vector<u8> bytes_of(const MemberKey& key, const Source& source) {
  if (!source.encoded.empty()) return source.encoded;
  std::ifstream file(source.path, std::ios::binary);
  std::vector<u8> bytes(key.bytes);
  file.seekg(static_cast<std::streamoff>(source.offset));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (static_cast<u64>(file.gcount()) != key.bytes || hash64(bytes.data(), bytes.size()) != key.checksum) {
    throw std::runtime_error(fmt::format("{}: changed while it was read; nothing was written", source.path));
  }
  return bytes;
}

void write_members(const Members& members, const std::string& path) {
  OutFile out(path);
  const MergedHeader header = merged_header(members.size());
  out.write(&header, sizeof header);
  Progress progress("writing snapshots", members.size());
  for (const auto& [key, source] : members) {
    progress.step();
    const MemberHeader head{key.bytes, key.checksum};
    const std::vector<u8> bytes = bytes_of(key, source);
    out.write(&head, sizeof head);
    out.write(bytes.data(), bytes.size());
  }
  out.finish();
}

}  // namespace

int merge_command(const Arguments& arguments) {
  std::vector<std::string> paths;
  std::string out;
  Options options("merge", "Many snapshots in one file, which every command reads like a folder of them.",
                  "Merged files can be merged again, in any order and grouping: the result is the same to the byte.\n"
                  "A snapshot that is given twice is there once.");
  options.arguments("PATH", paths, "snapshots, merged files, live files, folders of them, or PIDs");
  options.text("-o,--output", out, "FILE", "write to FILE (- is stdout)");
  if (const auto status = options.parse(arguments)) return *status;
  if (out.empty()) {
    complain("merge: say with -o where to write to (- is stdout)");
    return kWrongUsage;
  }

  std::vector<std::string> complaints;
  const std::vector<std::string> files = files_behind(paths, complaints);
  Members members;
  {
    Progress progress("reading files", files.size());
    for (const std::string& file : files) {
      progress.step();
      add_members_of(file, members, complaints);
    }
  }
  for (const std::string& sentence : complaints) complain(sentence);
  if (members.empty()) {
    complain("merge: there is nothing to write");
    return kDamaged;
  }
  write_members(members, out);
  return complaints.empty() ? kDone : kDamaged;
}

}  // namespace lw
