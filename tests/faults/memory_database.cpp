#include "memory_database.hpp"

#include <vector>

#include "adapters/store/runner.hpp"
#include "adapters/store/schema.hpp"
#include "adapters/store/sql_job_store.hpp"
#include "adapters/store/sqlite_file.hpp"

namespace decima::faults {
namespace {

/// Databases whose stores are gone. To make the tables, and to prepare the statements, takes longer than all that a
/// simulation does with them.
std::vector<adapters::Connection>& unused() {
  static std::vector<adapters::Connection> connections;
  return connections;
}

adapters::Connection migrated(const Clock& clock) {
  adapters::Connection connection = adapters::open_sqlite(":memory:");
  adapters::step_up(connection, adapters::sqlite_migrations(), adapters::sqlite_lock, clock.now());
  return connection;
}

/// As after the migrations: the ids of the next rows begin anew, too.
void empty(adapters::Connection& connection) {
  for (const char* statement :
       {"delete from job_blocks", "delete from evictions", "delete from jobs", "delete from leaders",
        "delete from places", "delete from cursors", "insert into cursors (name) values ('factorial')"})
    connection.change(statement);
}

adapters::Connection take_empty(const Clock& clock) {
  if (unused().empty()) return migrated(clock);
  adapters::Connection connection = std::move(unused().back());
  unused().pop_back();
  empty(connection);
  return connection;
}

class DirectRunner final : public adapters::Runner {
 public:
  explicit DirectRunner(adapters::Connection connection) : connection_(std::move(connection)) {}
  ~DirectRunner() override { unused().push_back(std::move(connection_)); }

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
  return adapters::make_sql_job_store(std::make_unique<DirectRunner>(take_empty(clock)),
                                      adapters::sqlite_dialect(clock));
}

}  // namespace decima::faults
