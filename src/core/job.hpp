#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "core/digest.hpp"
#include "core/identity.hpp"

namespace decima::core {

/// docs/state_machine.md draws the moves between these; the table's CHECKs hold them.
enum class State : std::uint8_t { queued, calculating, uploading, done, failed, cancelled };

std::string_view name(State state);
std::optional<State> state_named(std::string_view name);
inline bool finished(State state) { return state >= State::done; }

/// What is known of a finished job's result besides its digits.
struct Stored {
  std::uint64_t digits = 0;
  std::uint64_t bytes = 0;
  Sha256 sha256{};
  Sha256 merkle_root{};
  std::string residues;  ///< the check's moduli and residues, "m:r m:r": what a certificate is made from

  bool operator==(const Stored&) const = default;
};

/// One row: everything the service knows of a request.
struct Job {
  std::uint64_t number = 0;  ///< the row's running number; the seeds' `id`
  Identity identity;
  State state = State::queued;

  std::uint64_t fence = 0;     ///< grows with every claim; who holds the newest may write
  std::uint64_t failures = 0;  ///< attempts that ended in an error
  std::uint64_t crashes = 0;   ///< leases that ran out

  Time created_at{};
  Time updated_at{};
  Time not_before{};                  ///< no claim earlier than this
  std::optional<Time> started_at{};   ///< the latest claim
  std::optional<Time> finished_at{};  ///< entered done, failed or cancelled

  std::optional<Stored> stored{};         ///< in state done
  std::optional<Error> error{};           ///< the latest failure; in state failed, the reason
  std::optional<Time> evicted_at{};       ///< in state done: since when its digits are not kept any more
  std::optional<Sha256> former_sha256{};  ///< of digits that were evicted: computed again, they must have it
  std::string trace;                      ///< the W3C traceparent of the request that made the row, or empty
};

}  // namespace decima::core
