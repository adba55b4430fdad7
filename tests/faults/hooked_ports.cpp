#include "hooked_ports.hpp"

namespace decima::faults {
namespace {

template <class Call>
auto with(const Hook& hook, std::string_view name, Call call) -> decltype(call()) {
  if (auto error = hook(name, Moment::before)) return *error;
  auto answer = call();
  if (auto error = hook(name, Moment::after)) return *error;
  return answer;
}

class HookedShelf final : public core::Shelf {
 public:
  HookedShelf(core::Shelf& real, Hook hook) : real_(real), hook_(std::move(hook)) {}

  Result<core::ShelfRooms> rooms() override {
    return with(hook_, "jobs.rooms", [&] { return real_.rooms(); });
  }
  Result<> used(std::span<const core::Identity> identities) override {
    return with(hook_, "jobs.used", [&] { return real_.used(identities); });
  }
  Result<std::vector<core::Job>> least_used(std::size_t limit) override {
    return with(hook_, "jobs.least_used", [&] { return real_.least_used(limit); });
  }
  Result<std::vector<bool>> evict(std::span<const core::Eviction> evictions) override {
    return with(hook_, "jobs.evict", [&] { return real_.evict(evictions); });
  }
  Result<std::vector<core::Identity>> evictions_begun(std::size_t limit) override {
    return with(hook_, "jobs.evictions_begun", [&] { return real_.evictions_begun(limit); });
  }
  Result<> evicted(std::span<const core::Identity> identities) override {
    return with(hook_, "jobs.evicted", [&] { return real_.evicted(identities); });
  }
  Result<> restore(const core::Identity& identity) override {
    return with(hook_, "jobs.restore", [&] { return real_.restore(identity); });
  }

 private:
  core::Shelf& real_;
  Hook hook_;
};

class HookedJobs final : public core::JobStore {
 public:
  HookedJobs(core::JobStore& real, Hook hook) : real_(real), hook_(hook), shelf_(real.shelf(), std::move(hook)) {}

  Result<std::vector<core::Submission>> submit(std::span<const core::NewJob> jobs) override {
    return with(hook_, "jobs.submit", [&] { return real_.submit(jobs); });
  }
  Result<std::optional<core::Job>> find(const core::Identity& identity) override {
    return with(hook_, "jobs.find", [&] { return real_.find(identity); });
  }
  Result<std::vector<core::Job>> list(const core::JobQuery& query) override {
    return with(hook_, "jobs.list", [&] { return real_.list(query); });
  }
  Result<std::vector<core::Bell>> bells_due(std::size_t limit) override {
    return with(hook_, "jobs.bells_due", [&] { return real_.bells_due(limit); });
  }
  Result<> rung(std::span<const core::Identity> identities) override {
    return with(hook_, "jobs.rung", [&] { return real_.rung(identities); });
  }
  Result<std::vector<core::Job>> claim_many(std::span<const core::Identity> identities, std::string_view worker,
                                            Duration lease) override {
    return with(hook_, "jobs.claim_many", [&] { return real_.claim_many(identities, worker, lease); });
  }
  Result<std::vector<bool>> renew_many(std::span<const core::Claim> claims, Duration lease) override {
    return with(hook_, "jobs.renew_many", [&] { return real_.renew_many(claims, lease); });
  }
  Result<std::vector<bool>> uploading_many(std::span<const core::Claim> claims) override {
    return with(hook_, "jobs.uploading_many", [&] { return real_.uploading_many(claims); });
  }
  Result<std::vector<bool>> finish_many(std::span<const core::Finish> finishes) override {
    return with(hook_, "jobs.finish_many", [&] { return real_.finish_many(finishes); });
  }
  Result<core::State> fail(const core::Claim& claim, const Error& error, Duration delay,
                           const core::Patience& patience) override {
    return with(hook_, "jobs.fail", [&] { return real_.fail(claim, error, delay, patience); });
  }
  Result<> give_back(const core::Claim& claim) override {
    return with(hook_, "jobs.give_back", [&] { return real_.give_back(claim); });
  }
  Result<std::optional<core::State>> cancel(const core::Identity& identity) override {
    return with(hook_, "jobs.cancel", [&] { return real_.cancel(identity); });
  }
  Result<> recompute(const core::Identity& identity, const Sha256& sha256) override {
    return with(hook_, "jobs.recompute", [&] { return real_.recompute(identity, sha256); });
  }
  Result<std::size_t> expire_leases(const core::Patience& patience) override {
    return with(hook_, "jobs.expire_leases", [&] { return real_.expire_leases(patience); });
  }
  Result<std::size_t> void_leases(const core::Patience& patience) override {
    return with(hook_, "jobs.void_leases", [&] { return real_.void_leases(patience); });
  }
  Result<std::vector<Sha256>> blocks(const core::Identity& identity) override {
    return with(hook_, "jobs.blocks", [&] { return real_.blocks(identity); });
  }
  core::CursorStore& cursors() override { return real_.cursors(); }
  Result<core::StateCounts> counts() override {
    return with(hook_, "jobs.counts", [&] { return real_.counts(); });
  }
  Result<bool> elect(std::string_view role, std::string_view holder, Duration term) override {
    return with(hook_, "jobs.elect", [&] { return real_.elect(role, holder, term); });
  }
  core::Shelf& shelf() override { return shelf_; }
  Result<std::uint64_t> place(std::string_view role) override {
    return with(hook_, "jobs.place", [&] { return real_.place(role); });
  }
  Result<> keep_place(std::string_view role, std::uint64_t place) override {
    return with(hook_, "jobs.keep_place", [&] { return real_.keep_place(role, place); });
  }
  Result<> ping() override { return real_.ping(); }

