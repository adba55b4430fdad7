#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "adapters/sqlite/code.hpp"
#include "adapters/store/driver.hpp"

namespace decima::adapters {
namespace {

Error explain(const std::exception& failure) {
  const auto* coded = dynamic_cast<const soci::sqlite3_soci_error*>(&failure);
  const auto* plain = dynamic_cast<const soci::soci_error*>(&failure);
  // Not what(): it repeats the statement and all its values.
  return {coded ? code_of_sqlite(coded->result()) : Code::internal,
          "SQLite: " + (plain ? plain->get_error_message() : std::string(failure.what()))};
}

/// "or fail": what a statement did before it failed stays done. It saves SQLite from keeping a copy of each page that
/// it changes, for every statement that a trigger follows; and whatever fails ends its act, which is undone whole.
std::string phrase(std::string_view sql) {
  for (const std::string_view verb : {"update ", "insert "})
    if (sql.starts_with(verb)) return std::string(verb) + "or fail " + std::string(sql.substr(verb.size()));
  return std::string(sql);
}

/// SOCI's library keeps the back end's type information to itself, which the sanitizer's check of casts would need.
__attribute__((no_sanitize("vptr"))) void script(soci::session& session, const std::string& sql) {
  auto* connection = static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
  const int result = sqlite_api::sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw soci::sqlite3_soci_error(sqlite_api::sqlite3_errmsg(connection), result);
}

}  // namespace

const Driver sqlite_driver = {.factory = []() -> const soci::backend_factory& { return soci::sqlite3; },
                              .explain = explain,
                              .phrase = phrase,
                              .script = script};

}  // namespace decima::adapters
