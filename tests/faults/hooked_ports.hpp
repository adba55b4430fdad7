#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "core/ports.hpp"

namespace decima::faults {

/// Ends an attempt in the middle of a call, as a crash of its process would: nothing after it runs.
struct Crash {};

enum class Moment { before, after };

/// Stands before and after each call of a port. It may throw, wait, or answer with an error that the caller gets in
/// place of the call's answer: before it, nothing has happened; after it, all has.
using Hook = std::function<std::optional<Error>(std::string_view call, Moment moment)>;

std::unique_ptr<core::JobStore> hooked(core::JobStore& jobs, Hook hook);
std::unique_ptr<core::Queue> hooked(core::Queue& queue, Hook hook);
std::unique_ptr<core::BlobStore> hooked(core::BlobStore& blobs, Hook hook);

}  // namespace decima::faults
