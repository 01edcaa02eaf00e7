// SPDX-License-Identifier: Apache-2.0
// A C++ program of many threads for the soak test. For each line on stdin it does one round of work and prints a digest
// of what it computed, which is the same every time; at the end of stdin it ends with status 5.
//
// A round has everything that hurts a guest: containers that grow and shrink, blocks that change hands, exceptions,
// realloc, aligned memory, threads that come and go, and a forked child that works on what it inherited.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

constexpr int kThreads = 6;

// Deterministic, and different for each thread.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15 + 1) {}
  uint64_t roll(uint64_t sides) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return (state_ >> 33) % sides;
  }

 private:
  uint64_t state_;
};

class Digest {
 public:
  void add(uint64_t number) { value_ = (value_ ^ number) * 0x100000001B3; }
  void add(const std::string& text) {
    for (const char c : text) add(static_cast<uint64_t>(c));
  }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 0xCBF29CE484222325;
};

// Blocks put here by one thread are freed by whichever comes next: their number is fixed, their owners are not.
class Exchange {
 public:
  std::unique_ptr<std::string> swap(size_t place, std::unique_ptr<std::string> fresh) {
    const std::lock_guard<std::mutex> lock(mutex_);
    places_[place % kPlaces].swap(fresh);
    return fresh;
  }

 private:
  static constexpr size_t kPlaces = 512;
  std::mutex mutex_;
  std::unique_ptr<std::string> places_[kPlaces];
};
Exchange g_exchange;

uint64_t containers(Dice& dice) {
  Digest digest;
  std::map<std::string, std::vector<int>> ordered;
  std::unordered_map<uint64_t, std::string> hashed;
  for (int i = 0; i < 3000; ++i) {
    ordered["key " + std::to_string(dice.roll(300))].push_back(i);
    hashed[dice.roll(500)] += std::string(dice.roll(120), static_cast<char>('a' + i % 26));
    if (i % 7 == 0) hashed.erase(dice.roll(500));
  }
  for (const auto& [key, numbers] : ordered) {
    digest.add(key);
    digest.add(numbers.size());
  }
  for (uint64_t key = 0; key < 500; ++key) {
    if (const auto found = hashed.find(key); found != hashed.end()) digest.add(found->second);
  }
  return digest.value();
}

[[noreturn]] void fail(int depth, const std::string& why) {
  if (depth == 0) throw std::runtime_error(why);
  const std::string longer = why + std::to_string(depth);
  fail(depth - 1, longer);
}

uint64_t exceptions(Dice& dice) {
  Digest digest;
  for (int i = 0; i < 60; ++i) {
    try {
      fail(static_cast<int>(dice.roll(12)), std::string(40, 'e'));
    } catch (const std::exception& error) {
      digest.add(error.what());
    }
  }
  return digest.value();
}

uint64_t plain_c(Dice& dice) {
  Digest digest;
  for (int i = 0; i < 400; ++i) {
    size_t size = 16 + dice.roll(2000);
    auto* block = static_cast<unsigned char*>(malloc(size));
    memset(block, i & 0xff, size);
    for (int step = 0; step < 3; ++step) {
      const size_t larger = size + dice.roll(60000);
      block = static_cast<unsigned char*>(realloc(block, larger));
      digest.add(block[size - 1]);
      memset(block + size, 7, larger - size);
      size = larger;
    }
    free(block);
    void* aligned = nullptr;
    if (posix_memalign(&aligned, 64 << dice.roll(6), 500) == 0) digest.add(reinterpret_cast<uintptr_t>(aligned) % 64);
    free(aligned);
    auto* zeros = static_cast<unsigned char*>(calloc(3, 100 + dice.roll(900)));
    digest.add(zeros[299]);
    free(zeros);
  }
  return digest.value();
}

uint64_t thread_work(uint64_t number) {
  Dice dice(number);
  Digest digest;
  digest.add(containers(dice));
  digest.add(exceptions(dice));
  digest.add(plain_c(dice));
  for (int i = 0; i < 1000; ++i) {
    g_exchange.swap(dice.roll(4096), std::make_unique<std::string>(200 + dice.roll(500), 'x'));
  }
  return digest.value();
}

uint64_t child_work(const std::vector<std::string>& inherited) {
  int ends[2];
  if (pipe(ends) != 0) return 0;
  const pid_t pid = fork();
  if (pid == 0) {
    Digest digest;
    std::vector<std::string> own(inherited);
    own.insert(own.end(), inherited.begin(), inherited.end());
    for (const std::string& text : own) digest.add(text);
    const uint64_t value = digest.value();
    _exit(write(ends[1], &value, sizeof value) == sizeof value ? 0 : 1);
  }
  close(ends[1]);
  uint64_t value = 0;
  int status = -1;
  if (read(ends[0], &value, sizeof value) != sizeof value) value = 0;
  close(ends[0]);
  waitpid(pid, &status, 0);
  if (status != 0) fprintf(stderr, "a child ended with wait status %#x\n", static_cast<unsigned>(status));
  return status == 0 ? value : 0;
}

uint64_t one_round() {
  std::vector<uint64_t> results(kThreads);
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&results, t] { results[t] = thread_work(t + 1); });
  }
  const std::vector<std::string> texts(300, std::string(100, 't'));
  const uint64_t from_child = child_work(texts);
  for (std::thread& thread : threads) thread.join();
  Digest digest;
  for (const uint64_t result : results) digest.add(result);
  digest.add(from_child);
  return digest.value();
}

}  // namespace

int main() {
  char line[64];
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != nullptr) {
    printf("%016llx\n", static_cast<unsigned long long>(one_round()));
    fflush(stdout);
  }
  return 5;
}
