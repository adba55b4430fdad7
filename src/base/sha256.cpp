#include "base/sha256.hpp"

#include <openssl/evp.h>

#include <cstdlib>

#include "base/text.hpp"

namespace decima {

struct Sha256Stream::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }

  /// OpenSSL fails here only when it has no memory or no SHA-256; nothing can be trusted then.
  static void require(int success) {
    if (success != 1) std::abort();
  }
  void start() { require(EVP_DigestInit_ex(context, EVP_sha256(), nullptr)); }
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) { state_->start(); }
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

void Sha256Stream::update(std::string_view bytes) {
  State::require(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()));
}

Sha256 Sha256Stream::finish() {
  Sha256 digest;
  State::require(EVP_DigestFinal_ex(state_->context, digest.data(), nullptr));
  state_->start();
  return digest;
}

Sha256 sha256(std::string_view bytes) {
  Sha256Stream stream;
  stream.update(bytes);
  return stream.finish();
}

std::string hex(const Sha256& digest) { return to_hex(digest); }

}  // namespace decima
