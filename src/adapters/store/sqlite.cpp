#include "adapters/store/sqlite.hpp"

#include <filesystem>

#include "adapters/sqlite/file_place.hpp"
#include "adapters/store/group_writer.hpp"
#include "adapters/store/schema.hpp"
#include "adapters/store/sql_job_store.hpp"
#include "adapters/store/sqlite_file.hpp"

namespace decima::adapters {
namespace {

/// Sessions that wait for a reader.
class Readers {
 public:
  explicit Readers(std::vector<Connection> connections) : idle_(std::move(connections)) {}

  Result<> read(const Act& act) {
    Connection connection = take();
    Result<> outcome = run_guarded(act, connection);
    put_back(std::move(connection));
    return outcome;
  }

 private:
  Connection take() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !idle_.empty(); });
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void put_back(Connection connection) {
    {
      std::lock_guard lock(mutex_);
      idle_.push_back(std::move(connection));
    }
    returned_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Connection> idle_;
};

class SqliteRunner final : public Runner {
 public:
  SqliteRunner(FilePlace place, Connection writer, std::vector<Connection> readers)
      : place_(std::move(place)), writer_(std::move(writer)), readers_(std::move(readers)) {}

  Result<> write(const Act& act, Lasting lasting) override {
    if (auto there = place_.check(); !there) return there;
    auto outcome = writer_.write(act, lasting);
    // Once more, for who is told ok must find it again. Taken away meanwhile, what was written is nobody's.
    return outcome ? place_.check() : outcome;
  }
  Result<> read(const Act& act) override { return readers_.read(act); }
  Result<> in_place() override { return place_.check(); }

 private:
  const FilePlace place_;
  GroupWriter writer_;
  Readers readers_;
};

}  // namespace

Dialect sqlite_dialect(const Clock& clock) {
  return {
      .now = [&clock](Connection&) { return clock.now(); },
      .insert_job =
          "insert into jobs (identity, kind, state, priority, not_before, ring_due, created_at, updated_at, s3_key, "
          "trace, expected_bytes) values (:identity, :kind, 'queued', :priority, :now, :now, :now, :now, :s3_key, "
          ":trace, :expected_bytes) "
          "on conflict (identity) do nothing",
      .insert_leader =
          "insert into leaders (role, holder, until) values (:role, :holder, :until) "
          "on conflict (role) do nothing",
      .last_number = "select last_insert_rowid()",
      .holding = ""};
}

Result<std::unique_ptr<core::JobStore>> make_sqlite_store(const SqliteSettings& settings, const Clock& clock) {
  const auto path = sqlite_path(settings.url);
  if (!path) return path.error();
  try {
    Connection writer = open_sqlite(*path);
    require_current(writer, sqlite_migrations());
    std::vector<Connection> readers;
    for (unsigned i = 0; i < std::max(1u, settings.readers); ++i) {
      readers.push_back(open_sqlite(*path));
      readers.back().script("pragma query_only = on");
    }
    return make_sql_job_store(std::make_unique<SqliteRunner>(FilePlace(*path), std::move(writer), std::move(readers)),
                              sqlite_dialect(clock));
  } catch (const SqlFailure& failure) {
    return failure.error();
  }
}

Result<> expect_sqlite(const std::string& url) {
  const auto path = sqlite_path(url);
  if (!path) return path.error();
  std::error_code unknown;
  if (std::filesystem::is_regular_file(*path, unknown)) return Done{};
  return Error{Code::bad_setting, "there is no database at " + *path};
}

Result<> expect_sound_sqlite(const std::string& url) {
  if (auto there = expect_sqlite(url); !there) return there;
  try {
    const std::string path = *sqlite_path(url);
    Connection connection = open_sqlite(path);
    // A value that no row may have leaves the others where they are, and is met when its row is read.
    connection.script("pragma ignore_check_constraints = on");
    const std::string found = connection.rows("pragma integrity_check(1)", 1).at(0).text(0);
    if (found == "ok") return Done{};
    return Error{Code::corrupt,
                 "the database " + path + " is damaged and has to be restored: " + found.substr(found.rfind('\n') + 1)};
  } catch (const SqlFailure& failure) {
    return failure.error();
  }
}

}  // namespace decima::adapters
