#pragma once
#include <memory>
#include <string>

#include "app/settings.hpp"
#include "base/result.hpp"
#include "core/lookup.hpp"
#include "core/notices.hpp"
#include "core/ports.hpp"
#include "core/request.hpp"

namespace decima::app {

/// The adapters this program runs on, made from the settings. The only place that names concrete ones.
class Services {
 public:
  virtual ~Services() = default;
  virtual core::Ports ports() = 0;
  /// Where changes that are made through these ports are told.
  virtual core::Notices& notices() = 0;
};

/// SQLite, local disk, a queue and a cache in this process: nothing to install beside. Locks the data folder, brings
/// the schema up to date if told to, and voids the leases of an earlier life.
Result<std::unique_ptr<Services>> make_embedded_services(const Settings& settings);

/// Where the embedded database lies: "sqlite:PATH".
std::string store_url(const Settings& settings);

/// Tells this process from all others, in rows and logs: "host:pid".
std::string process_name();

core::Budgets budgets(const Settings& settings);
core::CachePolicy cache_policy(const Settings& settings);
core::Patience patience(const Settings& settings);
/// The setting worker_threads, or one for each processor.
unsigned worker_threads(const Settings& settings);

}  // namespace decima::app
