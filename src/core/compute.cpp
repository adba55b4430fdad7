#include "core/compute.hpp"

#include <optional>

namespace decima::core {
namespace {

Error failure(engine::Status status) {
  if (status == engine::Status::stopped) return {Code::stopped, ""};
  return {Code::out_of_memory, "the computation needs more than it may use or the machine has"};
}

class HashingSink final : public engine::TextSink {
 public:
  explicit HashingSink(const TakeText& take) : take_(take) {}

  bool write(std::string_view piece) override {
    digester_.update(piece);
    if (auto taken = take_(piece); !taken) error_ = taken.error();
    return !error_;
  }

  const std::optional<Error>& error() const { return error_; }
  Digest finish() { return digester_.finish(); }

 private:
  const TakeText& take_;
  Digester digester_;
  std::optional<Error> error_;
};

}  // namespace

Result<engine::Decimal> compute(const Request& request, engine::Context& context) {
  auto number = request.kind->compute(request.arguments, context);
  if (!number) return failure(number.status());
  return *number;
}

Result<Digest> emit(const engine::Decimal& number, engine::Context& context, const TakeText& take) {
  HashingSink sink(take);
  const engine::Status status = engine::write_text(number, context, sink);
  if (sink.error()) return *sink.error();
  if (status != engine::Status::ok) return failure(status);
  return sink.finish();
}

}  // namespace decima::core
