#pragma once
#include <atomic>
#include <chrono>
#include <string>

namespace decima {

using Duration = std::chrono::milliseconds;
/// UTC, to the millisecond: what rows hold and answers show.
using Time = std::chrono::sys_time<Duration>;

/// Where time comes from. Code that decides by time takes a Clock, so that its tests need no sleeping.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }
};

/// Stands still until told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start = Time(std::chrono::hours(24 * 365 * 50))) : now_(start.time_since_epoch()) {}
  Time now() const override { return Time(now_.load()); }
  void advance(Duration by) { now_.store(now_.load() + by); }

 private:
  std::atomic<Duration> now_;
};

inline std::int64_t to_millis(Time time) { return time.time_since_epoch().count(); }
inline Time from_millis(std::int64_t millis) { return Time(Duration(millis)); }

/// "2026-11-21T10:25:00.123Z", RFC 3339 in UTC.
std::string rfc3339(Time time);

/// Seconds since an arbitrary start, for measuring how long things took.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace decima
