#include "engine/kernels.hpp"

#include <atomic>
#include <cstdlib>

namespace decima::engine {
namespace {

#ifdef DECIMA_X86_KERNELS
bool machine_has_avx512ifma() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512ifma");
}
bool machine_has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif

struct Startup {
  const Kernel* kernel;
  std::string problem;
};

const Startup& startup() {
  static const Startup result = [] {
    const char* variable = std::getenv("DECIMA_KERNEL");
    KernelChoice choice = choose_kernel(variable != nullptr ? variable : "");
    if (choice.kernel != nullptr) return Startup{choice.kernel, {}};
    return Startup{choose_kernel("").kernel, "DECIMA_KERNEL: " + choice.problem};
  }();
  return result;
}

std::atomic<const Kernel*>& current() {
  static std::atomic<const Kernel*> kernel{startup().kernel};
  return kernel;
}

}  // namespace

std::span<const KernelEntry> kernels() {
  static const KernelEntry entries[] = {
#ifdef DECIMA_X86_KERNELS
      {&avx512ifma_kernel, machine_has_avx512ifma()},
      {&avx2_kernel, machine_has_avx2()},
#endif
      {&generic_kernel, true},
  };
  static_assert(std::size(entries) <= max_kernels);
  return entries;
}

KernelChoice choose_kernel(std::string_view name) {
  std::string known;
  for (const KernelEntry& entry : kernels()) {
    if (name.empty() ? entry.available : name == entry.kernel->name) {
      if (entry.available) return {entry.kernel, {}};
      return {nullptr,
              "this machine lacks what the kernel '" + std::string(name) + "' needs (" + entry.kernel->summary + ")"};
    }
    known += (known.empty() ? "" : ", ") + std::string(entry.kernel->name);
  }
  return {nullptr, "there is no kernel '" + std::string(name) + "'; this build has " + known};
}

const Kernel& kernel_in_use() { return *current().load(std::memory_order_relaxed); }

const std::string& kernel_problem() { return startup().problem; }

void use_kernel(const Kernel& kernel) { current().store(&kernel, std::memory_order_relaxed); }

std::size_t kernel_index(const Kernel& kernel) {
  std::size_t index = 0;
  while (kernels()[index].kernel != &kernel) ++index;
  return index;
}

}  // namespace decima::engine
