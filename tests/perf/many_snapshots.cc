// flags: -std=c++20 -I. -D_GNU_SOURCE snapshot/encode*.cc snapshot/live_tables.cc
// SPDX-License-Identifier: Apache-2.0
// many_snapshots FOLDER [SNAPSHOTS [SITES [DEPTH]]]: a large input for the analyzer, through the real encoder: by
// default 10,000 snapshots (62 of each process), 200,000 sites in all, stacks 100 deep, of functions whose names fill
// lines. tests/perf/large_inputs.sh measures the views on it.
#include <link.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <unordered_map>
#include <utility>

#include "snapshot/weight.h"
#include "tests/unit/snapshot/live_state.h"

namespace wide {

// Names as they are met in the field: a template in a template, parameters in full.
template <size_t N>
struct Handler {
  using Table = std::map<std::string, std::vector<std::pair<std::integral_constant<size_t, N>, std::string>>>;
  using Index = std::unordered_map<std::string, std::shared_ptr<Table>>;
  [[gnu::noinline]] static void handle_request_of_tenant(const Table&, const Index&, std::pair<Table, Index>*) {
    asm volatile("" ::"i"(N));
  }
};

template <size_t... N>
std::vector<lw::u64> addresses(std::index_sequence<N...>) {
  return {reinterpret_cast<lw::u64>(&Handler<N>::handle_request_of_tenant)...};
}

}  // namespace wide

namespace lw {
namespace {

constexpr u64 kSnapshotsOfProcess = 62, kInterval = 512 << 10, kLiveOfSite = 2;

struct Code {
  u64 start = 0, end = 0, offset = 0;
};

Code own_code() {
  Code code;
  dl_iterate_phdr(
      [](dl_phdr_info* object, size_t, void* to) {
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const ElfW(Phdr)& header = object->dlpi_phdr[i];
          if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
          const u64 start = object->dlpi_addr + header.p_vaddr;
          *static_cast<Code*>(to) = {start, start + header.p_memsz, header.p_offset};
        }
        return 1;
      },
      &code);
  return code;
}

class ManySnapshots {
 public:
  ManySnapshots(std::string folder, u64 depth) : folder_(std::move(folder)), depth_(depth) {
    functions_ = wide::addresses(std::make_index_sequence<600>());
  }

  void write_process(u64 number, u64 snapshots, u64 sites) {
    test::LiveState live(kDefaultLiveBytes);
    describe(live, number);
    std::mt19937_64 random(number);
    for (u64 site = 0; site < sites; ++site) live.add_site(stack(number * sites + site, random));
    for (u64 i = 1; i <= snapshots; ++i) {
      grow(live, sites, i);
      write(live, number, i);
    }
  }

 private:
  // Stacks of one server share most of their outer frames: each fork of the way is taken by a part of the sites.
  std::vector<u64> stack(u64 site, std::mt19937_64& random) const {
    std::vector<u64> frames;
    for (u64 level = 0; level < depth_; ++level) {
      const u64 group = level < depth_ - 8 ? site / 256 * depth_ + level : random();
      frames.push_back(functions_[group * 2654435761 % functions_.size()] + 5);
    }
    std::reverse(frames.begin(), frames.end());
    return frames;
  }

  static void describe(test::LiveState& live, u64 number) {
    LiveHeader& header = live.header();
    char self[PATH_MAX];
    const char* path = realpath("/proc/self/exe", self);
    header.pid = static_cast<u32>(1000 + number);
    header.start_ticks = number + 1;
    header.interval = kInterval;
    std::snprintf(header.name, sizeof header.name, "server");
    std::snprintf(header.host, sizeof header.host, "large");
    std::snprintf(header.executable, sizeof header.executable, "%s", path);
    const Code code = own_code();
    live.add_mapping(code.start, code.end, path).file_offset = code.offset;
  }

  // One more period: every site allocates, most is freed, every tenth site leaks.
  void grow(test::LiveState& live, u64 sites, u64 period) const {
    const u64 now_ns = test::kStartNs + period * 60 * test::kSecondNs;
    const Weight weight = weight_of(4096, kInterval);
    for (u64 number = 0; number < sites; ++number) {
      Site& site = live.at<Site>(TableId::kSites, number);
      site.last_ns = now_ns;
      site.samples += 3;
      site.count += 3 * weight.count;
      site.bytes += 3 * weight.bytes;
      site.count_variance += 3 * weight.count_variance;
      site.bytes_variance += 3 * weight.bytes_variance;
      if (period <= kLiveOfSite && number % 2 == 0) {
        live.add_live(0x100000 + 4096 * live.span(TableId::kLive).used, 4096, static_cast<u32>(number)).birth_ns =
            now_ns - test::kSecondNs;
      }
    }
    MemoryPoint& point = live.add<MemoryPoint>(TableId::kMemory);
    point.time_ns = now_ns;
    point.rss_bytes = (100 + period) << 20;
  }

  void write(test::LiveState& live, u64 number, u64 sequence) const {
    test::MemorySink sink;
    const u64 after_ns = sequence * 60 * test::kSecondNs;
    const EncodeRequest request{DumpReason::kPeriod, test::kStartNs + after_ns, live.header().start_unix_ns + after_ns,
                                sequence};
    const std::string path =
        folder_ + "/leakwatch.server." + std::to_string(1000 + number) + "." + std::to_string(sequence) + ".lws";
    std::FILE* file = std::fopen(path.c_str(), "wb");
    const bool written = test::encode_into(live.view(), sink, request) == 0 && file != nullptr &&
                         std::fwrite(sink.bytes().data(), 1, sink.bytes().size(), file) == sink.bytes().size();
    if (!written || std::fclose(file) != 0) {
      std::fprintf(stderr, "%s: cannot be written\n", path.c_str());
      std::exit(1);
    }
  }

  std::string folder_;
  u64 depth_;
  std::vector<u64> functions_;
};

}  // namespace
}  // namespace lw

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: many_snapshots FOLDER [SNAPSHOTS [SITES [DEPTH]]]\n", stderr);
    return 2;
  }
  const auto number = [&](int place, lw::u64 otherwise) {
    return argc > place ? std::strtoull(argv[place], nullptr, 10) : otherwise;
  };
  const lw::u64 snapshots = number(2, 10000), sites = number(3, 200000), depth = std::max<lw::u64>(16, number(4, 100));
  const lw::u64 processes = std::max<lw::u64>(1, (snapshots + lw::kSnapshotsOfProcess - 1) / lw::kSnapshotsOfProcess);
  lw::ManySnapshots writer(argv[1], depth);
  for (lw::u64 i = 0; i < processes; ++i) {
    const lw::u64 left = snapshots - i * lw::kSnapshotsOfProcess;
    writer.write_process(i, std::min(left, lw::kSnapshotsOfProcess), sites / processes);
  }
}
