// SPDX-License-Identifier: Apache-2.0
// Growth inside one block: an audit log in memory to which every transaction adds an entry, and which nobody ever cuts.
//
// No block leaks: there is one array, and it is replaced by one twice as large from time to time. With --bounded the
// log keeps its latest entries only.
#include <cstdint>
#include <string>
#include <vector>

#include "service/workday.h"

constexpr size_t kEntriesKept = 20000;
constexpr size_t kTransactionsPerRound = 800;

struct Entry {
  uint64_t transaction;
  uint32_t account, cents;
  char what[16];
};

class AuditLog {
 public:
  explicit AuditLog(bool bounded) : bounded_(bounded) {}

  void add(const Entry& entry) {
    if (bounded_ && entries_.size() == kEntriesKept) {
      entries_[next_++ % kEntriesKept] = entry;
    } else {
      entries_.push_back(entry);
    }
  }

  uint64_t total_cents() const {
    uint64_t sum = 0;
    for (const Entry& entry : entries_) sum += entry.cents;
    return sum;
  }

 private:
  const bool bounded_;
  size_t next_ = 0;
  std::vector<Entry> entries_;
};

std::string receipt(uint64_t transaction) {
  return "transaction " + std::to_string(transaction) + " of account " + std::to_string(transaction % 977) + " is done";
}

int main(int argc, char** argv) {
  const Workday day = workday_from(argc, argv, "--bounded");
  AuditLog log(day.behaves_well);
  uint64_t transaction = 0, receipts = 0;
  work_through(day, std::chrono::milliseconds(20), [&](size_t, double) {
    for (size_t i = 0; i < kTransactionsPerRound; ++i, ++transaction) {
      receipts += receipt(transaction).size();
      log.add(
          {transaction, static_cast<uint32_t>(transaction % 977), static_cast<uint32_t>(transaction % 5000), "buy"});
    }
  });
  printf("%llu cents in the log, %llu bytes of receipts\n", static_cast<unsigned long long>(log.total_cents()),
         static_cast<unsigned long long>(receipts));
}
