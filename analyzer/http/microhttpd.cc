// SPDX-License-Identifier: Apache-2.0
#include "analyzer/http/microhttpd.h"

#include <dlfcn.h>

#include <type_traits>

namespace lw {

std::string Microhttpd::load() {
  void* handle = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return "libmicrohttpd.so.12 cannot be loaded; on Debian install libmicrohttpd12";
  bool complete = true;
  const auto resolve = [&](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
    complete = complete && function != nullptr;
  };
  resolve(start_daemon, "MHD_start_daemon");
  resolve(stop_daemon, "MHD_stop_daemon");
  resolve(get_connection_info, "MHD_get_connection_info");
  resolve(lookup_connection_value, "MHD_lookup_connection_value");
  resolve(get_connection_values, "MHD_get_connection_values");
  resolve(create_response, "MHD_create_response_from_buffer_with_free_callback_cls");
  resolve(add_response_header, "MHD_add_response_header");
  resolve(queue_response, "MHD_queue_response");
  resolve(destroy_response, "MHD_destroy_response");
  return complete ? "" : "libmicrohttpd.so.12 is too old: 0.9.72 or later is needed";
}

}  // namespace lw
