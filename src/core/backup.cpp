#include "core/backup.hpp"

#include <vector>

#include "core/lookup.hpp"

namespace decima::core {
namespace {

constexpr std::size_t page = 1000;
constexpr std::size_t batch = 256;

class Copy {
 public:
  Copy(const Ports& ports, BlobStore& to, engine::Progress& progress) : ports_(ports), to_(to), progress_(progress) {}

  Result<> copy(const Job& job, const std::stop_token& stop) {
    auto copied = job.stored->bytes <= short_bytes ? copy_short(job) : copy_long(job, stop);
    if (copied) {
      count_.results++;
      count_.bytes += job.stored->bytes;
    } else if (copied.error().code == Code::corrupt) {
      copied = leave_out(job);
    }
    return copied;
  }

  Result<> flush() {
    if (auto put = to_.put_many(waiting_); !put) return put;
    waiting_.clear();
    return Done{};
  }

  const BackupCount& count() const { return count_; }

 private:
  Result<> copy_short(const Job& job) {
    const auto text = CheckedText::open(ports_, job);
    if (!text) return text.error();
    auto bytes = text->block(0);
    if (!bytes) return bytes.error();
    progress_.add(bytes->size());
    waiting_.push_back({names(job.identity).blob_key, std::move(*bytes)});
    return waiting_.size() < batch ? Result<>(Done{}) : flush();
  }

  Result<> copy_long(const Job& job, const std::stop_token& stop) {
    const auto text = CheckedText::open(ports_, job);
    if (!text) return text.error();
    auto writer = to_.create(names(job.identity).blob_key);
    if (!writer) return writer.error();
    for (std::size_t i = 0; i < text->block_count(); i++) {
      if (stop.stop_requested()) return Error{Code::stopped, ""};
      const auto block = text->block(i);
      if (!block) return block.error();
      if (auto written = (*writer)->append(*block); !written) return written;
      progress_.add(block->size());
    }
    return (*writer)->commit();
  }

  /// The copy's row must not name digits that the copy does not have.
  Result<> leave_out(const Job& job) {
    const auto there = ports_.blobs.size(names(job.identity).blob_key);
    const bool gone = !there && there.error().code == Code::not_found;
    if (!there && !gone && there.error().code != Code::corrupt) return there.error();
    ++(gone ? count_.gone : count_.damaged);
    // A hash that may be damaged itself is not to be compared with what is computed again.
    if (!gone || !certified(job.identity, *job.stored)) return ports_.jobs.recompute(job.identity, job.stored->sha256);
    const Eviction eviction[] = {{job.identity, job.stored->sha256}};
    if (auto evicted = ports_.jobs.shelf().evict(eviction); !evicted) return evicted.error();
    return ports_.jobs.shelf().evicted(std::span(&job.identity, 1));
  }

  const Ports& ports_;
  BlobStore& to_;
  engine::Progress& progress_;
  std::vector<Blob> waiting_;
  BackupCount count_;
};

}  // namespace

Result<BackupCount> copy_results(const Ports& ports, BlobStore& to, engine::Progress& progress,
                                 const std::stop_token& stop) {
  Copy copy(ports, to, progress);
  JobQuery query{.state = State::done, .limit = page};
  for (;;) {
    const auto jobs = ports.jobs.list(query);
    if (!jobs) return jobs.error();
    for (const Job& job : *jobs) {
      if (stop.stop_requested()) return Error{Code::stopped, ""};
      if (job.evicted_at) continue;
      if (auto copied = copy.copy(job, stop); !copied) return copied.error();
    }
    if (jobs->size() < page) break;
    query.before = jobs->back().number;
  }
  if (auto flushed = copy.flush(); !flushed) return flushed.error();
  return copy.count();
}

}  // namespace decima::core
