#pragma once
#include <stop_token>
#include <string>

#include "core/doorbell.hpp"
#include "core/lease_keeper.hpp"
#include "core/ports.hpp"
#include "core/retention.hpp"

namespace decima::core {

/// Sets right what crashes left behind: leases that ran out, digits in staging that no attempt will finish, evictions
/// that were begun. Holds the stored results to their quota, if there is one. Of all processes one at a time does it,
/// elected by a row.
class Janitor {
 public:
  Janitor(const Ports& ports, const Patience& patience, std::string name, Doorbell& bell,
          Retention* retention = nullptr, LeaseKeeper* own_leases = nullptr, Doorbell* removals = nullptr)
      : ports_(ports),
        patience_(patience),
        name_(std::move(name)),
        bell_(bell),
        retention_(retention),
        own_leases_(own_leases),
        removals_(removals ? *removals : unheard_) {}

  void run(const std::stop_token& stop);

  /// Ends leases that have run out, and whose holders are not seen to live in this very process; how many.
  Result<std::size_t> sweep_leases();
  /// Removes staged digits whose attempt is over; how many.
  Result<std::size_t> sweep_staging();
  /// Removes the digits of evicted results that may still be there, then evicts more if there are too many; how many
  /// that were.
  Result<std::size_t> sweep_results();

 private:
  Result<std::size_t> finish_removals();
  bool leads();
  void round(bool staging_too);

  Ports ports_;
  Patience patience_;
  std::string name_;
  Doorbell& bell_;
  Retention* retention_;
  LeaseKeeper* own_leases_;
  Doorbell unheard_;
  Doorbell& removals_;  ///< rung when digits may have to be removed before the next round
};

}  // namespace decima::core
