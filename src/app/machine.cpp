#include "app/machine.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "base/text.hpp"

namespace decima::app {
namespace {

/// The number a cgroup file holds; all there is when it says "max" or is not there.
std::uint64_t cgroup_limit(const char* path) {
  std::ifstream file(path);
  std::string text;
  file >> text;
  return parse_number(text).value_or(UINT64_MAX);
}

}  // namespace

unsigned processors() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
  return std::max(1u, static_cast<unsigned>(CPU_COUNT(&allowed)));
}

std::uint64_t memory_bytes() {
  const std::uint64_t machine =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return std::min({machine, cgroup_limit("/sys/fs/cgroup/memory.max"),
                   cgroup_limit("/sys/fs/cgroup/memory/memory.limit_in_bytes")});
}

}  // namespace decima::app
