#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/identity.hpp"
#include "engine/decimal.hpp"
#include "kinds/kind.hpp"

namespace decima::core {

/// What this installation is willing to compute. A request that needs more is refused before it is queued.
struct Budgets {
  std::uint64_t memory_bytes = 0;                 ///< of one computation
  std::uint64_t result_bytes = 0;                 ///< of one result's text
  unsigned threads = 1;                           ///< that a computation runs on; memory depends on them
  std::uint64_t digits = engine::longest_digits;  ///< of one result; no machine's memory takes the engine further

  /// Nothing is refused for its size: for what is only looked at, or computed elsewhere.
  static Budgets unbounded() { return {UINT64_MAX, UINT64_MAX, 1, UINT64_MAX}; }
};

/// A request that can be computed here: its kind exists, its arguments are in range, its cost is within the budgets.
struct Request {
  const kinds::Kind* kind = nullptr;
  std::vector<std::uint64_t> arguments;
  Identity identity;
  kinds::Estimate estimate;
  std::optional<unsigned> priority = {};  ///< core/priority.hpp says what it means, and what is taken where it is empty
};

/// A result of at most this many digits makes a job small: it is computed in milliseconds on one thread.
inline constexpr std::uint64_t small_digits = 1'000'000;
inline bool is_small(const Request& request) { return request.estimate.digits <= small_digits; }

/// `arguments` as the user wrote them; only canonical decimals are taken. The error says what to do.
Result<Request> make_request(std::string_view kind, std::span<const std::string_view> arguments,
                             const Budgets& budgets);
Result<Request> make_request(const Identity& identity, const Budgets& budgets);

}  // namespace decima::core
