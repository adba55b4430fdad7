#include <cstdio>
#include <string>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "base/clock.hpp"
#include "core/compute.hpp"
#include "core/verify.hpp"
#include "kinds/registry.hpp"

namespace decima::app {
namespace {

/// What a known answer is compared with: its text where that is short, its hash otherwise.
struct Computed {
  std::string text;
  Sha256 hash;
};

Result<Computed> compute_and_check(const core::Request& request, LocalRun& local) {
  engine::Context context = local.context();
  const auto number = core::compute(request, context);
  if (!number) return number.error();
  Computed computed;
  const auto digest = core::emit(*number, context, [&](std::string_view piece) -> Result<> {
    computed.text.append(piece);
    return Done{};
  });
  if (!digest) return digest.error();
  const core::Replay replay = [&](const core::SeeText& see) -> Result<> { return see(computed.text), Done{}; };
  if (const auto verified = core::verify(request, *digest, replay, context); !verified) return verified.error();
  computed.hash = digest->sha256;
  return computed;
}

bool is_answer(const Computed& computed, const kinds::Sample& sample) {
  return sample.text.empty() ? hex(computed.hash) == sample.sha256 : computed.text == sample.text;
}

/// One known answer: computed, checked by the second method, compared.
bool test_sample(const kinds::Kind& kind, const kinds::Sample& sample, const LocalLimits& limits, LocalRun& local) {
  const core::Identity identity = core::Identity::of(kind.name, {sample.arguments.begin(), sample.arguments.end()});
  const auto request = core::make_request(identity, limits.budgets);
  const auto computed = request ? compute_and_check(*request, local) : Result<Computed>(request.error());
  const bool good = computed && is_answer(*computed, sample);
  const std::string why = good ? "" : computed ? ": not the known answer" : ": " + computed.error().message();
  std::printf("%s  %s%s\n", good ? "ok  " : "FAIL", identity.text().c_str(), why.c_str());
  return good;
}

int run(const Invocation& invocation) {
  int status = 0;
  const Settings* settings = settings_or_exit(invocation, status);
  if (!settings) return status;
  const auto limits = local_limits(*settings, "");
  if (!limits) return report(limits.error());
  LocalRun local(limits->arena_bytes, limits->threads);
  unsigned tested = 0, failed = 0;
  for (const kinds::Kind* kind : kinds::all())
    for (const kinds::Sample& sample : kind->samples) {
      tested++;
      if (!test_sample(*kind, sample, *limits, local)) failed++;
    }
  std::printf("%u known answers, %u wrong\n", tested, failed);
  return failed == 0 ? 0 : facts(Code::wrong_result).exit_status;
}

}  // namespace

extern const Command selftest_command;
const Command selftest_command = {
    .name = "selftest",
    .words = "",
    .summary = "Compute known answers on this machine and compare.",
    .details = "",
    .options = {},
    .settings = "Requests|Working|Watching",
    .run = run,
};

}  // namespace decima::app
