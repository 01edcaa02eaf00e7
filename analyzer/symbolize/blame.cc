// SPDX-License-Identifier: Apache-2.0
// Which frame of an allocating stack is to blame. The lists hold what was seen in real stacks; a name belongs here
// only if no program gives it to a function with a life of its own.
#include "analyzer/symbolize/blame.h"

#include <fnmatch.h>

#include <algorithm>
#include <cstring>

#include "analyzer/symbolize/name_scan.h"

namespace lw {
namespace {

using std::string;
using std::string_view;

// One name a line would be eight pages.
// clang-format off

// Beginnings of file names of objects in which nothing is to blame.
constexpr string_view kModules[] = {
    "libc.so", "libc-2.", "ld-linux", "ld-2.", "ld-musl", "ld.so", "libpthread.so", "libdl.so", "libleakwatch.",
    "libjemalloc.", "libtcmalloc", "libmimalloc.", "libsnmalloc", "librpmalloc", "libhoard", "libstdc++.so",
    "libc++.so", "libc++abi.so", "libgcc_s.so", "libasan.so",
};

// libc's and the allocators' own, for programs that are linked statically.
constexpr const char* kAllocators[] = {
    "malloc", "calloc", "realloc", "reallocarray", "memalign", "aligned_alloc", "posix_memalign", "valloc", "pvalloc",
    "__libc_malloc", "__libc_calloc", "__libc_realloc", "__libc_memalign", "_int_malloc", "_int_realloc",
    "_int_memalign", "sysmalloc", "mmap", "mmap64", "__mmap", "mremap", "sbrk", "strdup", "__strdup", "strndup",
    "__strndup", "wcsdup", "asprintf", "vasprintf", "__asprintf", "__asprintf_chk", "__vasprintf_chk", "getline",
    "getdelim", "__getdelim", "getcwd", "realpath", "open_memstream", "fopen", "fopen64", "fdopen", "opendir",
    "operator new", "operator new[]", "*::operator new", "*::operator new[]", "__cxa_allocate_exception", "je_*",
    "mallocx", "rallocx", "tc_malloc*", "tc_calloc", "tc_realloc", "tc_memalign", "tc_posix_memalign", "tc_new*",
    "mi_malloc*", "mi_calloc*", "mi_realloc*", "mi_zalloc*", "mi_heap_*", "mi_new*", "_mi_malloc*", "_mi_heap_*",
    "__rust_alloc*", "__rust_realloc", "__rg_alloc*", "__rdl_alloc*",
};

// Wrappers by names that many programs share. On stacks that end in them every leak of the program looks the same.
constexpr const char* kWellKnownWrappers[] = {
    // a letter or a word before libc's name: redis, gnulib, git, binutils, bash, php, …
    "zmalloc*", "zcalloc*", "zrealloc*", "zstrdup", "ztrymalloc*", "ztrycalloc*", "ztryrealloc*", "valkey_malloc",
    "xmalloc*", "xcalloc*", "xrealloc*", "xreallocarray", "xzalloc", "xstrdup", "xstrndup", "xmemdup*", "xnmalloc",
    "xnrealloc", "xcharalloc", "x2realloc", "x2nrealloc", "xpalloc", "xasprintf", "xvasprintf", "ximalloc",
    "do_xmalloc", "sh_xmalloc", "sh_xrealloc", "safe_malloc", "safe_calloc", "safe_realloc", "emalloc", "ecalloc",
    "erealloc", "estrdup", "_emalloc*", "_ecalloc", "_erealloc*", "_estrdup", "_safe_emalloc", "__zend_malloc",
    // glib, ffmpeg, python
    "g_malloc*", "g_try_malloc*", "g_realloc*", "g_try_realloc*", "g_new*", "g_slice_*", "g_strdup*", "g_strndup",
    "g_memdup*", "g_aligned_alloc*", "av_malloc*", "av_calloc", "av_realloc*", "av_fast_malloc*", "av_strdup",
    "av_strndup", "av_memdup", "PyMem_*", "_PyMem_*", "PyObject_Malloc", "PyObject_Calloc", "PyObject_Realloc",
    "_PyObject_Malloc", "_PyObject_Calloc", "_PyObject_Realloc", "_PyObject_New*", "_PyObject_GC_*",
    "_PyObject_Debug*",
    // sqlite, nginx, apr, openssl, libxml2
    "sqlite3Mem*", "sqlite3Malloc*", "sqlite3_malloc*", "sqlite3Realloc", "sqlite3_realloc*", "sqlite3DbMalloc*",
    "sqlite3DbRealloc*", "sqlite3DbStrDup", "dbMallocRawFinish", "mallocWithAlarm", "ngx_alloc", "ngx_calloc",
    "ngx_palloc*", "ngx_pnalloc", "ngx_pcalloc", "ngx_memalign", "ngx_create_pool", "apr_palloc", "apr_pcalloc",
    "apr_pstrdup", "apr_pstrndup", "apr_pmemdup", "apr_allocator_alloc", "allocator_alloc", "OPENSSL_malloc",
    "OPENSSL_zalloc", "OPENSSL_realloc", "OPENSSL_strdup", "OPENSSL_memdup", "CRYPTO_malloc*", "CRYPTO_zalloc",
    "CRYPTO_realloc*", "CRYPTO_strdup", "CRYPTO_memdup", "xmlMalloc*", "xmlMem*", "xmlRealloc*", "xmlStrdup",
    "xmlStrndup",
    // gcc, postgres, mysql, samba, libevent, libuv, jansson, lua, perl, ruby, Qt, LLVM
    "ggc_alloc*", "ggc_internal_*", "palloc", "palloc0", "palloc_extended", "repalloc", "pstrdup",
    "MemoryContextAlloc*", "AllocSetAlloc*", "my_malloc", "my_realloc", "my_strdup", "talloc_*", "_talloc_*",
    "event_mm_malloc_", "event_mm_calloc_", "event_mm_realloc_", "event_mm_strdup_", "uv__malloc", "uv__calloc",
    "uv__realloc", "uv__strdup", "json_malloc", "jsonp_malloc", "luaM_*", "Perl_safesys*", "ruby_xmalloc*",
    "ruby_xcalloc*", "ruby_xrealloc*", "QArrayData::allocate*", "QArrayData::reallocate*", "llvm::safe_malloc",
    "llvm::safe_calloc", "llvm::safe_realloc", "llvm::allocate_buffer",
};

// clang-format on

// The C++ standard library: by names as people see them, and by linkage names for --full-names, where a return type
// may stand in front.
constexpr string_view kLibraryScopes[] = {"std::", "__gnu_cxx::", "__cxxabiv1::", "__gnu_debug::", "__gnu_parallel::"};
constexpr string_view kLibraryManglings[] = {"St", "Sa", "Ss",         "Si",           "So",
                                             "Sd", "Sb", "9__gnu_cxx", "10__cxxabiv1", "11__gnu_debug"};

string_view file_name(string_view path) { return path.substr(path.rfind('/') + 1); }

bool starts_with_any(string_view text, std::span<const string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [text](string_view part) { return text.starts_with(part); });
}

bool matches(const char* pattern, const string& name) {
  if (name.empty() || (name.front() != *pattern && std::strchr("*?[", *pattern) == nullptr)) return false;  // most
  return name == pattern || fnmatch(pattern, name.c_str(), FNM_NOESCAPE) == 0;
}

bool matches_any(const string& name, std::span<const char* const> patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&name](const char* pattern) { return matches(pattern, name); });
}

