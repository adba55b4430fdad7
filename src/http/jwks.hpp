#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "http/jwt.hpp"

namespace decima::http {

/// The keys that tokens are signed with, from a file, or from a URL that is asked by a thread of its own: now and then,
/// and when a token names a key that is not among them, but then never more often than every `floor`, whatever tokens
/// say. What cannot be had leaves the keys as they were. A set at the URL is its issuer's word, also one without a key
/// that is of use here: it withdraws all, is said in the log, and asked for again like one that cannot be had. A file
/// like that is a mistake of whoever runs this program, and is refused.
class Jwks {
 public:
  explicit Jwks(std::string location, Duration floor = default_floor);
  ~Jwks();

  /// Reads the file; or has the URL asked at once, without waiting for it.
  Result<> load();
  /// Never nullptr; empty before the first came.
  std::shared_ptr<const JwtKeys> keys() const;
  /// A token named a key that is not there. True when the URL is being asked because of that, or has not given any keys
  /// yet, so that trying again may help.
  bool look_again();

  static constexpr Duration default_floor{30'000};

 private:
  void run(const std::stop_token& stop);
  void tell(const Result<JwtKeys>& fresh) const;
  void take(Result<JwtKeys> fresh);
  /// With the mutex held.
  void ask();

  const std::string location_;
  const bool is_url_;
  const Duration floor_;
  mutable std::mutex mutex_;
  std::condition_variable_any wanted_changed_;
  std::shared_ptr<const JwtKeys> keys_ = std::make_shared<JwtKeys>();
  bool wanted_ = true;
  bool asking_ = false;
  bool came_ = false;  // the first keys
  std::chrono::steady_clock::time_point asked_{};
  std::jthread thread_;  // last, so that it ends first
};

}  // namespace decima::http
