#include <cstdio>

#include "adapters/store/sqlite.hpp"
#include "app/command.hpp"
#include "app/services.hpp"
#include "base/text.hpp"
#include "core/scrub.hpp"

namespace decima::app {
namespace {

/// The whole of what is stored, from the first page on, as fast as it can be read.
Result<core::Scrubber::Count> read_everything(core::Scrubber& scrubber) {
  core::Scrubber::Count whole;
  while (!whole.pass_ended) {
    const auto page = scrubber.next_page({});
    if (!page) return page.error();
    whole += *page;
  }
  return whole;
}

Result<int> run(const Invocation& invocation) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  if (auto there = adapters::expect_sound_sqlite(store_url(*settings)); !there) return there.error();
  auto services = make_embedded_services(*settings);
  if (!services) return services.error();
  core::Doorbell bell;
  core::LiveJobs live;
  core::Notices notices;
  const core::Ports ports = (*services)->ports();
  core::Service service(ports, budgets(*settings), cache_policy(*settings), bell, live, notices);
  core::Scrubber scrubber(ports, service, process_name(), {UINT64_MAX, Duration(0)});
  if (auto begun = scrubber.begin_anew(); !begun) return begun.error();
  const auto whole = read_everything(scrubber);
  if (!whole) return whole.error();
  std::printf("%s, %s: ", counted(whole->results, "result").c_str(), counted(whole->bytes, "byte").c_str());
  if (whole->damaged == 0 && whole->unreadable == 0) {
    std::puts("all as they were stored");
    return 0;
  }
  std::printf("%llu damaged, %llu unreadable\n", static_cast<unsigned long long>(whole->damaged),
              static_cast<unsigned long long>(whole->unreadable));
  if (whole->why_unreadable) return *whole->why_unreadable;
  return Error{Code::corrupt, "what was damaged is set aside, and is computed again when decima serve runs"};
}

}  // namespace

extern const Command scrub_command;
const Command scrub_command = {
    .name = "scrub",
    .words = "",
    .summary = "Read every stored result and compare it with its hashes.",
    .details =
        "A damaged result is set aside and its job queued again. decima serve does the same all the time, slowly "
        "(settings scrub_rate and scrub_rest); this is for a data folder that no other decima has open, as after a "
        "restore.",
    .options = {},
    .settings = "Storage|Watching",
    .run = run,
};

}  // namespace decima::app