// `_ZNSt6vector…`, `_ZNKSt…`, `_ZSt4move…`.
bool is_mangled_library_name(string_view name) {
  if (!name.starts_with("_Z")) return false;
  name.remove_prefix(2);
  if (name.starts_with('N')) name.remove_prefix(1);
  while (name.starts_with('K') || name.starts_with('V') || name.starts_with('R') || name.starts_with('O'))
    name.remove_prefix(1);
  return starts_with_any(name, kLibraryManglings);
}

bool is_standard_library(const BlameFrame& frame) {
  return starts_with_any(frame.function, kLibraryScopes) || is_mangled_library_name(frame.linkage_name) ||
         frame.file.find("/include/c++/") != string_view::npos;
}

// Length of the parameters or template arguments that begin at `at`, 0 if none do.
size_t dropped_length(string_view function, size_t at) {
  const char c = function[at];
  if (c != '(' && !(c == '<' && opens_template(function, at))) return 0;
  if (function.substr(at).starts_with("(anonymous namespace)")) return 0;
  const size_t close = closing_bracket(function, at);
  return close == string_view::npos ? 0 : close + 1 - at;
}

// Length of the piece at `at` that is copied whole: an operator's name, `{lambda(int)#1}`, or one character.
size_t copied_length(string_view function, size_t at) {
  if (const size_t length = operator_name_length(function, at); length != 0) return length;
  const size_t close = function[at] == '{' ? closing_bracket(function, at) : string_view::npos;
  return close == string_view::npos ? 1 : close + 1 - at;
}

}  // namespace

string bare_name(string_view function) {
  string name;
  for (size_t at = 0; at < function.size();) {
    if (const size_t dropped = dropped_length(function, at); dropped != 0) {
      const bool parameters = function[at] == '(';
      at += dropped;
      if (function.substr(at).starts_with(" const::")) at += string_view(" const").size();
      if (parameters && !function.substr(at).starts_with("::")) break;
    } else {
      const size_t copied = copied_length(function, at);
      name += function.substr(at, copied);
      at += copied;
    }
  }
  while (name.ends_with(' ')) name.pop_back();
  return name;
}

bool is_wrapper(const BlameFrame& frame, const BlameRules& rules) {
  if (starts_with_any(file_name(frame.module), kModules) || is_standard_library(frame)) return true;
  const string name = bare_name(frame.function);
  if (matches_any(name, kAllocators)) return true;
  if (rules.well_known_wrappers && matches_any(name, kWellKnownWrappers)) return true;
  const string linkage_name(frame.linkage_name);
  return std::any_of(rules.wrappers.begin(), rules.wrappers.end(), [&](const string& pattern) {
    return matches(pattern.c_str(), name) || matches(pattern.c_str(), linkage_name);
  });
}

}  // namespace lw
