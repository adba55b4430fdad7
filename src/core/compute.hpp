#pragma once
#include <functional>
#include <string_view>

#include "base/result.hpp"
#include "core/digest.hpp"
#include "core/request.hpp"
#include "engine/context.hpp"
#include "engine/decimal.hpp"

namespace decima::core {

/// The number a request asks for. It lies in the context's arena until the arena's next job.
Result<engine::Decimal> compute(const Request& request, engine::Context& context);

/// Where digits go, piece by piece.
using TakeText = std::function<Result<>(std::string_view piece)>;

/// Writes the number's digits to `take` and hashes them on the way.
Result<Digest> emit(const engine::Decimal& number, engine::Context& context, const TakeText& take);

}  // namespace decima::core
