#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <new>
#include <thread>

#include "engine/arena.hpp"
#include "engine/executor.hpp"
#include "engine/kernels.hpp"
#include "engine/multiply.hpp"
#include "kinds/registry.hpp"
#include "library/decima.h"
#include "library/version.hpp"

namespace engine = decima::engine;
namespace kinds = decima::kinds;

/// What a computation needs, kept warm between computations.
struct decima_engine {
  decima_engine(std::size_t memory_bytes, unsigned threads) : arena(memory_bytes), executor(threads) {}

  /// One computation's share of the stop: a request that came before it counts for it, and ends with it.
  class Turn {
   public:
    explicit Turn(decima_engine& engine) : engine_(engine) {
      const std::lock_guard lock(engine.mutex);
      token_ = engine.stop.get_token();
      engine.progress.reset();
      engine.arena.rewind(0);
    }
    ~Turn() {
      const std::lock_guard lock(engine_.mutex);
      if (engine_.stop.stop_requested()) engine_.stop = std::stop_source();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    engine::Context context() { return {engine_.arena, engine_.executor, token_, engine_.progress}; }

   private:
    decima_engine& engine_;
    std::stop_token token_;
  };

  engine::Arena arena;
  engine::Executor executor;
  engine::Progress progress;
  std::mutex mutex;  ///< guards `stop`, which is renewed after it was used
  std::stop_source stop;
};

namespace {

decima_status status_of(engine::Status status) {
  switch (status) {
    case engine::Status::ok:
      return DECIMA_OK;
    case engine::Status::stopped:
      return DECIMA_STOPPED;
    case engine::Status::out_of_memory:
      break;
  }
  return DECIMA_OUT_OF_MEMORY;
}

/// Nothing may be thrown at a caller in C. What these calls can throw is that memory or threads are not to be had.
template <class Body>
decima_status guarded(Body body) {
  try {
    return body();
  } catch (...) {
    return DECIMA_OUT_OF_MEMORY;
  }
}

std::size_t default_memory() {
  const auto bytes =
      static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return bytes / 2;
}

/// The kind of that name, if these are arguments for it.
decima_status look_up(const char* name, kinds::Arguments arguments, const kinds::Kind*& kind) {
  kind = name ? kinds::find(name) : nullptr;
  if (!kind) return DECIMA_NO_SUCH_KIND;
  if (arguments.size() != kind->parameters.size()) return DECIMA_BAD_ARGUMENT;
  for (std::size_t i = 0; i < arguments.size(); i++)
    if (arguments[i] < kind->parameters[i].least || arguments[i] > kind->parameters[i].most) return DECIMA_BAD_ARGUMENT;
  return DECIMA_OK;
}

class CallersSink final : public engine::TextSink {
 public:
  CallersSink(decima_sink sink, void* user) : sink_(sink), user_(user) {}
  bool write(std::string_view piece) override { return sink_(user_, piece.data(), piece.size()) == 0; }

