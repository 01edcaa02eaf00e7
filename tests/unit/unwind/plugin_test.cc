// SPDX-License-Identifier: Apache-2.0
// Two plugins, one after the other at the same address, whose frames have different sizes.
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/unit/unwind/stacks.h"

namespace lw {
namespace {

u64 g_frames[256];
UnwindResult g_result;
void take() {
  g_result = unwind(g_frames, 256, &t_bounds);
  stay_on_stack();
}

// lw_plugin(callback): calls it, with a frame of the given size. Nothing else differs, so that return addresses agree.
void build_plugin(const std::string& path, int frame_bytes) {
  std::ofstream source(path + ".s");
  source << ".text\n.globl lw_plugin\n.type lw_plugin, @function\nlw_plugin:\n.cfi_startproc\n"
         << "sub $" << frame_bytes << ", %rsp\n.cfi_def_cfa_offset " << frame_bytes + 8 << "\n"
         << "call *%rdi\nadd $" << frame_bytes << ", %rsp\n.cfi_def_cfa_offset 8\nret\n.cfi_endproc\n"
         << ".section .note.GNU-stack,\"\",@progbits\n";
  source.close();
  REQUIRE(std::system(("cc -shared -o " + path + " " + path + ".s").c_str()) == 0);
}

class Plugin {
 public:
  explicit Plugin(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW)) {
    REQUIRE(handle_ != nullptr);
    call_ = reinterpret_cast<void (*)(void (*)())>(dlsym(handle_, "lw_plugin"));
  }
  void close() { dlclose(handle_); }
  u64 address() const { return reinterpret_cast<u64>(call_); }
  [[gnu::noinline]] void call() const {
    call_(take);
    stay_on_stack();
  }

 private:
  void* handle_;
  void (*call_)(void (*)());
};

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    const char* parent = std::getenv("TMPDIR");
    path_ = std::string(parent != nullptr ? parent : "/tmp") + "/leakwatch-test-XXXXXX";
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~TemporaryDirectory() {
    for (const char* name : {"/a.so", "/a.so.s", "/b.so", "/b.so.s"}) unlink((path_ + name).c_str());
    rmdir(path_.c_str());
  }
  std::string operator/(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

[[gnu::noinline]] Stack call(const Plugin& plugin) {
  Stack here = take_stack();
  plugin.call();
  return here;
}

}  // namespace

TEST_CASE("after unwind_forget a plugin at the address of another one is walked by its own tables") {
  start_unwinder();
  const TemporaryDirectory directory;
  build_plugin(directory / "a.so", 24);
  build_plugin(directory / "b.so", 104);

  Plugin first(directory / "a.so");
  for (int round = 0; round < 2; ++round) {
    const Stack here = call(first);
    REQUIRE(g_result.truncated == 0);
    REQUIRE(g_result.depth == here.frames.size() + 3);  // take, lw_plugin, Plugin::call
  }
  const u64 plugin_page = first.address() & ~0xfffULL;
  first.close();

  Plugin second(directory / "b.so");
  if (second.address() != (plugin_page | (second.address() & 0xfff))) {
    WARN("the second plugin was loaded elsewhere; nothing to see");
  } else {
    call(second);
    CHECK(g_result.truncated == 1);  // the first one's rule, as expected of nobody having told the unwinder
    unwind_forget(plugin_page, plugin_page + 4096);
  }
  const Stack here = call(second);
  REQUIRE(g_result.cold > 0);
  REQUIRE(g_result.truncated == 0);
  REQUIRE(g_result.depth == here.frames.size() + 3);
  REQUIRE(std::equal(here.frames.begin() + 1, here.frames.end(), g_frames + 4));
  second.close();
}

}  // namespace lw
