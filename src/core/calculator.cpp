#include "core/calculator.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <mutex>

#include "base/log.hpp"
#include "base/text.hpp"
#include "core/compute.hpp"

namespace decima::core {
namespace {

constexpr std::size_t batch_numbers = 64;
constexpr std::uint64_t batch_bytes = 2 << 20;
constexpr std::size_t pass_limit = 1'000;

Identity factorial(std::uint64_t n) { return Identity::of("factorial", {n}); }

/// How long the factorials up to n are together, or more than `enough`, where it stops to count. In double precision,
/// which is a few digits off at most: a budget is no matter of digits.
double bytes_up_to(std::uint64_t n, double enough) {
  double logarithm = 0, bytes = 1;
  for (std::uint64_t i = 1; i <= n && bytes <= enough; ++i) {
    logarithm += std::log10(static_cast<double>(i));
    bytes += std::floor(logarithm) + 1;
  }
  return bytes;
}

std::size_t arena_bytes(std::uint64_t most, const Budgets& budgets) {
  const auto largest = make_request(factorial(most), budgets);
  constexpr std::uint64_t least = 1 << 20;
  return largest ? std::max(largest->estimate.bytes, least) : budgets.memory_bytes;
}

void wait(Duration time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asleep;
  std::unique_lock lock(mutex);
  asleep.wait_for(lock, stop, time, [&] { return stop.stop_requested(); });
}

}  // namespace

Calculator::Calculator(const Ports& ports, const Budgets& budgets, const CachePolicy& policy, const Patience& patience,
                       LiveJobs& live, CalculatorSettings settings)
    : ports_(ports),
      budgets_(budgets),
      policy_(policy),
      patience_(patience),
      live_(live),
      settings_(std::move(settings)),
      arena_(arena_bytes(settings_.most, budgets)) {}

Result<> Calculator::admit(const CalculatorSettings& settings) {
  if (bytes_up_to(settings.most, static_cast<double>(settings.bytes)) <= static_cast<double>(settings.bytes))
    return Done{};
  return Error{Code::too_large, "the factorials up to " + std::to_string(settings.most) + " take more than the " +
                                    show_bytes(settings.bytes) + " that the calculator may fill " +
                                    "(DECIMA_CALCULATOR_MAX, DECIMA_CALCULATOR_BYTES)"};
}

/// The numbers from `next` to at most `last` as claimed jobs, without a gap; what is claimed behind a gap is given
/// back. None where somebody else has the next one.
Result<std::vector<Attempt>> Calculator::claim_next(std::uint64_t next, std::uint64_t last,
                                                    const std::stop_token& stop) {
  std::vector<Request> requests;
  std::vector<NewJob> wanted;
  std::vector<Identity> identities;
  std::uint64_t bytes = 0;
  for (std::uint64_t n = next; n <= last && requests.size() < batch_numbers && bytes < batch_bytes; ++n) {
    auto request = make_request(factorial(n), budgets_);
    if (!request && requests.empty()) return request.error();
    if (!request) break;  // those before it are not refused
    bytes += request->estimate.digits;
    wanted.push_back({request->identity, ""});
    identities.push_back(request->identity);
    requests.push_back(std::move(*request));
  }
  if (const auto submitted = ports_.jobs.submit(wanted); !submitted) return submitted.error();
  auto claimed = ports_.jobs.claim_many(identities, settings_.name, settings_.lease);
  if (!claimed) return claimed.error();
  std::vector<Attempt> attempts;
  bool next_is_suspect = false;
  for (Job& job : *claimed) {
    if (job.state == State::queued) {  // a suspect is shown and not claimed, and has its turn by itself
      next_is_suspect = next_is_suspect || job.identity == identities.front();
      continue;
    }
    const std::size_t place = attempts.size();
    if (place < requests.size() && job.identity == requests[place].identity && !stop.stop_requested()) {
      attempts.push_back({std::move(job), std::move(requests[place]), {}, {}});
    } else if (const auto back = ports_.jobs.give_back({job.identity, job.fence}); !back) {
      log::warn("calculator.not_given_back", {{"job", job.identity.text()}, {"error", back.error().message()}});
    }
  }
  if (!next_is_suspect) return attempts;
  const auto alone = ports_.jobs.claim(identities.front(), settings_.name, settings_.lease);
  if (!alone) return alone.error();
  if (*alone) attempts.push_back({**alone, std::move(requests.front()), {}, {}});
  return attempts;
}

/// n! from the number before it; after a gap, and at the beginning, as anybody else computes it.
Result<engine::Decimal> Calculator::number(const Request& request, engine::Context& context) {
  const std::uint64_t n = request.arguments[0];
  if (sequence_ && sequence_->n() + 1 == n) {
    sequence_->step();
  } else {
    const auto computed = compute(request, context);
    if (!computed) return computed.error();
    sequence_.emplace(n, *computed);
  }
  return sequence_->value();
}

/// Makes the numbers' texts and verifies them. One of which this does not succeed is left to `execute`, which computes
/// it from nothing and knows what to do with errors; the sequence, which may be wrong, ends there.
void Calculator::prepare(std::vector<Attempt>& attempts, const std::stop_token& stop) {
  engine::Context context{arena_, executor_, stop, progress_};
  for (Attempt& attempt : attempts) {
    const auto value = number(*attempt.request, context);
    if (!value) return sequence_.reset();
    std::string text;
    const auto digest = emit(*value, context, [&](std::string_view piece) -> Result<> {
      text.append(piece);
      return Done{};
    });
    if (!digest) return sequence_.reset();
    auto verified = verify(
        *attempt.request, *digest, [&](TextPass& pass) { return pass.feed(text); }, context);
    if (!verified) {
      log::warn("calculator.not_verified",
                {{"job", attempt.job.identity.text()}, {"error", verified.error().message()}});
      return sequence_.reset();
    }
    attempt.given = Given{std::move(*verified), std::move(text)};
  }
}

Result<Cursor> Calculator::round(const std::stop_token& stop) {
  CursorStore& cursors = ports_.jobs.cursors();
  if (const auto raised = cursors.raise_maximum(0, settings_.most); !raised) return raised.error();
  auto cursor = cursors.pass_done(pass_limit);
  if (!cursor) return cursor;
  // The stored maximum never falls; the setting may have been lowered since.
  const std::uint64_t last = std::min(cursor->maximum, settings_.most);
  if (cursor->next > last || stop.stop_requested()) return cursor;
  auto attempts = claim_next(cursor->next, last, stop);
  if (!attempts) return attempts.error();
  if (attempts->empty()) return cursor;
  prepare(*attempts, stop);
  const std::stop_callback pass_on(stop, [&] {
    for (Attempt& attempt : *attempts) attempt.stop.request_stop();
  });
  execute(*attempts, {ports_, policy_, patience_, live_, arena_, executor_, progress_});
  return cursors.cursor();
}

void Calculator::run(const std::stop_token& stop) {
  std::uint64_t before = 0;
  std::string told;  // what lasts is said once
  while (!stop.stop_requested()) {
    const auto cursor = round(stop);
    const std::string error = cursor ? "" : cursor.error().message();
    if (error != told && !error.empty()) log::warn("calculator.failed", {{"error", error}});
    told = error;
    if (!cursor || cursor->next == before) wait(settings_.look_anyway, stop);
    if (cursor) before = cursor->next;
  }
}

Result<> Calculator::fill(std::uint64_t maximum, const std::stop_token& stop) {
  if (const auto raised = ports_.jobs.cursors().raise_maximum(maximum, settings_.most); !raised) return raised.error();
  std::uint64_t before = UINT64_MAX;
  while (!stop.stop_requested()) {
    const auto cursor = round(stop);
    if (!cursor) return cursor.error();
    if (cursor->next > maximum) return Done{};
    if (cursor->next == before) wait(settings_.look_anyway, stop);
    before = cursor->next;
  }
  return Error{Code::stopped, ""};
}

}  // namespace decima::core
