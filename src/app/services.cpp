#include "app/services.hpp"

#include <algorithm>
#include <filesystem>

#include "adapters/blob/disk.hpp"
#include "adapters/cache/lru.hpp"
#include "adapters/queue/memory.hpp"
#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite.hpp"
#include "app/machine.hpp"
#include "base/log.hpp"

namespace decima::app {

core::Budgets budgets(const Settings& settings) {
  const std::uint64_t memory = settings.automatic("memory_limit") ? memory_bytes() / 2 : settings.bytes("memory_limit");
  return {memory, settings.bytes("result_limit"), worker_threads(settings)};
}

core::CachePolicy cache_policy(const Settings& settings) {
  return {settings.number("cache_below"), settings.bytes("cache_longest")};
}

core::Patience patience(const Settings& settings) {
  return {settings.number("max_failures"), settings.number("max_crashes")};
}

unsigned worker_threads(const Settings& settings) {
  return settings.automatic("worker_threads") ? processors() : static_cast<unsigned>(settings.number("worker_threads"));
}

}  // namespace decima::app
