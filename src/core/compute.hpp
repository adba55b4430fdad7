#pragma once
#include "base/result.hpp"
#include "core/digest.hpp"
#include "core/request.hpp"
#include "core/text_pass.hpp"
#include "engine/context.hpp"
#include "engine/decimal.hpp"

namespace decima::core {

/// The number a request asks for. It lies in the context's arena until the arena's next job; of a long one the rest of
/// the arena's memory goes back to the system, which wants it for the digits on their way to the disk and back.
Result<engine::Decimal> compute(const Request& request, engine::Context& context);

/// Gives the number's digits to a pass.
Result<> emit(const engine::Decimal& number, engine::Context& context, TextPass& pass);
/// Writes the number's digits to `take` and hashes them on the way, their blocks too where they are wanted.
Result<Digest> emit(const engine::Decimal& number, engine::Context& context, TakeText take,
                    const Wanted& wanted = {.blocks = true});

}  // namespace decima::core
