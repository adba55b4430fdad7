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
    if (!stop.stop_requested()) renew_all();
  }
}

void LeaseKeeper::renew_all() {
  for (Hold* hold : held_) {
    if (Duration(static_cast<std::int64_t>(hold->since_renewal_.seconds() * 1000)) < lease_ / rounds_per_lease)
      continue;
    const auto renewed = jobs_.renew(hold->claim_, lease_);
    hold->since_renewal_ = Stopwatch();
    if (renewed) continue;
    log::warn("lease.not_renewed", {{"job", hold->claim_.identity.text()}, {"error", renewed.error().message()}});
    if (renewed.error().code == Code::lease_lost) hold->computation_.request_stop();
  }
}

}  // namespace decima::core
