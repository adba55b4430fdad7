#include "core/lease_keeper.hpp"

#include "base/log.hpp"

namespace decima::core {
namespace {
/// A lease outlives a renewal that comes a round late and one that fails.
constexpr int rounds_per_lease = 4;
}  // namespace

LeaseKeeper::LeaseKeeper(JobStore& jobs, Duration lease)
    : jobs_(jobs), lease_(lease), thread_([this](const std::stop_token& stop) { run(stop); }) {}

LeaseKeeper::~LeaseKeeper() = default;

LeaseKeeper::Hold::Hold(LeaseKeeper& keeper, Claim claim, std::stop_source computation)
    : keeper_(keeper), claim_(std::move(claim)), computation_(std::move(computation)) {
  const std::lock_guard lock(keeper_.mutex_);
  place_ = keeper_.held_.insert(keeper_.held_.end(), this);
}

LeaseKeeper::Hold::~Hold() {
  const std::lock_guard lock(keeper_.mutex_);
  keeper_.held_.erase(place_);
}

void LeaseKeeper::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    asleep_.wait_for(lock, stop, lease_ / rounds_per_lease, [] { return false; });
    give_back_owed();  // at the end too
    if (!stop.stop_requested()) renew_older_than(lease_ / rounds_per_lease);
  }
}

void LeaseKeeper::renew_now() {
  const std::lock_guard lock(mutex_);
  give_back_owed();
  renew_older_than(Duration(0));
}

void LeaseKeeper::give_back(Claim claim) {
  const std::lock_guard lock(mutex_);
  owed_.push_back(std::move(claim));
}

void LeaseKeeper::give_back_owed() {
  std::erase_if(owed_, [this](const Claim& claim) {
    const auto given = jobs_.give_back(claim);
    return given || given.error().code == Code::lease_lost;
  });
}

void LeaseKeeper::renew_older_than(Duration age) {
  std::vector<Hold*> due;
  std::vector<Claim> claims;
  for (Hold* hold : held_) {
    if (Duration(static_cast<std::int64_t>(hold->since_renewal_.seconds() * 1000)) < age) continue;
    due.push_back(hold);
    claims.push_back(hold->claim_);
  }
  if (due.empty()) return;
  const auto renewed = jobs_.renew_many(claims, lease_);
  for (Hold* hold : due) hold->since_renewal_ = Stopwatch();
  if (!renewed) {
    log::warn("lease.not_renewed", {{"jobs", std::uint64_t{due.size()}}, {"error", renewed.error().message()}});
    return;
  }
  for (std::size_t i = 0; i < due.size(); i++) {
    if ((*renewed)[i]) continue;
    log::info("lease.lost", {{"job", claims[i].identity.text()}, {"fence", claims[i].fence}});
    due[i]->computation_.request_stop();
  }
}

}  // namespace decima::core
