#include "adapters/store/connection.hpp"

#include <soci/soci.h>

#include <cassert>
#include <charconv>

#include "adapters/store/driver.hpp"
#include "base/text.hpp"

namespace decima::adapters {
namespace {

[[noreturn]] void throw_corrupt(std::size_t column, std::string_view what) {
  throw SqlFailure({Code::corrupt, "column " + std::to_string(column) + " of a row " + std::string(what)});
}

}  // namespace

const std::string& Row::text(std::size_t column) const {
  if (null(column)) throw_corrupt(column, "is null");
  return *columns_[column];
}

std::uint64_t Row::count(std::size_t column) const {
  const auto number = parse_number(text(column));
  if (!number) throw_corrupt(column, "is no count: " + text(column));
  return *number;
}

Time Row::time(std::size_t column) const {
  const std::string& digits = text(column);
  std::int64_t millis = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), millis);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) throw_corrupt(column, "is no time");
  return from_millis(millis);
}

/// A statement, and the places that it is bound to. Every column comes out as text: SOCI's own guess at the types of
/// computed columns differs between databases, and for SQLite it is a 32-bit integer.
struct Connection::Prepared {
  struct Input {
    std::string text;
    long long integer = 0;
    soci::indicator indicator = soci::i_ok;
  };
  struct Output {
    std::string text;
    soci::indicator indicator = soci::i_ok;
  };

  Prepared(soci::session& session, const std::string& sql, std::size_t columns, Parameters parameters)
      : inputs(parameters.size()), outputs(columns), statement(session) {
    statement.alloc();
    for (Output& output : outputs) statement.exchange(soci::into(output.text, output.indicator));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto& [name, value] = parameters.begin()[i];
      Input& input = inputs[i];
      if (value.text()) {
        statement.exchange(soci::use(input.text, input.indicator, name));
      } else {
        statement.exchange(soci::use(input.integer, input.indicator, name));
      }
    }
    statement.prepare(sql);
    statement.define_and_bind();
  }

  void set(Parameters parameters) {
    assert(parameters.size() == inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) set(inputs[i], parameters.begin()[i].second);
  }

  static void set(Input& input, const Value& value) {
    const auto* text = value.text();
    const auto* integer = value.integer();
    input.indicator = (text ? text->has_value() : integer->has_value()) ? soci::i_ok : soci::i_null;
    if (text) {
      input.text = text->value_or("");
    } else {
      input.integer = integer->value_or(0);
    }
  }

  Row take_row() {
    std::vector<std::optional<std::string>> columns(outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (outputs[i].indicator != soci::i_null) columns[i] = std::move(outputs[i].text);
    return Row(std::move(columns));
  }

  std::vector<Input> inputs;
  std::vector<Output> outputs;
  soci::statement statement;
};

struct Connection::Parts {
  const Driver& driver;
  soci::session session;
  std::map<std::string, Prepared, std::less<>> statements;

  /// Runs `act`; what SOCI throws becomes a SqlFailure.
  template <class Act>
  auto explained(Act act) {
    try {
      return act();
    } catch (const soci::soci_error& failure) {
      throw SqlFailure(driver.explain(failure));
    }
  }
};

Connection::Connection(const Driver& driver, const std::string& target)
    : parts_(new Parts{driver, soci::session(), {}}) {
  parts_->explained([&] { parts_->session.open(driver.factory(), target); });
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Connection::Prepared& Connection::prepared(std::string_view sql, std::size_t columns, Parameters parameters) {
  auto found = parts_->statements.find(sql);
  if (found == parts_->statements.end())
    found = parts_->statements
                .try_emplace(std::string(sql), parts_->session, parts_->driver.phrase(sql), columns, parameters)
                .first;
  found->second.set(parameters);
  return found->second;
}

std::vector<Row> Connection::rows(std::string_view sql, std::size_t columns, Parameters parameters) {
  return parts_->explained([&] {
    Prepared& ready = prepared(sql, columns, parameters);
    std::vector<Row> found;
    // To the end: a query left half read would keep its snapshot, and the log could not be cut short.
    for (bool more = ready.statement.execute(true); more; more = ready.statement.fetch())
      found.push_back(ready.take_row());
    return found;
  });
}

std::uint64_t Connection::change(std::string_view sql, Parameters parameters) {
  return parts_->explained([&] {
    Prepared& ready = prepared(sql, 0, parameters);
    ready.statement.execute(true);
    return static_cast<std::uint64_t>(ready.statement.get_affected_rows());
  });
}

void Connection::script(const std::string& sql) {
  parts_->explained([&] { parts_->driver.script(parts_->session, sql); });
}

}  // namespace decima::adapters
