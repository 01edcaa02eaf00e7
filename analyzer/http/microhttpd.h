// SPDX-License-Identifier: Apache-2.0
// The door to libmicrohttpd, which is loaded when it is asked for: it brings a TLS library along that would make every
// other command three times slower to start (1.4 ms → 3.9 ms), and leakwatch runs where it is not installed.
#pragma once

#include <microhttpd.h>

#include <string>

namespace lw {

struct Microhttpd {
  decltype(&MHD_start_daemon) start_daemon = nullptr;
  decltype(&MHD_stop_daemon) stop_daemon = nullptr;
  decltype(&MHD_get_connection_info) get_connection_info = nullptr;
  decltype(&MHD_lookup_connection_value) lookup_connection_value = nullptr;
  decltype(&MHD_get_connection_values) get_connection_values = nullptr;
  decltype(&MHD_create_response_from_buffer_with_free_callback_cls) create_response = nullptr;
  decltype(&MHD_add_response_header) add_response_header = nullptr;
  decltype(&MHD_queue_response) queue_response = nullptr;
  decltype(&MHD_destroy_response) destroy_response = nullptr;

  // A sentence on why it cannot be loaded; empty if it is. It stays loaded.
  std::string load();
};

}  // namespace lw