 private:
  decima_sink sink_;
  void* user_;
};

decima_status emit(const engine::Decimal& value, engine::Context& context, decima_sink sink, void* user) {
  CallersSink text(sink, user);
  return status_of(engine::write_text(value, context, text));
}

std::size_t limbs_for(std::size_t digits) { return (digits + engine::digits_per_limb - 1) / engine::digits_per_limb; }

/// False when the text is no number. `limbs` has room for it.
bool read_number(std::string_view text, engine::Limbs limbs) {
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return false;
  for (std::uint64_t& limb : limbs) {
    const std::string_view digits =
        text.substr(text.size() - std::min<std::size_t>(text.size(), engine::digits_per_limb));
    text.remove_suffix(digits.size());
    limb = 0;
    for (const char digit : digits) limb = limb * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  return true;
}

decima_status multiply(std::string_view a, std::string_view b, engine::Context& context, decima_sink sink, void* user) {
  if (a.empty() || b.empty()) return DECIMA_BAD_ARGUMENT;
  const std::size_t a_limbs = limbs_for(a.size()), b_limbs = limbs_for(b.size());
  if (std::min(a_limbs, b_limbs) > engine::longest_operand()) return DECIMA_OUT_OF_MEMORY;
  const engine::Limbs first = context.arena.take(a_limbs), second = context.arena.take(b_limbs);
  const engine::Limbs product = context.arena.take(a_limbs + b_limbs);
  if (product.empty() || first.empty() || second.empty()) return DECIMA_OUT_OF_MEMORY;
  if (!read_number(a, first) || !read_number(b, second)) return DECIMA_BAD_ARGUMENT;
  if (const auto status = engine::multiply(product, first, second, context); status != engine::Status::ok)
    return status_of(status);
  return emit({engine::trimmed(product), 0}, context, sink, user);
}

}  // namespace

const char* decima_status_text(decima_status status) {
  switch (status) {
    case DECIMA_OK:
      return "it went well";
    case DECIMA_STOPPED:
      return "it was stopped";
    case DECIMA_OUT_OF_MEMORY:
      return "it needs more memory than it may use or the machine has";
    case DECIMA_NO_SUCH_KIND:
      return "there is no kind of that name";
    case DECIMA_BAD_ARGUMENT:
      return "an argument is missing, too many, out of range or no number";
  }
  return "this is no status of this version";
}

const char* decima_version() { return decima::library::version; }
const char* decima_kernel() { return engine::kernel_in_use().name; }

const char* decima_kind(size_t index) {
  return index < kinds::all().size() ? kinds::all()[index]->name.data()
                                     : nullptr;  // names are literals, so they end in NUL
}

size_t decima_kind_arguments(const char* kind) {
  const kinds::Kind* found = kind ? kinds::find(kind) : nullptr;
  return found ? found->parameters.size() : 0;
}

decima_engine* decima_new(const decima_options* options) {
  const decima_options wanted = options ? *options : decima_options{};
  const unsigned threads = wanted.threads ? wanted.threads : std::max(1U, std::thread::hardware_concurrency());
  try {
    return new decima_engine(wanted.memory_bytes ? wanted.memory_bytes : default_memory(), threads);
  } catch (...) {
    return nullptr;
  }
}

void decima_free(decima_engine* engine) { delete engine; }
void decima_trim(decima_engine* engine) { engine->arena.trim(); }

decima_status decima_estimate(const decima_engine* engine, const char* kind, const uint64_t* arguments, size_t count,
                              decima_cost* cost) {
  return guarded([&] {
    const kinds::Kind* found = nullptr;
    if (const auto status = look_up(kind, {arguments, count}, found); status != DECIMA_OK) return status;
    const kinds::Estimate estimate = found->estimate({arguments, count}, engine->executor.threads());
    *cost = {estimate.digits, estimate.bytes, estimate.work};
    return DECIMA_OK;
  });
}

decima_status decima_compute(decima_engine* engine, const char* kind, const uint64_t* arguments, size_t count,
                             decima_sink sink, void* user) {
  return guarded([&] {
    const kinds::Kind* found = nullptr;
    if (const auto status = look_up(kind, {arguments, count}, found); status != DECIMA_OK) return status;
    // Known before any memory is touched.
    if (found->estimate({arguments, count}, engine->executor.threads()).bytes > engine->arena.ceiling())
      return DECIMA_OUT_OF_MEMORY;
    decima_engine::Turn turn(*engine);
    engine::Context context = turn.context();
    const auto number = found->compute({arguments, count}, context);
    return number ? emit(*number, context, sink, user) : status_of(number.status());
  });
}

decima_status decima_multiply(decima_engine* engine, const char* a, size_t a_length, const char* b, size_t b_length,
                              decima_sink sink, void* user) {
  return guarded([&] {
    decima_engine::Turn turn(*engine);
    engine::Context context = turn.context();
    return multiply({a, a_length}, {b, b_length}, context, sink, user);
  });
}

void decima_stop(decima_engine* engine) {
  const std::lock_guard lock(engine->mutex);
  engine->stop.request_stop();
}

uint64_t decima_progress(const decima_engine* engine) { return engine->progress.done(); }
