#pragma once
#include <functional>
#include <optional>
#include <utility>

#include "adapters/store/connection.hpp"
#include "base/result.hpp"

namespace decima::adapters {

/// What is done in one transaction: all of it, or after an error or an exception nothing.
using Act = std::function<Result<>(Connection&)>;

/// What a power cut may do to an act that was answered with ok.
enum class Lasting {
  always,        ///< nothing
  until_outage,  ///< undo it, with all that was committed after it; a crash of the process undoes nothing
};

/// Hands out sessions for acts, and turns what they throw into Errors. Any thread may call.
class Runner {
 public:
  virtual ~Runner() = default;
  /// Runs the act in a transaction; committed when this returns ok, and then it lasts. After an error nothing of it has
  /// happened.
  virtual Result<> write(const Act& act, Lasting lasting = Lasting::always) = 0;
  /// Runs an act that changes nothing; each of its queries sees all that was committed before.
  virtual Result<> read(const Act& act) = 0;
  /// Whether what is written is found again by the next who opens the database.
  virtual Result<> in_place() { return Done{}; }
};

/// Runs the act; an exception becomes its answer.
Result<> run_guarded(const Act& act, Connection& connection);

}  // namespace decima::adapters
