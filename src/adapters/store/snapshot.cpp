#include "adapters/store/snapshot.hpp"

#include "adapters/store/sqlite.hpp"
#include "adapters/store/sqlite_file.hpp"

namespace decima::adapters {
namespace {

std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
  return literal + "'";
}

}  // namespace

Result<> snapshot_sqlite(const std::string& from, const std::string& to) {
  const auto path = sqlite_path(from);
  if (!path) return path.error();
  const auto target = sqlite_path(to);
  if (!target) return target.error();
  if (auto there = expect_sqlite(from); !there) return there;
  try {
    // One reading transaction: the log may grow meanwhile, and nobody waits. Unlike a copy page by page it does not
    // begin anew whenever somebody writes.
    open_sqlite(*path).script("vacuum into " + quoted(*target));
    return Done{};
  } catch (const SqlFailure& failure) {
    return failure.error();
  }
}

}  // namespace decima::adapters
