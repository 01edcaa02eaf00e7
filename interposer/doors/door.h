// SPDX-License-Identifier: Apache-2.0
// What all doors share. A door is an exported function: the name and meaning that the program knows, and a body that
// hands over at once. They are written out one by one, so that the list can be checked by eye.
#pragma once

#include "interposer/cold/sampled_alloc.h"
#include "interposer/cold/sampled_free.h"
#include "interposer/cold/shown_size.h"
#include "interposer/hot/on_alloc.h"
#include "interposer/hot/on_free.h"
#include "interposer/platform/atomic.h"
#include "interposer/platform/next_allocator.h"

#define LW_DOOR extern "C" __attribute__((visibility("default")))
