#include "whole_run.hpp"

#include "engine/stack_frame.hpp"

namespace decima::bench {
namespace {

class CountingSink : public engine::TextSink {
 public:
  bool write(std::string_view piece) override {
    characters_ += piece.size();
    return true;
  }
  std::uint64_t characters() const { return characters_; }

 private:
  std::uint64_t characters_ = 0;
};

}  // namespace

engine::Outcome<std::uint64_t> whole_run(const kinds::Kind& kind, kinds::Arguments arguments,
                                         engine::Context& context) {
  const engine::StackFrame frame(context.arena);
  const engine::Outcome<engine::Decimal> value = kind.compute(arguments, context);
  if (!value) return value.status();
  CountingSink sink;
  if (const engine::Status status = write_text(*value, context, sink); status != engine::Status::ok) return status;
  return sink.characters();
}

}  // namespace decima::bench
