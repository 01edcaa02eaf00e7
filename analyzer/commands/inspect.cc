// SPDX-License-Identifier: Apache-2.0
// Looks at the file itself, so it goes past the model: this and render/inspect* are about the letter, not its meaning.
#include <fmt/format.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "analyzer/base/sentences.h"
#include "analyzer/commands/live_file.h"
#include "analyzer/commands/options.h"
#include "analyzer/render/inspect.h"
#include "snapshot/hash.h"

namespace lw {
namespace {

// Section after section, as far as their lengths lead; the reader has said what is wrong with the rest.
std::vector<SectionLook> walk_sections(const std::string& bytes) {
  std::vector<SectionLook> sections;
  u64 offset = sizeof(FileHeader);
  while (offset + sizeof(SectionHeader) <= bytes.size()) {
    SectionHeader header;
    std::memcpy(&header, bytes.data() + offset, sizeof header);
    const u64 payload = offset + sizeof header;
    const bool whole = header.payload_bytes <= bytes.size() - payload;
    sections.push_back({static_cast<u32>(header.type), offset, header.payload_bytes, header.record_count,
                        header.checksum,
                        whole && hash64(bytes.data() + payload, header.payload_bytes) == header.checksum});
    if (!whole) break;
    offset = payload + header.payload_bytes;
  }
  return sections;
}

}  // namespace

int inspect_command(const Arguments& arguments) {
  InspectedFile file;
  TableChoice tables;
  bool json = false, all = false;
  Options options("inspect", "The raw content of one snapshot or live file, without a judgement.");
  options.argument("FILE", file.path, "a *.lws or *.live file");
  options.flag("--json", json, "for programs");
  options.flag("--mappings", tables.mappings, "list the loaded objects");
  options.flag("--stacks", tables.stacks, "list the stacks");
  options.flag("--sites", tables.sites, "list the sites");
  options.flag("--releases", tables.releases, "list who freed the blocks of which site");
  options.flag("--live", tables.live, "list the live samples");
  options.flag("--threads", tables.threads, "list the threads");
  options.flag("--memory", tables.memory, "list the memory log");
  options.flag("--all", all, "list all of these");
  if (const auto status = options.parse(arguments)) return *status;
  if (all) tables = {true, true, true, true, true, true, true};

  const std::optional<LiveFile> live = look_at_live_file(file.path);
  LoadedSnapshot loaded =
      load_snapshot_file(file.path, live && live->is_running() ? DumpReason::kPeek : DumpReason::kKilled);
  for (const LoadError& error : loaded.errors) complain(error.sentence());
  if (!loaded.snapshot) return kDamaged;

  file.is_live = live.has_value();
  file.snapshot = std::move(*loaded.snapshot);
  std::error_code ignored;
  file.bytes = std::filesystem::file_size(file.path, ignored);
  if (!file.is_live) {
    std::ifstream stream(file.path, std::ios::binary);
    file.sections = walk_sections({std::istreambuf_iterator<char>(stream), {}});
  }
  const std::string text =
      json ? inspect_json(file, tables) : inspect_text(file, tables, terminal_behind(STDOUT_FILENO));
  std::fputs(text.c_str(), stdout);
  return loaded.errors.empty() ? kDone : kDamaged;
}

}  // namespace lw
