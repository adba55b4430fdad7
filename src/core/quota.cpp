#include "core/quota.hpp"

#include "base/metrics.hpp"
#include "base/text.hpp"

namespace decima::core {
namespace {

constexpr double seconds_until_stale = 60;
/// When there seems to be no room the store is asked again, since jobs may have ended; but not by every refusal.
constexpr double seconds_between_looks = 1;

std::uint64_t get(const Quota::Bytes& bytes, std::string_view kind) {
  const auto found = bytes.find(kind);
  return found == bytes.end() ? 0 : found->second;
}

std::uint64_t sum(const Quota::Bytes& bytes) {
  std::uint64_t all = 0;
  for (const auto& [kind, count] : bytes) all += count;
  return all;
}

Error full(std::uint64_t wanted, std::uint64_t held, std::uint64_t limit, std::string_view whose,
           std::string_view setting) {
  return {Code::quota_full, std::string(whose) + " results, stored and under way, take " + show_bytes(held) + ", " +
                                show_bytes(wanted) + " more are asked for, and at most " + show_bytes(limit) +
                                " are stored here: raise " + std::string(setting) +
                                ", set DECIMA_RETENTION so that old results make room, or cancel jobs that wait"};
}

void show(const ShelfRooms& rooms) {
  constexpr const char* name = "decima_stored_bytes";
  constexpr const char* help = "Bytes of results as of the latest count: kept, and expected of unfinished jobs.";
  for (const auto& [kind, room] : rooms) {
    metrics::gauge(name, help, {{"kind", kind}, {"what", "kept"}}).set(static_cast<double>(room.kept));
    metrics::gauge(name, help, {{"kind", kind}, {"what", "expected"}}).set(static_cast<double>(room.expected));
  }
}

}  // namespace

Result<> Quota::reserve(const Bytes& wanted) {
  if (!limited()) return Done{};
  const std::lock_guard lock(mutex_);
  if (!measured_ || measured_->seconds() > seconds_until_stale)
    if (auto measured = measure(); !measured) return measured;
  auto room = fits(wanted);
  if (!room && measured_->seconds() > seconds_between_looks) {
    if (auto measured = measure(); !measured) return measured;
    room = fits(wanted);
  }
  if (!room) return room;
  for (const auto& [kind, bytes] : wanted) reserved_[kind] += bytes;
  return Done{};
}

void Quota::settle(const Bytes& reserved, const Bytes& queued) {
  if (!limited()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& [kind, bytes] : reserved) reserved_[kind] -= bytes;
  for (const auto& [kind, bytes] : queued) held_[kind] += bytes;
}

/// Under the lock: what is settled while the store counts is added to the count, and may be in it already. Too much is
/// the safe side.
Result<> Quota::measure() {
  auto rooms = shelf_.rooms();
  if (!rooms) return rooms.error();
  show(*rooms);
  held_.clear();
  for (const auto& [kind, room] : *rooms) held_[kind] = room.all();
  measured_.emplace();
  return Done{};
}

std::uint64_t Quota::held(std::string_view kind) const { return get(held_, kind) + get(reserved_, kind); }

Result<> Quota::fits(const Bytes& wanted) const {
  for (const auto& [kind, bytes] : wanted)
    if (const auto limit = limits_.kinds.find(kind);
        limit != limits_.kinds.end() && bytes > 0 && held(kind) + bytes > limit->second)
      return full(bytes, held(kind), limit->second, kind, "DECIMA_STORED_LIMIT_KINDS");
  const std::uint64_t more = sum(wanted), all = sum(held_) + sum(reserved_);
  if (more > 0 && all + more > limits_.all) return full(more, all, limits_.all, "all", "DECIMA_STORED_LIMIT");
  return Done{};
}

}  // namespace decima::core
