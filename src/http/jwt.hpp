#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/scope.hpp"

namespace decima::http {

enum class JwtAlgorithm : std::uint8_t { rs256, es256 };

/// A public key that tokens are signed with.
struct JwtKey {
  std::string id;
  JwtAlgorithm algorithm = JwtAlgorithm::rs256;
  std::string pem;
};
using JwtKeys = std::vector<JwtKey>;

/// The keys of a JSON Web Key Set (RFC 7517): RSA of 2048 to 8192 bits and P-256, for signatures. Others in the set are
/// skipped; a text that is no set is an error.
Result<JwtKeys> read_jwks(std::string_view text);

/// What a token has to say beside being signed.
struct JwtRules {
  std::string issuer;
  std::string audience;
};

/// Whether the set may lack the token's key because it is older than that.
enum class JwtVerdict : std::uint8_t { good, refused, unknown_key };
struct JwtAnswer {
  JwtVerdict verdict = JwtVerdict::refused;
  Caller caller;
  std::string_view reason = {};  ///< for the client; says nothing that the token does not
  Time until = {};               ///< from when on a good one is no longer
};

/// Checks a token (RFC 7519) of any content: RS256 or ES256 as its key has it, and nothing else; exp, nbf, iss and aud.
/// The caller is its sub, what it may do the greatest scope among the words of its scope claim.
JwtAnswer check_jwt(std::string_view token, const JwtKeys& keys, const JwtRules& rules, Time now);

}  // namespace decima::http
