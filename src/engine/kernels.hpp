#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "engine/kernel.hpp"

namespace decima::engine {

/// One kernel of this build, and whether this machine can run it.
struct KernelEntry {
  const Kernel* kernel;
  bool available;
};

/// All kernels of this build, the fastest first; the last is plain C++ and always available.
std::span<const KernelEntry> kernels();

/// A kernel by its name; the fastest available for the empty name. `kernel` is null where `problem` says in words why
/// there is none.
struct KernelChoice {
  const Kernel* kernel = nullptr;
  std::string problem;
};
KernelChoice choose_kernel(std::string_view name);

/// The kernel that multiplications use: what DECIMA_KERNEL names, else the fastest available. This is the one place
/// that reads the variable.
const Kernel& kernel_in_use();
/// Why DECIMA_KERNEL could not be obeyed, in words, so that the fastest available is in use instead; else empty. A
/// program asks at its start and refuses to run.
const std::string& kernel_problem();
/// Uses that kernel, which must be available, from now on: for tests and self-tests, between computations.
void use_kernel(const Kernel& kernel);

/// A kernel's place in kernels().
std::size_t kernel_index(const Kernel& kernel);
inline constexpr std::size_t max_kernels = 4;

}  // namespace decima::engine
