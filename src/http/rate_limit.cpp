#include "http/rate_limit.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace decima::http {
namespace {

using std::chrono::nanoseconds;

std::chrono::seconds rounded_up(nanoseconds time) { return std::chrono::ceil<std::chrono::seconds>(time); }

}  // namespace

std::optional<Rate> Rate::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto count = parse_number(text.substr(0, slash));
  const auto millis = parse_duration_ms(text.substr(slash + 1));
  constexpr std::int64_t longest = std::int64_t{31} * 24 * 3600 * 1000;
  if (!count || *count == 0 || *count > 1'000'000'000 || !millis || *millis <= 0 || *millis > longest)
    return std::nullopt;
  return Rate{*count, Duration(*millis)};
}

RateLimiter::RateLimiter(const Rate& rate, std::size_t clients)
    : rate_(rate),
      each_(std::max(nanoseconds(1), nanoseconds(rate.period) / static_cast<std::int64_t>(rate.count))),
      clients_per_shard_(std::max<std::size_t>(1, clients / shards)) {}

RateLimiter::Shard& RateLimiter::shard_of(const Address& client) {
  return shards_[(AddressHash()(client) >> 32) % shards];
}

/// The client's, or the one of the client not seen for longest, begun anew; the latest now.
RateLimiter::Entry& RateLimiter::entry(Shard& shard, const Address& client, Moment now) const {
  const auto found = shard.at.find(client);
  if (found != shard.at.end()) {
    shard.recent.splice(shard.recent.begin(), shard.recent, found->second);
  } else {
    if (shard.recent.size() >= clients_per_shard_) {
      shard.at.erase(shard.recent.back().client);
      shard.recent.pop_back();
    }
    shard.recent.push_front({client, now});
    shard.at.emplace(client, shard.recent.begin());
  }
  Entry& entry = shard.recent.front();
  entry.full_at = std::max(entry.full_at, now);
  return entry;
}

RateLimiter::Standing RateLimiter::standing(const Entry& entry, bool admitted, Moment now) const {
  const nanoseconds missing = entry.full_at - now;
  const nanoseconds there = nanoseconds(rate_.period) - missing;
  Standing standing;
  standing.admitted = admitted;
  standing.remaining = there < each_ ? 0 : static_cast<std::uint64_t>(there / each_);
  standing.remaining = std::min(standing.remaining, rate_.count);
  standing.full_in = rounded_up(missing);
  if (!admitted) standing.retry_in = std::max(std::chrono::seconds(1), rounded_up(each_ - there));
  return standing;
}

RateLimiter::Standing RateLimiter::take(const Address& client, Moment now) {
  const Address key = client_key(client);
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  Entry& mine = entry(shard, key, now);
  const bool admitted = mine.full_at + each_ - now <= nanoseconds(rate_.period);
  if (admitted) mine.full_at += each_;
  return standing(mine, admitted, now);
}

RateLimiter::Standing RateLimiter::charge(const Address& client, std::uint64_t more, Moment now) {
  const Address key = client_key(client);
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  Entry& mine = entry(shard, key, now);
  mine.full_at += each_ * static_cast<std::int64_t>(more);
  return standing(mine, true, now);
}

std::size_t RateLimiter::clients() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += shard.recent.size();
  }
  return count;
}

}  // namespace decima::http
