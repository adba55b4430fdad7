#pragma once
#include "base/result.hpp"
#include "core/digest.hpp"
#include "core/request.hpp"
#include "core/text_pass.hpp"
#include "engine/context.hpp"
#include "engine/decimal.hpp"

namespace decima::core {

/// The number a request asks for. It lies in the context's arena until the arena's next job.
Result<engine::Decimal> compute(const Request& request, engine::Context& context);

/// Gives the number's digits to a pass.
Result<> emit(const engine::Decimal& number, engine::Context& context, TextPass& pass);
/// Writes the number's digits to `take` and hashes them on the way.
Result<Digest> emit(const engine::Decimal& number, engine::Context& context, TakeText take);

}  // namespace decima::core
