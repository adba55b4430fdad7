#include "core/scrub.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "core/verify.hpp"

namespace decima::core {
namespace {

constexpr const char* role = "scrubber";
/// A restart repeats at most a page.
constexpr std::size_t page = 100;
/// However short a result is, the disk reads so much for it.
constexpr std::uint64_t least_read = 4096;
/// How long one leads. A long result may take longer; another that begins meanwhile reads it twice, which does no harm.
constexpr Duration term{600'000};
/// Between two looks whether there is something to do.
constexpr Duration rest{60'000};

metrics::Counter results_counter(const char* verdict) {
  return metrics::counter("decima_scrub_results_total", "Stored results that were read again, by what was found.",
                          {{"verdict", verdict}});
}

void sleep(Duration duration, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asleep;
  std::unique_lock lock(mutex);
  asleep.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace

Duration Pace::rest_after(std::uint64_t bytes) {
  owed_ += std::max(bytes, least_read) * 1000;
  const std::uint64_t millis = owed_ / bytes_per_second_;
  owed_ %= bytes_per_second_;
  return Duration(static_cast<std::int64_t>(millis));
}

/// Block by block, each followed by the pause that keeps the pace. What no reader notices is looked at as well: that
/// the certificate is still the one of these digits.
Result<> Scrubber::read_through(const Job& job, const std::stop_token& stop, Count& count) {
  const auto text = CheckedText::open(ports_, job);
  if (!text) return text.error();
  const auto moduli = draw_moduli(job.identity, job.stored->sha256);
  engine::TextReader number(moduli);
  for (std::size_t i = 0; i < text->block_count(); i++) {
    const auto block = text->block(i);
    if (!block) return block.error();
    number.feed(*block);
    count.bytes += block->size();
    const Duration pause = pace_.rest_after(block->size());
    if (pause > Duration(0)) sleep(pause, stop);
    if (stop.stop_requested()) return Error{Code::stopped, ""};
  }
  if (auto ended = text->end(); !ended) return ended;
  const Certificate certificate{moduli, number.residues()};
  if (certificate.text() == job.stored->residues && number.digits() == job.stored->digits) return Done{};
  return Error{Code::corrupt, job.identity.text() + ": its certificate is another's"};
}

/// An error here is one of the rows' store or a stop, and the pass goes on later from the same page.
Result<> Scrubber::check(const Job& job, const std::stop_token& stop, Count& count) {
  static metrics::Counter sound = results_counter("sound"), damaged = results_counter("damaged"),
                          unreadable = results_counter("unreadable");
  const auto read = read_through(job, stop, count);
  if (!read && read.error().code == Code::stopped) return read;
  count.results++;
  if (!read && read.error().code != Code::corrupt) {
    unreadable.add();
    count.unreadable++;
    if (!count.why_unreadable) count.why_unreadable = read.error();
    return Done{};
  }
  if (read) {
    sound.add();
    return Done{};
  }
  // It may have been set aside or evicted by another since its row was read; then there is nothing to mend.
  const auto now = ports_.jobs.find(job.identity);
  if (!now) return now.error();
  if (!*now || (*now)->state != State::done || (*now)->fence != job.fence || (*now)->evicted_at) return Done{};
  count.damaged++;
  damaged.add();
  service_.damaged(job);
  return Done{};
}

Scrubber::Count& Scrubber::Count::operator+=(const Count& next) {
  results += next.results;
  bytes += next.bytes;
  damaged += next.damaged;
  unreadable += next.unreadable;
  if (!why_unreadable) why_unreadable = next.why_unreadable;
  pass_ended = next.pass_ended;
  return *this;
}

Result<> Scrubber::begin_anew() { return ports_.jobs.keep_place(role, 0); }

Result<Scrubber::Count> Scrubber::next_page(const std::stop_token& stop) {
  const auto place = ports_.jobs.place(role);
  if (!place) return place.error();
  JobQuery query{.state = State::done, .limit = page};
  if (*place > 0) query.before = *place;
  const auto jobs = ports_.jobs.list(query);
  if (!jobs) return jobs.error();
  Count count;
  std::size_t looked_at = 0;
  while (looked_at < jobs->size() && count.bytes < settings_.page_bytes) {
    const Job& job = (*jobs)[looked_at++];
    if (job.evicted_at) continue;
    if (auto checked = check(job, stop, count); !checked) return checked.error();
  }
  count.pass_ended = looked_at < page && looked_at == jobs->size();
  const auto kept = ports_.jobs.keep_place(role, count.pass_ended ? 0 : (*jobs)[looked_at - 1].number);
  if (!kept) return kept.error();
  return count;
}

void Scrubber::run(const std::stop_token& stop) {
  if (settings_.bytes_per_second == 0) return;
  static metrics::Counter passes = metrics::counter("decima_scrub_passes_total", "Times that all results were read.");
  Count whole;
  while (!stop.stop_requested()) {
    const auto elected = ports_.jobs.elect(role, name_, term);
    if (!elected || !*elected) {
      sleep(rest, stop);
      continue;
    }
    const auto count = next_page(stop);
    if (!count) {
      if (count.error().code == Code::stopped) return;
      log::warn("scrub.failed", {{"error", count.error().message()}});
      sleep(rest, stop);
      continue;
    }
    whole += *count;
    if (count->unreadable != 0) {
      log::warn("scrub.unreadable", {{"results", count->unreadable}, {"error", count->why_unreadable->message()}});
      sleep(rest, stop);  // the disk may be away for a while, and all of its results with it
    }
    if (!count->pass_ended) continue;
    passes.add();
    log::info("scrub.pass_ended", {{"results", whole.results},
                                   {"bytes", whole.bytes},
                                   {"damaged", whole.damaged},
                                   {"unreadable", whole.unreadable}});
    whole = {};
    sleep(settings_.between_passes, stop);
  }
}

}  // namespace decima::core
