// flags: -I. -std=c++20 -D_GNU_SOURCE analyzer/reach/*.cc
// SPDX-License-Identifier: Apache-2.0
// What one look from outside costs (`report PID --reach`): the processor's time a GiB that was read, user's and
// kernel's.
//   make perf-programs && out/release/perf/scan_speed [LOOKS]
// Each kind of memory is a child's, which waits meanwhile; looks at one follow each other, their median is printed. To
// compare two versions, let them take turns: `scan_speed_old 3; scan_speed 3; scan_speed_old 3; …`.

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "analyzer/reach/process_memory.h"
#include "analyzer/reach/repeated_looks.h"
#include "measured_loop.h"

namespace {

using lw::u64;

constexpr size_t kBytes = size_t{1} << 30;
constexpr size_t kBlockBytes = 160;  // 176 with its header
constexpr size_t kSampleBytes = 48 << 10;

struct Node {
  Node *next, *any;
  u64 numbers[kBlockBytes / sizeof(u64) - 2];
};

// A heap of small blocks, each with two pointers to others; every `freed`-th is given back.
std::vector<u64> fill_heap(size_t freed) {
  Random random(1);
  std::vector<Node*> nodes(kBytes / (kBlockBytes + 16));
  for (Node*& node : nodes) node = static_cast<Node*>(seen(malloc(sizeof(Node))));
  for (size_t i = 0; i < nodes.size(); ++i) {
    *nodes[i] = {nodes[(i + 1) % nodes.size()], nodes[random.below(nodes.size())], {}};
    for (u64& number : nodes[i]->numbers) number = random.below(u64{1} << 20);
  }
  std::vector<u64> samples;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (freed != 0 && i % freed == 0) {
      free(nodes[i]);
    } else if (i % (kSampleBytes / kBlockBytes) == 1) {
      samples.push_back(reinterpret_cast<u64>(nodes[i]));
    }
  }
  return samples;
}

// One mapping of the program's own, a third of whose words point to anywhere in it.
std::vector<u64> fill_mapping() {
  Random random(1);
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  u64* words = static_cast<u64*>(mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, flags, -1, 0));
  const u64 start = reinterpret_cast<u64>(words);
  for (size_t i = 0; i < kBytes / sizeof(u64); ++i)
    words[i] = random.below(i % 3 == 0 ? kBytes : 1000) + (i % 3 == 0 ? start : 0);
  std::vector<u64> samples;
  for (size_t at = 0; at + kBlockBytes < kBytes; at += kSampleBytes) samples.push_back(start + at);
  return samples;
}

struct Child {
  pid_t pid;
  std::vector<lw::ScanBlock> blocks;
};

template <class Fill>
Child start(Fill fill) {
  int ends[2];
  if (pipe(ends) != 0) exit(1);
  const pid_t pid = fork();
  if (pid == 0) {
    static std::vector<u64> samples = fill();
    for (u64 sample : samples) {
      if (write(ends[1], &sample, sizeof sample) != sizeof sample) _exit(1);
    }
    close(ends[1]);
    for (;;) pause();
  }
  close(ends[1]);
  Child child{pid, {}};
  for (u64 at = 0; read(ends[0], &at, sizeof at) == sizeof at;) child.blocks.push_back({at, at + kBlockBytes});
  close(ends[0]);
  return child;
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Fill>
void measure_looks(const char* name, int looks, Fill fill) {
  const Child child = start(fill);
  const lw::BlockTable table(child.blocks);
  lw::ProcessMemory memory(static_cast<u64>(child.pid));
  std::vector<double> user, kernel, both;
  u64 bytes = 0, held = 0;
  for (int i = 0; i < looks; ++i) {
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    const lw::Look look = lw::look_at(memory, lw::scene_of(static_cast<u64>(child.pid)), table);
    getrusage(RUSAGE_SELF, &after);
    bytes = look.bytes;
    held = static_cast<u64>(std::count(look.marks.begin(), look.marks.end(), lw::Mark::kHeld));
    const double gib = static_cast<double>(bytes) / static_cast<double>(1 << 30);
    user.push_back((seconds(after.ru_utime) - seconds(before.ru_utime)) / gib);
    kernel.push_back((seconds(after.ru_stime) - seconds(before.ru_stime)) / gib);
    both.push_back(user.back() + kernel.back());
  }
  kill(child.pid, SIGKILL);
  waitpid(child.pid, nullptr, 0);
  printf("%-28s %.3f s/GiB (user %.3f, kernel %.3f), %.2f GiB, %zu blocks, %llu held\n", name, median(both),
         median(user), median(kernel), static_cast<double>(bytes) / static_cast<double>(1 << 30), child.blocks.size(),
         static_cast<unsigned long long>(held));
}

}  // namespace

int main(int argc, char** argv) {
  const int looks = argc > 1 ? atoi(argv[1]) : 9;
  measure_looks("heap", looks, [] { return fill_heap(0); });
  measure_looks("heap, a third of it free", looks, [] { return fill_heap(3); });
  measure_looks("mapping full of pointers", looks, fill_mapping);
}
