#include "app/services.hpp"

#include <unistd.h>

#include "adapters/blob/data_folder.hpp"
#include "adapters/blob/disk.hpp"
#include "adapters/cache/lru.hpp"
#include "adapters/queue/memory.hpp"
#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite.hpp"
#include "app/machine.hpp"
#include "base/log.hpp"
#include "core/doorbell.hpp"
#include "core/janitor.hpp"
#include "core/noticed_jobs.hpp"
#include "kinds/registry.hpp"

namespace decima::app {
namespace {

/// More than the relay puts there while all slots are busy; what finds no room is rung again.
constexpr std::size_t queue_capacity = 100'000;

/// A damaged database is named, and with it what can be done.
Error unusable(const std::string& store_url, Error error) {
  if (error.code == Code::corrupt)
    error.detail = store_url + ": " + error.detail +
                   "; put a backup in its place, or move it away, with its -wal and -shm, to begin without jobs: all " +
                   "results can be computed again";
  return error;
}

class EmbeddedServices final : public Services {
 public:
  EmbeddedServices(adapters::DataFolder folder, std::unique_ptr<core::BlobStore> blobs,
                   const adapters::LruSettings& cache)
      : folder_(std::move(folder)),
        blobs_(std::move(blobs)),
        queue_(adapters::make_memory_queue(queue_capacity)),
        cache_(adapters::make_lru_cache(cache, clock_)) {}

  core::Ports ports() override { return {*jobs_, *queue_, *blobs_, *cache_, clock_}; }
  core::Notices& notices() override { return notices_; }

  Result<> open_store(const Settings& settings) {
    const std::string url = store_url(settings);
    if (settings.yes("migrate"))
      if (const auto migrated = adapters::migrate_up(url, clock_); !migrated) return unusable(url, migrated.error());
    auto jobs = adapters::make_sqlite_store({.url = url}, clock_);
    if (!jobs) return unusable(url, jobs.error());
    store_ = std::move(*jobs);
    jobs_ = core::noticed(*store_, notices_);
    return recover(settings);
  }

 private:
  /// Whoever held a lease was a process that held this folder, and is gone; so is whoever would finish what is staged.
  Result<> recover(const Settings& settings) {
    const auto voided = jobs_->void_leases(patience(settings));
    if (!voided) return voided.error();
    if (*voided > 0) log::warn("serve.leases_voided", {{"jobs", std::uint64_t{*voided}}});
    core::Doorbell nobody_listens_yet;
    core::Janitor janitor(ports(), patience(settings), process_name(), nobody_listens_yet);
    // What cannot be removed now does no harm, and is tried again later.
    if (const auto swept = janitor.sweep_staging(); !swept)
      log::warn("serve.staging_not_swept", {{"error", swept.error().message()}});
    if (const auto swept = janitor.sweep_results(); !swept)
      log::warn("serve.results_not_swept", {{"error", swept.error().message()}});
    return Done{};
  }

  SystemClock clock_;
  adapters::DataFolder folder_;
  core::Notices notices_;
  std::unique_ptr<core::JobStore> store_;
  std::unique_ptr<core::JobStore> jobs_;  // the same, heard by those who wait
  std::unique_ptr<core::BlobStore> blobs_;
  std::unique_ptr<core::Queue> queue_;
  std::unique_ptr<core::Cache> cache_;
};

/// A limit for a kind that does not exist is a slip of the pen.
Result<> check_kinds(const Settings& settings) {
  for (const auto& [kind, bytes] : settings.bytes_by_name("stored_limit_kinds"))
    if (!kinds::find(kind)) return Error{Code::bad_setting, "DECIMA_STORED_LIMIT_KINDS: there is no kind " + kind};
  return Done{};
}

}  // namespace

Result<std::unique_ptr<Services>> make_embedded_services(const Settings& settings) {
  if (auto known = check_kinds(settings); !known) return known.error();
  auto folder = adapters::lock_data_folder(settings.text("data"));
  if (!folder) return folder.error();
  auto blobs = adapters::make_disk_blobs(std::filesystem::path(settings.text("data")) / "results");
  if (!blobs) return blobs.error();
  const adapters::LruSettings cache{settings.bytes("cache_bytes"), settings.bytes("cache_longest"),
                                    settings.duration("cache_ttl")};
  auto services = std::make_unique<EmbeddedServices>(std::move(*folder), std::move(*blobs), cache);
  if (auto opened = services->open_store(settings); !opened) return opened.error();
  return std::unique_ptr<Services>(std::move(services));
}

std::string store_url(const Settings& settings) { return "sqlite:" + settings.text("data") + "/decima.db"; }

std::string process_name() {
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return std::string(host) + ":" + std::to_string(getpid());
}

core::Budgets budgets(const Settings& settings) {
  const std::uint64_t memory = settings.automatic("memory_limit") ? memory_bytes() / 2 : settings.bytes("memory_limit");
  return {memory, settings.bytes("result_limit"), worker_threads(settings)};
}

core::StoredLimits stored_limits(const Settings& settings) {
  const std::uint64_t all = settings.bytes("stored_limit");
  return {all == 0 ? UINT64_MAX : all, settings.bytes_by_name("stored_limit_kinds")};
}

core::CachePolicy cache_policy(const Settings& settings) {
  return {settings.number("cache_below"), settings.bytes("cache_longest")};
}

core::Patience patience(const Settings& settings) {
  return {settings.number("max_failures"), settings.number("max_crashes")};
}

core::CalculatorSettings calculator_settings(const Settings& settings) {
  core::CalculatorSettings calculator;
  calculator.name = process_name() + "/calculator";
  calculator.most = settings.number("calculator_max");
  calculator.bytes = settings.bytes("calculator_bytes");
  return calculator;
}

unsigned worker_threads(const Settings& settings) {
  return settings.automatic("worker_threads") ? processors() : static_cast<unsigned>(settings.number("worker_threads"));
}

}  // namespace decima::app
