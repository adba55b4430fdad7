#include "core/compute.hpp"

#include <optional>
#include <utility>

#include "engine/arena.hpp"

namespace decima::core {
namespace {

Error failure(engine::Status status) {
  if (status == engine::Status::stopped) return {Code::stopped, ""};
  return {Code::out_of_memory, "the computation needs more than it may use or the machine has"};
}

/// From here on the memory of the computation is worth more as a cache of its file: without it, on a machine that has
/// twice as much, the digits would be read back from the disk.
constexpr std::uint64_t long_text = std::uint64_t{1} << 30;

class PassSink final : public engine::TextSink {
 public:
  explicit PassSink(TextPass& pass) : pass_(pass) {}

  bool write(std::string_view piece) override {
    if (auto fed = pass_.feed(piece); !fed) error_ = fed.error();
    return !error_;
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  TextPass& pass_;
  std::optional<Error> error_;
};

}  // namespace

Result<engine::Decimal> compute(const Request& request, engine::Context& context) {
  auto number = request.kind->compute(request.arguments, context);
  if (!number) return failure(number.status());
  if (request.estimate.digits >= long_text) context.arena.trim_behind(number->mantissa);
  return *number;
}

Result<> emit(const engine::Decimal& number, engine::Context& context, TextPass& pass) {
  PassSink sink(pass);
  const engine::Status status = engine::write_text(number, context, sink);
  if (sink.error()) return *sink.error();
  if (status != engine::Status::ok) return failure(status);
  return Done{};
}

Result<Digest> emit(const engine::Decimal& number, engine::Context& context, TakeText take, const Wanted& wanted) {
  TextPass pass(wanted, context.executor, std::move(take));
  if (auto emitted = emit(number, context, pass); !emitted) return emitted.error();
  if (auto ended = pass.end(); !ended) return ended.error();
  return pass.digest();
}

}  // namespace decima::core
