// SPDX-License-Identifier: Apache-2.0
#include "analyzer/commands/live_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "analyzer/base/file_name.h"
#include "analyzer/base/proc.h"

namespace lw {
namespace {

namespace fs = std::filesystem;

template <size_t Capacity>
std::string text_of(const char (&characters)[Capacity]) {
  return {characters, strnlen(characters, Capacity)};
}

}  // namespace

std::optional<LiveFile> look_at_live_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const auto header = std::make_unique<LiveHeader>();
  if (!file.read(reinterpret_cast<char*>(header.get()), sizeof *header)) return {};
  if (std::memcmp(header->magic, kLiveMagic, sizeof kLiveMagic) != 0 || header->version != kLiveVersion) return {};
  return LiveFile{path,
                  header->pid,
                  header->start_ticks,
                  header->stage,
                  header->next_sequence,
                  text_of(header->name),
                  text_of(header->directory)};
}

bool LiveFile::is_running() const {
  if (stage != LiveStage::kRunning || start_ticks_of(pid) != start_ticks) return false;
  const auto mapped = mapped_live_files(pid);
  if (!mapped) return true;  // its mappings may not be read; the pid and its start agree
  return std::any_of(mapped->begin(), mapped->end(),
                     [&](const std::string& m) { return file_name(m) == file_name(path); });
}

std::string live_folder() {
  const char* named = std::getenv("LEAKWATCH_LIVE_DIR");
  return named != nullptr && *named != '\0' ? named : "/dev/shm";
}

std::vector<LiveFile> live_files_writing_to(const std::string& directory) {
  std::error_code error;
  const fs::path wanted = fs::canonical(directory, error);
  if (error) return {};
  std::vector<LiveFile> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(live_folder(), error)) {
    if (entry.path().extension() != ".live") continue;
    std::optional<LiveFile> file = look_at_live_file(entry.path().string());
    if (file && fs::weakly_canonical(file->directory, error) == wanted) files.push_back(std::move(*file));
  }
  return files;
}

FoundLiveFile find_live_file(u64 pid) {
  if (!process_exists(pid)) return {{}, fmt::format("there is no process {}", pid)};
  const auto mapped = mapped_live_files(pid);
  if (!mapped) {
    return {{}, fmt::format("process {} may not be looked at: run this as its owner or as root", pid)};
  }
  bool unreachable = false;
  std::optional<LiveFile> foreign;
  for (const std::string& path : *mapped) {
    const std::string reachable = reachable_path(pid, path);
    std::optional<LiveFile> file = reachable.empty() ? std::nullopt : look_at_live_file(reachable);
    unreachable = unreachable || reachable.empty();
    if (file && file->pid == pid) return {std::move(file), ""};
    if (file && file->start_ticks == start_ticks_of(pid)) foreign = std::move(file);  // another pid namespace
  }
  if (foreign) return {std::move(foreign), ""};
  if (unreachable) {
    return {{}, fmt::format("the live file {} of process {} was deleted or may not be read", mapped->front(), pid)};
  }
  return {{},
          fmt::format("process {} is not watched: it was started without libleakwatch.so, or has not allocated "
                      "enough yet",
                      pid)};
}

}  // namespace lw
