#include <cstdio>
#include <string>

#include "app/command.hpp"
#include "app/local_run.hpp"
#include "base/clock.hpp"
#include "core/compute.hpp"
#include "core/verify.hpp"
#include "engine/kernels.hpp"
#include "kinds/registry.hpp"

namespace decima::app {
namespace {

constexpr Option options[] = {
    {"list", "", "Only list the kernels of this program and which of them this machine can run."},
};

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
  const core::GiveText replay = [&](core::TextPass& pass) { return pass.feed(computed.text); };
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
  std::printf("  %s  %s%s\n", good ? "ok  " : "FAIL", identity.text().c_str(), why.c_str());
  return good;
}

/// Every known answer with the kernel in use; how many were wrong.
unsigned test_samples(const LocalLimits& limits, LocalRun& local) {
  unsigned wrong = 0;
  for (const kinds::Kind* kind : kinds::all())
    for (const kinds::Sample& sample : kind->samples)
      if (!test_sample(*kind, sample, limits, local)) wrong++;
  return wrong;
}

int list_kernels() {
  for (const engine::KernelEntry& entry : engine::kernels())
    std::printf("%-12s %s\n", std::string(entry.kernel->name).c_str(),
                !entry.available                           ? "not on this machine"
                : entry.kernel == &engine::kernel_in_use() ? "in use"
                                                           : "available");
  return 0;
}

Result<int> run(const Invocation& invocation) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  if (invocation.has("list")) return list_kernels();
  const auto limits = local_limits(*settings, "");
  if (!limits) return limits.error();
  LocalRun local(limits->arena_bytes, limits->threads);
  unsigned wrong = 0;
  for (const engine::KernelEntry& entry : engine::kernels()) {
    const bool wanted = settings->automatic("kernel") || entry.kernel->name == settings->text("kernel");
    if (!entry.available || !wanted) continue;
    std::printf("kernel %s\n", std::string(entry.kernel->name).c_str());
    engine::use_kernel(*entry.kernel);
    wrong += test_samples(*limits, local);
  }
  std::printf(wrong == 0 ? "All known answers are right.\n" : "%u known answers are wrong.\n", wrong);
  return wrong == 0 ? 0 : facts(Code::wrong_result).exit_status;
}

}  // namespace

extern const Command selftest_command;
const Command selftest_command = {
    .name = "selftest",
    .words = "",
    .summary = "Compute known answers on this machine, with each of its kernels, and compare.",
    .details = "",
    .options = options,
    .settings = "Requests|Working|Watching",
    .run = run,
};

}  // namespace decima::app
