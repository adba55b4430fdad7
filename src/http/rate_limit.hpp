#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

#include "http/address.hpp"
#include "http/rate.hpp"

namespace decima::http {

/// How much each client may ask, by the generic cell rate algorithm: a bucket of `count` that fills again evenly over
/// `period`, kept as the one moment at which it will be full. Any thread may call. Bounded memory: when there are too
/// many clients, the one not seen for longest begins anew.
class RateLimiter {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  static constexpr std::size_t most_clients = 1 << 16;
  explicit RateLimiter(const Rate& rate, std::size_t clients = most_clients);

  /// How a client stands, in the terms of the RateLimit fields.
  struct Standing {
    bool admitted = true;
    std::uint64_t remaining = 0;
    std::chrono::seconds full_in{0};   ///< until the bucket is full
    std::chrono::seconds retry_in{0};  ///< until one more is admitted, for one who was not
  };
  /// One request. Who is not admitted pays nothing.
  Standing take(const Address& client, Moment now);
  /// What a request turned out to cost beyond that. It is never too much: it becomes debt, and the client waits longer
  /// for the next. So the mean holds, and a batch larger than the bucket is possible at all.
  Standing charge(const Address& client, std::uint64_t more, Moment now);

  const Rate& rate() const { return rate_; }
  std::size_t clients() const;

 private:
  struct Entry {
    Address client;
    Moment full_at;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Entry> recent;  // the latest first
    std::unordered_map<Address, std::list<Entry>::iterator, AddressHash> at;
  };

  Shard& shard_of(const Address& client);
  Entry& entry(Shard& shard, const Address& client, Moment now) const;
  Standing standing(const Entry& entry, bool admitted, Moment now) const;

  static constexpr std::size_t shards = 16;
  const Rate rate_;
  const std::chrono::nanoseconds each_;  // what one request costs
  const std::size_t clients_per_shard_;
  std::array<Shard, shards> shards_;
};

}  // namespace decima::http
