#include "core/job_store.hpp"

namespace decima::core {
namespace {

/// The answer for one claim out of an answer for several.
Result<> only(const Result<std::vector<bool>>& held, const Claim& claim) {
  if (!held) return held.error();
  if (!held->front())
    return Error{Code::lease_lost, claim.identity.text() + " under fence " + std::to_string(claim.fence)};
  return Done{};
}

}  // namespace

Result<std::optional<Job>> JobStore::claim(const Identity& identity, std::string_view worker, Duration lease) {
  auto claimed = claim_many(std::span(&identity, 1), worker, lease);
  if (!claimed) return claimed.error();
  if (claimed->empty()) return std::optional<Job>();
  return std::optional<Job>(std::move(claimed->front()));
}

Result<> JobStore::renew(const Claim& claim, Duration lease) {
  return only(renew_many(std::span(&claim, 1), lease), claim);
}

Result<> JobStore::uploading(const Claim& claim) { return only(uploading_many(std::span(&claim, 1)), claim); }

Result<> JobStore::finish(const Claim& claim, const Stored& stored, std::span<const Sha256> blocks) {
  const Finish finish{claim, stored, {blocks.begin(), blocks.end()}};
  return only(finish_many(std::span(&finish, 1)), claim);
}

}  // namespace decima::core
