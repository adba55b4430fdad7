#pragma once
#include <cassert>
#include <optional>
#include <utility>

namespace decima::engine {

/// How a computation ended. Misuse is an assertion; these are the only ways in which correct use can fail.
enum class Status {
  ok,
  stopped,        ///< the stop token was set, or the sink wanted no more
  out_of_memory,  ///< the arena's ceiling or the machine's memory was reached
};

/// A value, or the reason why there is none.
template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : value_(std::move(value)) {}
  Outcome(Status failure) : status_(failure) { assert(failure != Status::ok); }

  explicit operator bool() const { return value_.has_value(); }
  Status status() const { return status_; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  Status status_ = Status::ok;
};

}  // namespace decima::engine
