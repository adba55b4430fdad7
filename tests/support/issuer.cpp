#include "support/issuer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace decima::support {
namespace {

constexpr int p256_bytes = 32;

std::string number(EVP_PKEY* key, const char* name, int size = 0) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key, name, &value);
  std::string bytes(static_cast<std::size_t>(size ? size : BN_num_bytes(value)), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  BN_free(value);
  return bytes;
}

/// ECDSA's two numbers side by side, as tokens have them, out of DER.
std::string side_by_side(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string bytes(2 * p256_bytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, p256_bytes);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + p256_bytes, p256_bytes);
  ECDSA_SIG_free(signature);
  return bytes;
}

}  // namespace

std::string to_base64url(std::string_view bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  unsigned held = 0, bits = 0;
  for (const char c : bytes) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text.push_back(digits[held >> (bits - 6) & 63]);
  }
  if (bits > 0) text.push_back(digits[held << (6 - bits) & 63]);
  return text;
}

Issuer Issuer::rsa(const std::string& id, unsigned bits) { return {id, Key(EVP_RSA_gen(bits), EVP_PKEY_free)}; }
Issuer Issuer::p256(const std::string& id) { return {id, Key(EVP_EC_gen("P-256"), EVP_PKEY_free)}; }

bool Issuer::is_rsa() const { return EVP_PKEY_is_a(key_.get(), "RSA") == 1; }

std::string Issuer::jwk() const {
  const std::string head = R"({"kid":")" + id_ + R"(","use":"sig",)";
  if (is_rsa())
    return head + R"("kty":"RSA","n":")" + to_base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_N)) + R"(","e":")" +
           to_base64url(number(key_.get(), OSSL_PKEY_PARAM_RSA_E)) + "\"}";
  return head + R"("kty":"EC","crv":"P-256","x":")" +
         to_base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, p256_bytes)) + R"(","y":")" +
         to_base64url(number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, p256_bytes)) + "\"}";
}

std::string Issuer::header() const {
  return std::string(R"({"alg":")") + (is_rsa() ? "RS256" : "ES256") + R"(","kid":")" + id_ + "\"}";
}

std::string Issuer::pem() const {
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PUBKEY(out.get(), key_.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string Issuer::sign(const std::string& text) const {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size());
  signature.resize(size);
  return is_rsa() ? signature : side_by_side(signature);
}

std::string Issuer::token(const std::string& header, const std::string& claims) const {
  const std::string text = to_base64url(header) + "." + to_base64url(claims);
  return text + "." + to_base64url(sign(text));
}

std::string key_set(const std::vector<Issuer>& issuers) {
  std::string keys;
  for (const Issuer& issuer : issuers) keys += (keys.empty() ? "" : ",") + issuer.jwk();
  return R"({"keys":[)" + keys + "]}";
}

std::string hs256(const std::string& secret, const std::string& header, const std::string& claims) {
  const std::string text = to_base64url(header) + "." + to_base64url(claims);
  unsigned char signature[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), signature, &size);
  return text + "." + to_base64url({reinterpret_cast<const char*>(signature), size});
}

}  // namespace decima::support
