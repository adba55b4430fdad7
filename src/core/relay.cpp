#include "core/relay.hpp"

#include <vector>

#include "base/log.hpp"
#include "core/stage_timer.hpp"

namespace decima::core {
namespace {
/// Enough that the look and the commit cost little for each, few enough that the workers have the first ones soon.
constexpr std::size_t batch = 500;
constexpr Duration look_anyway{1000};
}  // namespace

Result<std::size_t> Relay::sweep() {
  StageTimer timer(Stage::relay, 0);
  const auto due = ports_.jobs.bells_due(batch);
  if (!due) return due.error();
  timer.jobs(due->size());
  if (due->empty()) return std::size_t{0};
  std::vector<Message> messages;
  std::vector<Identity> named;
  for (const Bell& bell : *due) {
    messages.push_back({names(bell.identity).message, "", bell.rank});
    named.push_back(bell.identity);
  }
  const auto sent = ports_.queue.publish(messages);
  if (!sent) return sent.error();
  // A crash right here rings these twice, which does no harm.
  if (auto noted = ports_.jobs.rung(std::span(named).first(*sent)); !noted) return noted.error();
  return *sent;
}

void Relay::run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { bell_.ring(); });
  while (!stop.stop_requested()) {
    const auto rung = sweep();
    if (!rung) log::warn("relay.failed", {{"error", rung.error().message()}});
    if (!rung || *rung < batch) bell_.wait(look_anyway);
  }
}

}  // namespace decima::core
