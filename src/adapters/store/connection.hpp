#pragma once
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace decima::adapters {

/// A failure below a Runner, which catches it and answers with its error.
class SqlFailure : public std::runtime_error {
 public:
  explicit SqlFailure(Error error) : std::runtime_error(error.detail), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

/// What statements take: text and integers, either of which may be null. All that the three databases agree on.
class Value {
 public:
  Value(std::string_view text) : value_(std::optional<std::string>(text)) {}
  Value(const std::string& text) : value_(std::optional<std::string>(text)) {}
  Value(const char* text) : value_(std::optional<std::string>(text)) {}
  Value(std::int64_t integer) : value_(std::optional<std::int64_t>(integer)) {}
  Value(std::uint64_t integer) : Value(static_cast<std::int64_t>(integer)) {}
  Value(Time time) : Value(to_millis(time)) {}
  Value(Duration duration) : Value(std::int64_t{duration.count()}) {}
  Value(std::optional<std::string> text) : value_(std::move(text)) {}
  Value(std::optional<Time> time) : value_(time ? std::optional(to_millis(*time)) : std::nullopt) {}

  const std::optional<std::string>* text() const { return std::get_if<0>(&value_); }
  const std::optional<std::int64_t>* integer() const { return std::get_if<1>(&value_); }

 private:
  std::variant<std::optional<std::string>, std::optional<std::int64_t>> value_;
};

/// Values by the names they have in the statement: {"identity", ...} for `:identity`. A statement has the same ones,
/// of the same types, each time it is run.
using Parameters = std::initializer_list<std::pair<const char*, Value>>;

/// One row of an answer, column by column from 0. Asking for what is null or not of that type throws SqlFailure with
/// Code::corrupt: our own rows do not look like that.
class Row {
 public:
  explicit Row(std::vector<std::optional<std::string>> columns) : columns_(std::move(columns)) {}

  bool null(std::size_t column) const { return !columns_.at(column); }
  const std::string& text(std::size_t column) const;
  std::uint64_t count(std::size_t column) const;  ///< an integer that is not negative
  Time time(std::size_t column) const;

 private:
  std::vector<std::optional<std::string>> columns_;
};

struct Driver;

/// A session with a database, for one thread at a time. Statements are prepared when they are first met and kept, so
/// their texts must be few: values go into parameters. Every method throws SqlFailure.
class Connection {
 public:
  /// `target` is the database in the words of SOCI's back end: "dbname=...".
  Connection(const Driver& driver, const std::string& target);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;

  /// All rows of a query whose answer has this many columns.
  std::vector<Row> rows(std::string_view sql, std::size_t columns, Parameters parameters = {});
  /// How many rows the statement changed.
  std::uint64_t change(std::string_view sql, Parameters parameters = {});
  /// Several statements without parameters or answer, not kept.
  void script(const std::string& sql);

 private:
  struct Prepared;
  struct Parts;
  Prepared& prepared(std::string_view sql, std::size_t columns, Parameters parameters);

  std::unique_ptr<Parts> parts_;
};

}  // namespace decima::adapters
