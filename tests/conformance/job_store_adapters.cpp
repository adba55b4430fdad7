#include "adapters/store/migrations.hpp"
#include "adapters/store/sqlite.hpp"
#include "base/test_temp_folder.hpp"
#include "job_store_suite.hpp"

namespace decima::conformance {
namespace {

class SqliteHome final : public JobStoreHome {
 public:
  SqliteHome() {
    if (!adapters::migrate_up(url(), clock_)) throw std::runtime_error("cannot migrate " + url());
    reopen();
  }

  core::JobStore& store() override { return *store_; }
  void advance(Duration by) override { clock_.advance(by); }
  Time now() override { return clock_.now(); }

  void reopen() override {
    store_.reset();
    auto opened = adapters::make_sqlite_store({.url = url()}, clock_);
    if (!opened) throw std::runtime_error(opened.error().message());
    store_ = std::move(*opened);
  }

 private:
  std::string url() const { return "sqlite:" + (folder_ / "jobs.db").string(); }

  TempFolder folder_;
  ManualClock clock_;
  std::unique_ptr<core::JobStore> store_;
};

}  // namespace

std::vector<JobStoreAdapter> job_store_adapters() {
  return {
      {"sqlite", [] { return std::make_unique<SqliteHome>(); }},
  };
}

}  // namespace decima::conformance
