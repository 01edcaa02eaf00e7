// SPDX-License-Identifier: Apache-2.0
// Blocks that are held in every way which a careless search gets wrong, each allocated by a function of the way's
// name. Those of `lost_control` nobody holds; `hidden_by_xor` is held as no search of words can see.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#define WAY __attribute__((noinline)) static
using Word = uintptr_t;

constexpr int kMany = 400;
static sem_t g_started;
static volatile Word g_interior, g_low_tag, g_high_tag, g_end, g_xor;
static volatile Word *g_mapped, *g_shared, *g_protected;
static ucontext_t g_main_context, g_coroutine_context;
static thread_local volatile Word t_word;
static pthread_key_t g_key;

// A macro, so that the line that is blamed is each way's own.
#define block(size) std::memset(std::malloc(size), 1, size)

WAY void lost_control() {
  for (int i = 0; i < kMany; ++i) {
    void* memory = block(80);
    asm volatile("" : : "r"(memory) : "memory");
  }
}
WAY void hidden_by_xor() { g_xor = reinterpret_cast<Word>(block(90)) ^ 0x5555555555555555; }
WAY void interior() { g_interior = reinterpret_cast<Word>(block(100)) + 50; }
WAY void low_tag() { g_low_tag = reinterpret_cast<Word>(block(110)) | 5; }
WAY void high_tag() { g_high_tag = reinterpret_cast<Word>(block(120)) | Word{0xABCD} << 48; }
WAY void end_of_it() { g_end = reinterpret_cast<Word>(block(130)) + 130; }
WAY void mapped_table() { g_mapped[17] = reinterpret_cast<Word>(block(140)); }
WAY void shared_table() { g_shared[17] = reinterpret_cast<Word>(block(150)); }
WAY void protected_table() { g_protected[17] = reinterpret_cast<Word>(block(160)); }
WAY void thread_local_variable() { t_word = reinterpret_cast<Word>(block(170)); }
WAY void thread_specific() { pthread_setspecific(g_key, block(180)); }

WAY void epoll_data(int set) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = block(190);
  epoll_ctl(set, EPOLL_CTL_ADD, eventfd(0, 0), &event);
  event.data.ptr = nullptr;
  asm volatile("" : : "r"(&event) : "memory");
}

WAY void timer_value() {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGUSR1;
  event.sigev_value.sival_ptr = block(200);
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  event.sigev_value.sival_ptr = nullptr;
  asm volatile("" : : "r"(&event) : "memory");
}

WAY void coroutine_local() {
  Word local = reinterpret_cast<Word>(block(210));
  asm volatile("" : "+m"(local));
  swapcontext(&g_coroutine_context, &g_main_context);
  asm volatile("" : "+m"(local));
}

// The pointer is in rbx and nowhere else while the thread waits.
WAY void* only_in_a_register(void*) {
  void* memory = block(220);
  sem_post(&g_started);
  const long number = SYS_pause;
  asm volatile("movq %[memory], %%rbx\n xorl %k[memory], %k[memory]\n syscall"
               : [memory] "+r"(memory)
               : "a"(number)
               : "rbx", "rcx", "r11", "memory");
  return nullptr;
}

static void* keep_in_this_thread(void*) {
  thread_local_variable();
  thread_specific();
  sem_post(&g_started);
  pause();
  return nullptr;
}

// What earlier calls left below the stack pointer is not to hold anything.
__attribute__((noinline)) static void wipe_stack() {
  char room[16384];
  std::memset(room, 0, sizeof room);
  asm volatile("" : : "r"(room) : "memory");
}

static Word* map(int flags) {
  return static_cast<Word*>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0));
}

int main() {
  sem_init(&g_started, 0, 0);
  pthread_key_create(&g_key, nullptr);
  g_mapped = map(MAP_PRIVATE);
  g_shared = map(MAP_SHARED);
  g_protected = map(MAP_PRIVATE);
  lost_control();
  hidden_by_xor();
  interior();
  low_tag();
  high_tag();
  end_of_it();
  mapped_table();
  shared_table();
  protected_table();
  mprotect(const_cast<Word*>(g_protected), 4096, PROT_READ);
  epoll_data(epoll_create1(0));
  timer_value();
  getcontext(&g_coroutine_context);
  constexpr size_t kStackBytes = 64 << 10;
  g_coroutine_context.uc_stack = {std::malloc(kStackBytes), 0, kStackBytes};
  makecontext(&g_coroutine_context, coroutine_local, 0);
  swapcontext(&g_main_context, &g_coroutine_context);
  pthread_t thread;
  pthread_create(&thread, nullptr, keep_in_this_thread, nullptr);
  sem_wait(&g_started);
  pthread_create(&thread, nullptr, only_in_a_register, nullptr);
  sem_wait(&g_started);
  wipe_stack();
  std::puts("ready");
  std::fflush(stdout);
  for (;;) pause();
}
