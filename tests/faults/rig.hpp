#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/blob/memory.hpp"
#include "adapters/cache/lru.hpp"
#include "adapters/queue/memory.hpp"
#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite.hpp"
#include "core/execute.hpp"
#include "core/lookup.hpp"
#include "core/retention.hpp"
#include "core/service.hpp"
#include "engine/arena.hpp"
#include "engine/executor.hpp"

namespace decima::faults {

/// The core over real adapters in this process, with a clock that stands still until told.
class Rig : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "decima-faults-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    const std::string url = "sqlite:" + (folder_ / "decima.db").string();
    ASSERT_TRUE(adapters::migrate_up(url, clock_));
    auto jobs = adapters::make_sqlite_store({.url = url}, clock_);
    ASSERT_TRUE(jobs) << jobs.error().message();
    jobs_ = std::move(*jobs);
  }
  void TearDown() override {
    jobs_.reset();
    std::filesystem::remove_all(folder_);
  }

  core::Ports ports() { return {*jobs_, *queue_, *blobs_, *cache_, clock_}; }

  core::Request request_of(const char* identity) {
    return *core::make_request(*core::Identity::parse(identity), budgets_);
  }

  /// Submits and claims.
  core::Job claimed(const core::Request& request) {
    const core::NewJob wanted[] = {{request.identity, ""}};
    EXPECT_TRUE(jobs_->submit(wanted));
    EXPECT_TRUE(core::finish_evictions(ports())) << "of an attempt that came to nothing";
    return **jobs_->claim(request.identity, "test", lease_);
  }

  core::Ending execute(const core::Job& job, const Result<core::Request>& request) {
    const core::Attempt attempts[] = {{job, request, stop_}};
    return execute_together(attempts).front();
  }

  std::vector<core::Ending> execute_together(std::span<const core::Attempt> attempts) {
    return core::execute(attempts, {ports(), policy_, patience_, live_, arena_, executor_, progress_});
  }

  core::Job row(const core::Identity& identity) { return **jobs_->find(identity); }

  std::vector<std::string> blobs(std::string_view prefix) { return *blobs_->list(prefix, "", 1000); }

  std::string stored_text(const core::Identity& identity) {
    const auto text = core::whole_text(ports(), row(identity), {0, 0});
    return text ? **text : text.error().message();
  }

  std::filesystem::path folder_;
  ManualClock clock_;
  const Duration lease_{30'000};
  const core::Budgets budgets_{256ull << 20, 1ull << 30, 1};
  const core::CachePolicy policy_{};
  core::Patience patience_{3, 2};
  std::unique_ptr<core::JobStore> jobs_;
  std::unique_ptr<core::Queue> queue_ = adapters::make_memory_queue(1000);
  std::unique_ptr<core::BlobStore> blobs_ = adapters::make_memory_blobs();
  std::unique_ptr<core::Cache> cache_ =
      adapters::make_lru_cache({.max_bytes = 1 << 20, .max_entry_bytes = 1 << 16}, clock_);
  engine::Arena arena_{256ull << 20};
  engine::Executor executor_{1};
  engine::Progress progress_;
  std::stop_source stop_;
  core::LiveJobs live_;
  core::Notices notices_;
};

}  // namespace decima::faults
