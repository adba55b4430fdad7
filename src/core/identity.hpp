#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace decima::core {

/// What a job is: its request in canonical text, `factorial-1000`. The row's key, the URL, and the seed of every other
/// name. Grammar: [a-z][a-z0-9_]* ( '-' (0 | [1-9][0-9]*) )+ ; the hyphen only separates.
class Identity {
 public:
  /// Only the grammar is checked here; whether such a kind exists is request.hpp's question.
  static Result<Identity> parse(std::string_view text);
  static Identity of(std::string_view kind, const std::vector<std::uint64_t>& arguments);

  /// The one that stands for it where the kind gives one answer to several arguments: binomial-10-3 for binomial-10-7.
  Identity canonical() const;

  const std::string& text() const { return text_; }
  std::string_view kind() const;
  std::vector<std::string_view> arguments() const;

  auto operator<=>(const Identity&) const = default;

 private:
  explicit Identity(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The names that other systems know a job by, in the forms of the services Decima grew from.
struct Names {
  std::string message;    ///< {"number":"1000"} for a factorial, {"job":"power-2-64"} for the rest
  std::string cache_key;  ///< factorial:1000
  std::string blob_key;   ///< factorials/1000.txt
};
Names names(const Identity& identity);

/// The job that a message is about; a foreign producer's {"number": 10} is understood as well. Whether there is such a
/// kind, and whether the job can be computed here, is not checked.
Result<Identity> read_message(std::string_view body);

/// Where the fence-th attempt at this job keeps its digits until they are verified.
std::string staging_key(const Identity& identity, std::uint64_t fence);
inline constexpr std::string_view staging_prefix = "staging/";

}  // namespace decima::core
