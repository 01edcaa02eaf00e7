// flags: -shared -fPIC
// SPDX-License-Identifier: Apache-2.0
#define FRAME_BYTES 416
#include "plugin_one.cc"
