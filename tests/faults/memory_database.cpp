#include "memory_database.hpp"

#include "adapters/store/runner.hpp"
#include "adapters/store/schema.hpp"
#include "adapters/store/sql_job_store.hpp"
#include "adapters/store/sqlite_file.hpp"

namespace decima::faults {
namespace {

class DirectRunner final : public adapters::Runner {
 public:
  explicit DirectRunner(adapters::Connection connection) : connection_(std::move(connection)) {}

  Result<> write(const adapters::Act& act, adapters::Lasting) override {
    connection_.change("begin immediate");
    Result<> outcome = adapters::run_guarded(act, connection_);
    connection_.change(outcome ? "commit" : "rollback");
    return outcome;
  }
  Result<> read(const adapters::Act& act) override { return adapters::run_guarded(act, connection_); }

 private:
  adapters::Connection connection_;
};

}  // namespace

std::unique_ptr<core::JobStore> make_memory_database(const Clock& clock) {
  adapters::Connection connection = adapters::open_sqlite(":memory:");
  adapters::step_up(connection, adapters::sqlite_migrations(), adapters::sqlite_lock, clock.now());
  return adapters::make_sql_job_store(std::make_unique<DirectRunner>(std::move(connection)),
                                      adapters::sqlite_dialect(clock));
}

}  // namespace decima::faults
