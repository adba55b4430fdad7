#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace decima::adapters {

/// Before a process opens its first session: no locks inside a session, since each is one thread's at a time, and no
/// count of the memory in use, which has a lock of its own around every allocation. Later calls do nothing.
void prepare_sqlite();

/// A statement, prepared once and run many times. What is bound must live until the run is over.
class Statement {
 public:
  Statement(std::shared_ptr<sqlite3> database, sqlite3_stmt* statement)
      : database_(std::move(database)), statement_(statement) {}

  /// Places count from 1, as SQL has them.
  Statement& text(int place, std::string_view value);
  Statement& bytes(int place, std::string_view value);
  Statement& integer(int place, std::uint64_t value);

  /// The next row: false when there is none. An error ends the run.
  Result<bool> next();
  /// A run that must not answer with rows. Answers with how many rows it changed.
  Result<std::uint64_t> run();

  /// Of the row that is there, and only until the next call; columns count from 0.
  std::string_view bytes_at(int column) const;
  std::uint64_t integer_at(int column) const;

  /// Ends a run before its last row; the next one may begin.
  void reset();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::shared_ptr<sqlite3> database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A session with an SQLite file by its own interface, for bytes that go in and out as they are; rows of text and
/// numbers that have to be the same in three databases are adapters/store's. One thread at a time.
class Database {
 public:
  /// Makes the file when it is missing.
  static Result<Database> open(const std::string& path);

  Result<Statement> prepare(std::string_view sql) const;
  /// Several statements without values or rows.
  Result<> script(const std::string& sql) const;

 private:
  explicit Database(std::shared_ptr<sqlite3> handle) : handle_(std::move(handle)) {}

  std::shared_ptr<sqlite3> handle_;
};

}  // namespace decima::adapters
