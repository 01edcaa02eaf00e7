// SPDX-License-Identifier: Apache-2.0
// Decoy (d): a table that is filled at start-up and then only read. It is never freed while the service runs, and that
// is as it should be. Expected verdict: quiet.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

using TenantLimits = std::unordered_map<std::string, size_t>;  // tenant → longest value it may store

inline constexpr size_t kTenants = 5000;

inline std::string tenant_name(size_t tenant) { return "tenant-of-the-service-" + std::to_string(tenant); }

inline TenantLimits load_tenant_limits() {
  TenantLimits limits;
  for (size_t tenant = 0; tenant < kTenants; ++tenant) {
    limits.emplace(tenant_name(tenant), 256 + tenant % 256);
  }
  return limits;
}
