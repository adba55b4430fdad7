#pragma once
#include <functional>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "core/job_store.hpp"

namespace decima::conformance {

/// A fresh, empty store with whatever it stands on, and the hand on its clock.
class JobStoreHome {
 public:
  virtual ~JobStoreHome() = default;
  virtual core::JobStore& store() = 0;
  /// Makes the store's own time pass.
  virtual void advance(Duration by) = 0;
  virtual Time now() = 0;
  /// Closes the store and opens it again.
  virtual void reopen() = 0;
};

struct JobStoreAdapter {
  std::string name;
  std::function<std::unique_ptr<JobStoreHome>()> make;
};
inline void PrintTo(const JobStoreAdapter& adapter, std::ostream* out) { *out << adapter.name; }

/// Every adapter that must pass: job_store_adapters.cpp lists them.
std::vector<JobStoreAdapter> job_store_adapters();

inline core::Identity factorial(std::uint64_t n) { return core::Identity::of("factorial", {n}); }
inline Sha256 hash_of(std::string_view text) { return sha256(text); }

inline core::Stored result_of(std::string_view text) {
  return {text.size(), text.size(), hash_of(text), hash_of("root of " + std::string(text)), "97:3 101:5"};
}

/// The tests' common moves; what may not fail in them is checked here.
class JobStoreConformance : public testing::TestWithParam<JobStoreAdapter> {
 protected:
  void SetUp() override { home_ = GetParam().make(); }

  core::JobStore& store() { return home_->store(); }
  void advance(Duration by) { home_->advance(by); }

  core::Submission submit(const core::Identity& identity, std::string trace = "") {
    const core::NewJob wanted[] = {{identity, std::move(trace)}};
    auto answer = store().submit(wanted);
    if (!answer || answer->size() != 1) throw std::runtime_error("submit failed");
    return std::move(answer->front());
  }

  core::Job find(const core::Identity& identity) {
    auto job = store().find(identity);
    if (!job || !*job) throw std::runtime_error("no row of " + identity.text());
    return std::move(**job);
  }

  /// Claims what must be there to claim.
  core::Claim claim(const core::Identity& identity, Duration lease = std::chrono::seconds(60)) {
    auto job = store().claim(identity, "worker", lease);
    if (!job || !*job) throw std::runtime_error("cannot claim " + identity.text());
    return {identity, (*job)->fence};
  }
  core::Claim submit_and_claim(const core::Identity& identity, Duration lease = std::chrono::seconds(60)) {
    submit(identity);
    return claim(identity, lease);
  }
  bool can_claim(const core::Identity& identity) {
    auto job = store().claim(identity, "another", std::chrono::seconds(60));
    if (!job) throw std::runtime_error(job.error().message());
    return job->has_value();
  }

  void finish(const core::Claim& claim, std::string_view text = "120") {
    if (!store().uploading(claim)) throw std::runtime_error("uploading refused");
    if (!store().finish(claim, result_of(text), {})) throw std::runtime_error("finish refused");
  }

  /// Identities whose bell is due, in the store's order.
  std::vector<core::Identity> bells(std::size_t limit = 1000) {
    auto due = store().bells_due(limit);
    if (!due) throw std::runtime_error(due.error().message());
    std::vector<core::Identity> identities;
    for (const core::Bell& bell : *due) identities.push_back(bell.identity);
    return identities;
  }
  void ring(std::initializer_list<core::Identity> identities) {
    if (!store().rung(std::vector(identities))) throw std::runtime_error("rung failed");
  }

  std::unique_ptr<JobStoreHome> home_;
};

}  // namespace decima::conformance
