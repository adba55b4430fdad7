#pragma once
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/cursor_store.hpp"
#include "core/execute.hpp"
#include "core/live_jobs.hpp"
#include "core/ports.hpp"
#include "core/request.hpp"
#include "engine/arena.hpp"
#include "engine/executor.hpp"
#include "engine/factorial_sequence.hpp"

namespace decima::core {

struct CalculatorSettings {
  std::string name = "calculator";  ///< of the holder of its leases
  std::uint64_t most = 20'000;      ///< no factorial above it is filled in
  std::uint64_t bytes = 1 << 30;    ///< what all factorials up to `most` may take
  Duration look_anyway{1'000};      ///< how often it asks for more when there is nothing to do
  Duration lease{60'000};           ///< of a batch, which takes far less
};

/// Fills in the factorials from 0 to the maximum in their order, each from the one before by one multiplication by a
/// small number. They are jobs like all others: claimed, verified, published; so workers and further calculators may
/// have some of them done meanwhile, and a crash leaves what any crash of a worker leaves.
class Calculator {
 public:
  Calculator(const Ports& ports, const Budgets& budgets, const CachePolicy& policy, const Patience& patience,
             LiveJobs& live, CalculatorSettings settings);

  /// too_large when all factorials up to `most` would take more than `bytes`.
  static Result<> admit(const CalculatorSettings& settings);

  /// Goes on until stopped, and waits for larger requests when all is filled in.
  void run(const std::stop_token& stop);
  /// Goes on until everything up to `maximum`, which this raises, is done, or until stopped.
  Result<> fill(std::uint64_t maximum, const std::stop_token& stop);

  /// Brings one batch of numbers to their end; where the cursor stands after it.
  Result<Cursor> round(const std::stop_token& stop);

 private:
  Result<std::vector<Attempt>> claim_next(std::uint64_t next, std::uint64_t last, const std::stop_token& stop);
  Result<engine::Decimal> number(const Request& request, engine::Context& context);
  void prepare(std::vector<Attempt>& attempts, const std::stop_token& stop);

  Ports ports_;
  Budgets budgets_;
  CachePolicy policy_;
  Patience patience_;
  LiveJobs& live_;
  CalculatorSettings settings_;
  engine::Arena arena_;
  engine::Executor executor_{1};
  engine::Progress progress_;
  std::optional<engine::FactorialSequence> sequence_;
};

}  // namespace decima::core
