#include "base/sha1.hpp"

#include <openssl/evp.h>

#include <cstdlib>

namespace decima {

std::array<std::uint8_t, 20> sha1(std::string_view bytes) {
  std::array<std::uint8_t, 20> digest{};
  // It fails only without memory, or where SHA-1 is forbidden; what needs it cannot go on then.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1) std::abort();
  return digest;
}

}  // namespace decima
