// Every way to multiply, on every kernel that the machine has, against the schoolbook. The input chooses lengths and
// limbs; a limb may be drawn from the two ends of its range, where carries run far.
#include <algorithm>
#include <vector>

#include "engine/arena.hpp"
#include "engine/context.hpp"
#include "engine/executor.hpp"
#include "engine/kernels.hpp"
#include "engine/multiply.hpp"
#include "engine/ntt.hpp"
#include "engine/stack_frame.hpp"
#include "fuzz.hpp"

namespace {

using namespace decima::engine;
using decima::fuzz::require;
using Vector = std::vector<std::uint64_t>;

constexpr std::size_t longest = 1500;

/// The input's bytes, and zeros behind its end.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint64_t next(unsigned count) {
    std::uint64_t value = 0;
    for (; count != 0; --count) value = value << 8 | (at_ < size_ ? data_[at_++] : 0);
    return value;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_, at_ = 0;
};

/// Limbs that repeat the few that the input gives, so that short inputs make long numbers.
Vector number(Bytes& bytes) {
  Vector limbs(bytes.next(2) % (longest + 1));
  const std::size_t period = 1 + bytes.next(1) % 16;
  for (std::size_t i = 0; i < limbs.size(); ++i) {
    if (i >= period) {
      limbs[i] = limbs[i - period];
      continue;
    }
    const std::uint64_t style = bytes.next(1);
    limbs[i] = style < 64 ? radix - 1 - style % 3 : style < 128 ? style % 3 : bytes.next(8) % radix;
  }
  return limbs;
}

struct Workplace {
  explicit Workplace(unsigned threads) : executor(threads) {}
  Arena arena{std::size_t{1} << 30};
  Executor executor;
  Progress progress;
  Context context{arena, executor, {}, progress};
};

void check_products(const Vector& a, const Vector& b, const Vector& expected, Context& context) {
  Vector out(expected.size());
  require(multiply(out, a, b, context) == Status::ok && out == expected);
  std::ranges::fill(out, 1);
  require(ntt_multiply(out, a, b, context) == Status::ok && out == expected);
  const Vector &longer = a.size() < b.size() ? b : a, &shorter = a.size() < b.size() ? a : b;
  std::ranges::copy(longer, out.begin());
  require(multiply_in_place(out, longer.size(), shorter, context) == Status::ok && out == expected);
}

void check_squares(const Vector& a, Context& context) {
  Vector expected(2 * a.size()), out(2 * a.size()), scratch(karatsuba_scratch(a.size()));
  multiply_schoolbook(expected, a, a);
  square_schoolbook(out, a);
  require(out == expected);
  square_karatsuba(out, a, scratch);
  require(out == expected);
  multiply_karatsuba(out, a, a, scratch);
  require(out == expected);
  require(square(out, a, context) == Status::ok && out == expected);
  std::ranges::fill(out, 1);
  require(ntt_square(out, a, context) == Status::ok && out == expected);
  if (a.empty()) return;
  const StackFrame frame(context.arena);
  const Limbs room = context.arena.take(square_room(a.size()));
  std::ranges::copy(a, room.begin());
  require(square_in_place(room, a.size(), context) == Status::ok &&
          std::ranges::equal(room.first(out.size()), expected));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Workplace alone(1), together(3);
  Bytes bytes(data, size);
  Workplace& place = bytes.next(1) % 2 == 0 ? alone : together;
  const Vector a = number(bytes), b = number(bytes);
  Vector expected(a.size() + b.size());
  multiply_schoolbook(expected, a, b);
  for (const KernelEntry& entry : kernels()) {
    if (!entry.available) continue;
    use_kernel(*entry.kernel);
    check_products(a, b, expected, place.context);
    check_squares(a, place.context);
    require(place.arena.mark() == 0);
  }
  return 0;
}
