#pragma once
#include <array>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/sha256.hpp"
#include "http/jwt.hpp"

namespace decima::http {

/// Tokens that were found good, by their hashes, so that a client that shows the same one with every request is not
/// checked every time: a signature takes a third of a millisecond. Holds only with the keys that it was checked with,
/// and only until the token expires. Any thread may call.
class TokenCache {
 public:
  using Keys = std::shared_ptr<const JwtKeys>;

  /// Between `most` and twice as many tokens are remembered.
  static constexpr std::size_t most = 4096;
  explicit TokenCache(std::size_t tokens = most) : most_(tokens) {}

  std::optional<Caller> find(const Sha256& token, const Keys& keys, Time now);
  void keep(const Sha256& token, const Keys& keys, const JwtAnswer& good);

 private:
  struct Known {
    Caller caller;
    Time until;
  };
  struct Hash {
    std::size_t operator()(const Sha256& hash) const {
      std::size_t value;
      std::memcpy(&value, hash.data(), sizeof value);
      return value;
    }
  };
  using Generation = std::unordered_map<Sha256, Known, Hash>;

  /// Forgets all when the keys are others than before.
  void follow(const Keys& keys);

  const std::size_t most_;
  std::mutex mutex_;
  Keys keys_;
  Generation young_, old_;  // when the young one is full it becomes the old one, and that is forgotten
};

}  // namespace decima::http
