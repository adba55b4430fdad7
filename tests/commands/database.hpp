#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace decima::program {

/// Runs a statement in a data folder's database and answers with its only value; empty if it has none.
std::string sql(const std::filesystem::path& data, const std::string& statement);

/// The same for a database that another process may be about to make: nothing as long as it does not answer.
std::optional<std::string> try_sql(const std::filesystem::path& data, const std::string& statement);

}  // namespace decima::program
