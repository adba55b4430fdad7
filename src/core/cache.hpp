#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace decima::core {

/// A result small enough to keep: its digits. Shared, so that an answer under way outlives an eviction.
using CachedText = std::shared_ptr<const std::string>;

/// Remembers small finished results. It cannot fail, only miss: an adapter whose server is away answers "nothing".
/// Results never change, so what is found is true. Any thread may call any method.
class Cache {
 public:
  virtual ~Cache() = default;
  /// Looks in this process only and never blocks; nullptr when it is not there.
  virtual CachedText peek(std::string_view key) = 0;
  /// May ask a server.
  virtual CachedText get(std::string_view key) = 0;
  virtual void put(std::string_view key, CachedText text) = 0;
  virtual void forget(std::string_view key) = 0;
};

}  // namespace decima::core
