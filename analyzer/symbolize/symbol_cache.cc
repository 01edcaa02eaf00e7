// SPDX-License-Identifier: Apache-2.0
// Answers about one object, kept on disk.
#include "analyzer/symbolize/symbol_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "snapshot/hash.h"

namespace lw {
namespace {

namespace fs = std::filesystem;
using std::string;
using std::string_view;

constexpr char kMagic[8] = {'L', 'W', 'N', 'A', 'M', 'E', 'S', '\n'};
constexpr uint32_t kVersion = 1;
constexpr uintmax_t kMaxFileBytes = 16 << 20;
constexpr uintmax_t kMaxDirectoryBytes = 256 << 20;

struct BlockHeader {
  uint64_t payload_bytes, checksum;
};

// The blocks of a cache file as far as they are whole; `visit` gets each payload and says whether it is.
template <typename Visit>
string_view whole_blocks(string_view blocks, Visit visit) {
  size_t good = 0;
  for (;;) {
    BlockHeader block;
    const string_view rest = blocks.substr(good);
    if (rest.size() < sizeof(block)) break;
    std::memcpy(&block, rest.data(), sizeof(block));
    if (block.payload_bytes > rest.size() - sizeof(block)) break;
    const string_view payload = rest.substr(sizeof(block), block.payload_bytes);
    if (hash64(payload.data(), payload.size()) != block.checksum || !visit(payload)) break;
    good += sizeof(block) + payload.size();
  }
  return blocks.substr(0, good);
}

string read_file(const string& path) {
  std::error_code error;
  const uintmax_t length = fs::file_size(path, error);
  if (error || length > kMaxFileBytes) return {};
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Under a name of its own, then renamed: a reader sees the old file or the new one, whole.
void replace_file(const string& path, const string& bytes) {
  const string temporary = fmt::format("{}.{}.new", path, getpid());
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return;
  const ssize_t written = write(fd, bytes.data(), bytes.size());
  const bool good = close(fd) == 0 && written == static_cast<ssize_t>(bytes.size());
  if (!good || rename(temporary.c_str(), path.c_str()) != 0) unlink(temporary.c_str());
}

// Removes the files not written for the longest time until the rest is small enough. That includes what a killed
// run left behind half written.
void bound_directory(const string& directory) {
  struct File {
    fs::file_time_type time;
    uintmax_t bytes;
    fs::path path;
  };
  std::vector<File> files;
  uintmax_t total = 0;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;  // by another run's hand
    File file{at->last_write_time(gone), gone ? 0 : at->file_size(gone), at->path()};
    if (gone || !at->is_regular_file(gone)) continue;
    total += file.bytes;
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.time < b.time; });
  for (const File& file : files) {
    if (total <= kMaxDirectoryBytes) return;
    fs::remove(file.path, error);
    total -= file.bytes;
  }
}

}  // namespace

struct SymbolCache::Header {
  char magic[8];
  uint32_t version;
  uint32_t source;
  uint64_t fingerprint;
  uint64_t checksum;
};

SymbolCache::Header SymbolCache::header() const {
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.version = kVersion;
  header.source = static_cast<uint32_t>(source_);
  header.fingerprint = fingerprint_;
  header.checksum = hash64(&header, offsetof(Header, checksum));
  return header;
}

SymbolCache::SymbolCache(string directory, string name, NameSource source, uint64_t fingerprint)
    : directory_(std::move(directory)), name_(std::move(name)), source_(source), fingerprint_(fingerprint) {
  const string bytes = read_file(path());
  may_write_ = source_ != NameSource::kNone;
  Header found;
  if (bytes.size() < sizeof(found)) return;
  std::memcpy(&found, bytes.data(), sizeof(found));
  const Header own = header();
  if (std::memcmp(found.magic, kMagic, sizeof(kMagic)) != 0 || found.version != kVersion ||
      found.checksum != hash64(&found, offsetof(Header, checksum))) {
    return;
  }
  const bool same = std::memcmp(&found, &own, sizeof(own)) == 0;
  if (!same && found.source <= own.source) return;
  may_write_ = same;
  whole_blocks(string_view(bytes).substr(sizeof(found)),
               [this](string_view payload) { return decode_frames(payload, known_); });
}

const std::vector<RawFrame>* SymbolCache::find(uint64_t file_offset) const {
  const auto place = known_.find(file_offset);
  return place == known_.end() ? nullptr : &place->second;
}

void SymbolCache::add(uint64_t file_offset, const std::vector<RawFrame>& frames) {
  if (may_write_) added_.try_emplace(file_offset, frames);
}

void SymbolCache::save() {
  if (added_.empty()) return;
  std::error_code error;
  fs::create_directories(directory_, error);
  if (error) return;
  const Header own = header();
  const string payload = encode_frames(added_);
  const BlockHeader block{payload.size(), hash64(payload.data(), payload.size())};
  string bytes(reinterpret_cast<const char*>(&own), sizeof(own));
  // Read anew: another run may have added to it meanwhile.
  const string before = read_file(path());
  if (before.starts_with(bytes) && before.size() + payload.size() + sizeof(block) <= kMaxFileBytes) {
    bytes += whole_blocks(string_view(before).substr(sizeof(own)), [](string_view) { return true; });
  }
  bytes.append(reinterpret_cast<const char*>(&block), sizeof(block));
  bytes += payload;
  if (bytes.size() > kMaxFileBytes) return;
  replace_file(path(), bytes);
  bound_directory(directory_);
  known_.merge(added_);
  added_.clear();
}

}  // namespace lw
