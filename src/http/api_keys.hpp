#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/sha256.hpp"
#include "http/scope.hpp"

namespace decima::http {

/// A key that was just drawn. The secret exists here and with whoever gets it, and nowhere else.
struct NewApiKey {
  std::string secret;  ///< "decima_" and 256 random bits; the prefix lets scanners for leaked secrets find it
  std::string line;    ///< what goes into the file of keys
};

/// The keys that open this server, by their hashes. A key has 256 random bits, so that nobody can go through the
/// possible ones however fast the hash is: plain SHA-256 is as good here as a slow hash, which is made for passwords
/// that people choose, and costs each request nothing that one could be attacked with.
class ApiKeys {
 public:
  static constexpr std::size_t most = 1000;

  /// The file's text: a line for each key, "NAME SCOPE SHA-256 [EXPIRY]", where the expiry is a date such as
  /// 2027-01-31, UTC; empty lines and those that begin with # are skipped. An error names the line and never shows its
  /// content.
  static Result<ApiKeys> parse(std::string_view text);
  static Result<ApiKeys> read(const std::string& path);

  /// The error is invalid_argument: the name is more than letters, digits and "-_.", or the date is none.
  static Result<NewApiKey> draw(std::string_view name, Scope scope, std::string_view expiry);

  /// Whose secret this is. Looks at every key, and compares in a time that does not depend on how much is right.
  std::optional<Caller> find(std::string_view secret, Time now) const;

  struct Key {
    Caller caller;
    Sha256 hash{};
    std::optional<Time> expiry;  ///< no longer valid from this moment on
  };
  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::vector<Key> keys_;
};

}  // namespace decima::http
