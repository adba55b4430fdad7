#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/blob_store.hpp"

namespace decima::program {

/// What lies in a data folder's store of results, whatever program has it open: looked at, and damaged, past that
/// program's back.
class Stored {
 public:
  /// The store is made when it is missing.
  explicit Stored(const std::filesystem::path& data);

  std::vector<std::string> keys(const std::string& prefix) const;
  std::optional<std::string> bytes(const std::string& key) const;
  void put(const std::string& key, const std::string& bytes);

 private:
  std::unique_ptr<core::BlobStore> blobs_;
};

/// Where a factorial's digits lie.
std::string key_of_factorial(std::uint64_t n);

}  // namespace decima::program
