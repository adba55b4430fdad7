// JSON Web Keys as PEM. libjwt 1.10 reads PEM alone.
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <boost/json/parse.hpp>
#include <optional>

#include "http/base64url.hpp"
#include "http/jwt.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_set = 256 << 10;
constexpr std::size_t most_keys = 100;
constexpr std::size_t deepest = 8;
constexpr int least_rsa_bits = 2048, most_rsa_bits = 8192;
constexpr std::size_t longest_exponent = 8;  // bytes; a huge one would make each check slow
constexpr std::size_t p256_bytes = 32;

template <auto release>
struct Release {
  template <class T>
  void operator()(T* pointer) const {
    release(pointer);
  }
};
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Release<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Release<OSSL_PARAM_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_vfree>>;

std::string_view text_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  const json::string* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

std::optional<std::string> bytes_at(const json::object& object, std::string_view name) {
  const std::string_view text = text_at(object, name);
  auto bytes = from_base64url(text);
  if (text.empty() || !bytes || bytes->empty()) return std::nullopt;
  return bytes;
}

const unsigned char* data_of(const std::string& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

Number number_of(const std::string& bytes) {
  return Number(BN_bin2bn(data_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

std::optional<std::string> pem_of(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* raw = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return std::nullopt;
  const Key key(raw);
  const KeyContext checking(EVP_PKEY_CTX_new(key.get(), nullptr));
  if (!checking || EVP_PKEY_public_check(checking.get()) != 1) return std::nullopt;
  const Bio out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PUBKEY(out.get(), key.get()) != 1) return std::nullopt;
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

std::optional<std::string> rsa_pem(const json::object& jwk) {
  const auto modulus = bytes_at(jwk, "n"), exponent = bytes_at(jwk, "e");
  if (!modulus || modulus->size() > most_rsa_bits / 8 + 1 || !exponent || exponent->size() > longest_exponent)
    return std::nullopt;
  const Number n = number_of(*modulus), e = number_of(*exponent);
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || BN_num_bits(n.get()) < least_rsa_bits || BN_num_bits(n.get()) > most_rsa_bits || !builder ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return std::nullopt;
  return pem_of("RSA", builder.get());
}

std::optional<std::string> p256_pem(const json::object& jwk) {
  const auto x = bytes_at(jwk, "x"), y = bytes_at(jwk, "y");
  if (text_at(jwk, "crv") != "P-256" || !x || !y || x->size() != p256_bytes || y->size() != p256_bytes)
    return std::nullopt;
  const std::string point = "\x04" + *x + *y;  // uncompressed
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return std::nullopt;
  return pem_of("EC", builder.get());
}

/// Nothing when the key is for something else than checking our two kinds of signatures.
std::optional<JwtKey> read_key(const json::object& jwk) {
  const std::string_view use = text_at(jwk, "use"), algorithm = text_at(jwk, "alg"), type = text_at(jwk, "kty");
  if (!use.empty() && use != "sig") return std::nullopt;
  const bool rsa = type == "RSA";
  if (!rsa && type != "EC") return std::nullopt;
  if (!algorithm.empty() && algorithm != (rsa ? "RS256" : "ES256")) return std::nullopt;
  auto pem = rsa ? rsa_pem(jwk) : p256_pem(jwk);
  if (!pem) return std::nullopt;
  return JwtKey{std::string(text_at(jwk, "kid")), rsa ? JwtAlgorithm::rs256 : JwtAlgorithm::es256, std::move(*pem)};
}

}  // namespace

Result<JwtKeys> read_jwks(std::string_view text) {
  const Error no_set{Code::bad_setting, "this is no JSON Web Key Set"};
  if (text.size() > longest_set) return no_set;
  json::parse_options options;
  options.max_depth = deepest;
  boost::system::error_code error;
  const json::value set = json::parse({text.data(), text.size()}, error, {}, options);
  const json::object* object = error ? nullptr : set.if_object();
  const json::value* list = object ? object->if_contains("keys") : nullptr;
  if (!list || !list->is_array() || list->get_array().size() > most_keys) return no_set;
  JwtKeys keys;
  for (const json::value& item : list->get_array()) {
    const json::object* jwk = item.if_object();
    if (auto key = jwk ? read_key(*jwk) : std::nullopt) keys.push_back(std::move(*key));
  }
  return keys;
}

}  // namespace decima::http
