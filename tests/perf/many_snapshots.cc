// flags: -std=c++20 -I. -D_GNU_SOURCE snapshot/encode*.cc snapshot/live_tables.cc
// SPDX-License-Identifier: Apache-2.0
// many_snapshots FOLDER [SNAPSHOTS [SITES [DEPTH [OF_EACH [LIVE]]]]]: a large input for the analyzer, through the real
// encoder: by default 10,000 snapshots (62 of each process), 200,000 sites in all, stacks 100 deep, of functions whose
// names fill lines, and one live sample a site. tests/perf/large_inputs.sh measures the views on it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <unordered_map>
#include <utility>

#include "snapshot/weight.h"
#include "tests/unit/snapshot/live_state.h"
#include "tests/unit/snapshot/own_code.h"

namespace wide {

// Names as they are met in the field: a template in a template, parameters in full.
template <size_t N>
struct Handler {
  using Table = std::map<std::string, std::vector<std::pair<std::integral_constant<size_t, N>, std::string>>>;
  using Index = std::unordered_map<std::string, std::shared_ptr<Table>>;
  [[gnu::noinline]] static void handle_request_of_tenant(const Table&, const Index&, std::pair<Table, Index>*) {
    asm volatile(".skip 16, 0x90" ::"i"(N));  // long enough for a call in it to return to
  }
};

template <size_t... N>
std::vector<lw::u64> addresses(std::index_sequence<N...>) {
  return {reinterpret_cast<lw::u64>(&Handler<N>::handle_request_of_tenant)...};
}

}  // namespace wide

namespace lw {
namespace {

constexpr u64 kInterval = 512 << 10, kBlockBytes = 4096;
constexpr u64 kPeriodNs = 60 * test::kSecondNs;
constexpr u64 kSamplesOfPeriod = 3;  // of each site
constexpr u64 kLeakEvery = 50;       // so many sites one leaks

class ManySnapshots {
 public:
  // `live`: samples that are alive of a site, in the mean.
  ManySnapshots(std::string folder, u64 depth, u64 live) : folder_(std::move(folder)), depth_(depth), live_(live) {
    functions_ = wide::addresses(std::make_index_sequence<600>());
  }

  void write_process(u64 number, u64 snapshots, u64 sites) {
    test::LiveState live(kDefaultLiveBytes);
    describe(live, number);
    std::mt19937_64 random(number);
    for (u64 site = 0; site < sites; ++site)
      live.add_frees(live.add_site(stack(number * sites + site, random))).site = static_cast<u32>(site) + 1;
    for (u64 site = 0; site < sites; ++site) {
      for (u64 blocks = random() % (2 * live_ + 1); blocks > 0; --blocks) add_block(live, site, test::kStartNs);
    }
    for (u64 i = 1; i <= snapshots; ++i) {
      pass_period(live, sites, i, random);
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
    const std::string path = test::own_path();
    header.pid = static_cast<u32>(1000 + number);
    header.start_ticks = number + 1;
    header.interval = kInterval;
    std::snprintf(header.name, sizeof header.name, "server");
    std::snprintf(header.host, sizeof header.host, "large");
    std::snprintf(header.executable, sizeof header.executable, "%s", path.c_str());
    const test::OwnCode code = test::own_code();
    live.add_mapping(code.start, code.end, path).file_offset = code.file_offset;
  }

  static void add_to(auto& sums, u64 samples) {
    const Weight weight = weight_of(kBlockBytes, kInterval);
    const f64 times = static_cast<f64>(samples);
    sums.samples += samples;
    sums.count += times * weight.count;
    sums.bytes += times * weight.bytes;
    sums.count_variance += times * weight.count_variance;
    sums.bytes_variance += times * weight.bytes_variance;
  }

  static void add_block(test::LiveState& live, u64 site, u64 birth_ns) {
    const u64 address = 0x100000 + kBlockBytes * live.span(TableId::kLive).used;
    LiveSample& block = live.add_live(address, kBlockBytes, static_cast<u32>(site));
    block.birth_ns = block.first_birth_ns = birth_ns;
    block.interval = kInterval;
    add_to(live.at<Site>(TableId::kSites, site), 1);
  }

  // Every site allocates and frees; those that leak keep one block. Of the others' blocks some are replaced.
  static void pass_period(test::LiveState& live, u64 sites, u64 period, std::mt19937_64& random) {
    const u64 began_ns = test::kStartNs + (period - 1) * kPeriodNs;
    const auto some_time = [&] { return began_ns + random() % kPeriodNs; };
    for (u64 number = 0; number < sites; ++number) {
      Site& site = live.at<Site>(TableId::kSites, number);
      SiteFrees& frees = live.at<SiteFrees>(TableId::kSiteFrees, number);
      site.last_ns = frees.last_ns = began_ns + kPeriodNs - 1;
      add_to(site, kSamplesOfPeriod);
      add_to(frees, kSamplesOfPeriod);
      for (u64 i = 0; i < kSamplesOfPeriod; ++i)
        frees.lifetime[8 + random() % 16] += weight_of(kBlockBytes, kInterval).count;
      if (number % kLeakEvery == 0) add_block(live, number, some_time());
    }
    const u64 blocks = live.span(TableId::kLive).used;
    for (u64 i = 0; i < blocks / 4; ++i) {
      LiveSample& block = live.at<LiveSample>(TableId::kLive, random() % blocks);
      if (block.site % kLeakEvery != 0) block.birth_ns = block.first_birth_ns = some_time();
    }
    MemoryPoint& point = live.add<MemoryPoint>(TableId::kMemory);
    point.time_ns = began_ns + kPeriodNs;
    point.rss_bytes = (100 + period) << 20;
  }

  void write(test::LiveState& live, u64 number, u64 sequence) const {
    test::MemorySink sink;
    const u64 after_ns = sequence * kPeriodNs;
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
  u64 depth_, live_;
  std::vector<u64> functions_;
};

}  // namespace
}  // namespace lw

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: many_snapshots FOLDER [SNAPSHOTS [SITES [DEPTH [OF_EACH [LIVE]]]]]\n", stderr);
    return 2;
  }
  const auto number = [&](int place, lw::u64 least, lw::u64 otherwise) {
    return std::max<lw::u64>(least, argc > place ? std::strtoull(argv[place], nullptr, 10) : otherwise);
  };
  const lw::u64 snapshots = number(2, 1, 10000), sites = number(3, 1, 200000), depth = number(4, 16, 100);
  const lw::u64 of_each = number(5, 1, 62), live = number(6, 0, 1);
  const lw::u64 processes = (snapshots + of_each - 1) / of_each;
  lw::ManySnapshots writer(argv[1], depth, live);
  for (lw::u64 i = 0; i < processes; ++i) {
    writer.write_process(i, std::min(snapshots - i * of_each, of_each), sites / processes);
  }
}
