// SPDX-License-Identifier: Apache-2.0
// What nearly all unit tests include, compiled once: half of the time that a test takes to compile is Catch2's header.
// Each test includes what it needs all the same, and does not know of this.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>