 private:
  core::JobStore& real_;
  Hook hook_;
  HookedShelf shelf_;
};

class HookedQueue final : public core::Queue {
 public:
  HookedQueue(core::Queue& real, Hook hook) : real_(real), hook_(std::move(hook)) {}

  Result<std::size_t> publish(std::span<const core::Message> messages) override {
    return with(hook_, "queue.publish", [&] { return real_.publish(messages); });
  }
  Result<std::optional<core::Delivery>> take(Duration wait) override {
    return with(hook_, "queue.take", [&] { return real_.take(wait); });
  }
  Result<> acknowledge(const core::Delivery& delivery) override {
    return with(hook_, "queue.acknowledge", [&] { return real_.acknowledge(delivery); });
  }
  Result<> dead_letter(const core::Delivery& delivery, std::string_view why) override {
    return with(hook_, "queue.dead_letter", [&] { return real_.dead_letter(delivery, why); });
  }
  Result<std::uint64_t> depth() override { return real_.depth(); }
  void interrupt() override { real_.interrupt(); }
  Result<> ping() override { return real_.ping(); }

 private:
  core::Queue& real_;
  Hook hook_;
};

class HookedWriter final : public core::BlobWriter {
 public:
  HookedWriter(std::unique_ptr<core::BlobWriter> real, Hook hook) : real_(std::move(real)), hook_(std::move(hook)) {}

  Result<> append(std::string_view piece) override {
    return with(hook_, "blobs.append", [&] { return real_->append(piece); });
  }
  Result<> commit() override {
    return with(hook_, "blobs.commit", [&] { return real_->commit(); });
  }

 private:
  std::unique_ptr<core::BlobWriter> real_;
  Hook hook_;
};

class HookedBlobs final : public core::BlobStore {
 public:
  HookedBlobs(core::BlobStore& real, Hook hook) : real_(real), hook_(std::move(hook)) {}

  Result<std::unique_ptr<core::BlobWriter>> create(std::string_view key) override {
    return with(hook_, "blobs.create", [&]() -> Result<std::unique_ptr<core::BlobWriter>> {
      auto writer = real_.create(key);
      if (!writer) return writer.error();
      return std::unique_ptr<core::BlobWriter>(std::make_unique<HookedWriter>(std::move(*writer), hook_));
    });
  }
  Result<> put_many(std::span<const core::Blob> blobs) override {
    return with(hook_, "blobs.put_many", [&] { return real_.put_many(blobs); });
  }
  Result<std::size_t> read(std::string_view key, std::uint64_t offset, std::span<char> into) override {
    return with(hook_, "blobs.read", [&] { return real_.read(key, offset, into); });
  }
  Result<> promote(std::string_view from, std::string_view to) override {
    return with(hook_, "blobs.promote", [&] { return real_.promote(from, to); });
  }
  // Not the real one's promote_many: one by one, so that the hook also stands between two of a batch.
  Result<> remove(std::string_view key) override {
    return with(hook_, "blobs.remove", [&] { return real_.remove(key); });
  }
  Result<std::uint64_t> size(std::string_view key) override {
    return with(hook_, "blobs.size", [&] { return real_.size(key); });
  }
  Result<std::vector<std::string>> list(std::string_view prefix, std::string_view after, std::size_t limit) override {
    return with(hook_, "blobs.list", [&] { return real_.list(prefix, after, limit); });
  }
  std::string url(std::string_view key) const override { return real_.url(key); }
  Result<> ping() override { return real_.ping(); }

 private:
  core::BlobStore& real_;
  Hook hook_;
};

}  // namespace

std::unique_ptr<core::JobStore> hooked(core::JobStore& jobs, Hook hook) {
  return std::make_unique<HookedJobs>(jobs, std::move(hook));
}
std::unique_ptr<core::Queue> hooked(core::Queue& queue, Hook hook) {
  return std::make_unique<HookedQueue>(queue, std::move(hook));
}
std::unique_ptr<core::BlobStore> hooked(core::BlobStore& blobs, Hook hook) {
  return std::make_unique<HookedBlobs>(blobs, std::move(hook));
}

}  // namespace decima::faults
