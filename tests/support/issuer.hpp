#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace decima::support {

std::string to_base64url(std::string_view bytes);

/// An issuer of tokens, for tests: a pair of keys, its public one as a JSON Web Key, and its signature.
class Issuer {
 public:
  static Issuer rsa(const std::string& id, unsigned bits = 2048);
  static Issuer p256(const std::string& id);

  /// {"kty":...}
  std::string jwk() const;
  /// {"alg":...,"kid":...}, as its tokens have it.
  std::string header() const;
  /// header.claims.signature
  std::string token(const std::string& header, const std::string& claims) const;
  /// The public key as PEM.
  std::string pem() const;

 private:
  using Key = std::shared_ptr<evp_pkey_st>;
  Issuer(std::string id, Key key) : id_(std::move(id)), key_(std::move(key)) {}
  bool is_rsa() const;
  std::string sign(const std::string& text) const;

  std::string id_;
  Key key_;
};

/// A JSON Web Key Set: {"keys":[...]}
std::string key_set(const std::vector<Issuer>& issuers);

/// The signature by which a token claims to be made with a shared secret.
std::string hs256(const std::string& secret, const std::string& header, const std::string& claims);

}  // namespace decima::support
