#include "stored.hpp"

#include <stdexcept>

#include "adapters/blob/disk.hpp"

namespace decima::program {
namespace {

template <class T>
T sure(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(*result);
}

}  // namespace

Stored::Stored(const std::filesystem::path& data) : blobs_(sure(adapters::make_disk_blobs(data / "results"))) {}

std::vector<std::string> Stored::keys(const std::string& prefix) const {
  return sure(blobs_->list(prefix, "", SIZE_MAX));
}

std::optional<std::string> Stored::bytes(const std::string& key) const {
  const auto size = blobs_->size(key);
  if (!size) return std::nullopt;
  std::string bytes(*size, '\0');
  constexpr std::size_t piece = 1 << 20;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t most = std::min(piece, bytes.size() - at);
    const auto got = blobs_->read(key, at, std::span(bytes.data() + at, most));
    if (!got || *got == 0) return std::nullopt;  // it is going away
    at += *got;
  }
  return bytes;
}

void Stored::put(const std::string& key, const std::string& bytes) {
  const core::Blob blobs[] = {{key, bytes}};
  sure(blobs_->put_many(blobs));
}

std::string key_of_factorial(std::uint64_t n) { return "factorials/" + std::to_string(n) + ".txt"; }

}  // namespace decima::program
