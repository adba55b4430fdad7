#pragma once
#include "base/result.hpp"
#include "core/compute.hpp"
#include "core/execute.hpp"

namespace decima::core {

struct Adopted {
  Verified verified;
  bool there_already = false;  ///< the job was done before; nothing was changed
};

/// Makes digits from elsewhere, which `give` is asked for once, the result of a job: staged, read back, verified and
/// published as computed ones are. Nothing is asked of the job store before they are verified, so digits that are wrong
/// leave nothing behind. For a caller who is the only one at work on these stores: a job that was queued is taken out
/// of its line.
Result<Adopted> adopt(const Request& request, const GiveText& give, const Bench& bench, const std::stop_source& stop);

}  // namespace decima::core
