#pragma once
#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace decima::http {

std::string to_base64url(std::string_view bytes);

/// An issuer of tokens, for tests: a pair of keys, its public one as a JSON Web Key, and its signature.
class Issuer {
 public:
  static Issuer rsa(const std::string& id, unsigned bits = 2048);
  static Issuer p256(const std::string& id);

  /// {"kty":...}
  std::string jwk() const;
  /// header.claims.signature
  std::string token(const std::string& header, const std::string& claims) const;
  /// The public key as PEM.
  std::string pem() const;
  /// {"keys":[...]}
  std::string set() const { return R"({"keys":[)" + jwk() + "]}"; }

 private:
  using Key = std::shared_ptr<evp_pkey_st>;
  Issuer(std::string id, Key key) : id_(std::move(id)), key_(std::move(key)) {}
  bool is_rsa() const;
  std::string sign(const std::string& text) const;

  std::string id_;
  Key key_;
};

/// The signature by which a token claims to be made with a shared secret.
std::string hs256(const std::string& secret, const std::string& header, const std::string& claims);

}  // namespace decima::http
