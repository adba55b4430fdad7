#include "engine/ntt_transform.hpp"

#include <algorithm>
#include <atomic>

#include "engine/decimal.hpp"
#include "engine/executor.hpp"

namespace decima::engine {
namespace {

/// Below this many points the work is too short to be shared out.
constexpr std::size_t parallel_length = 1 << 15;
/// Words that a strip of columns may cover in all arrays together: half of a second-level cache of 1 MiB.
constexpr std::size_t strip_words = 1 << 16;

// What a point of a step takes, compared to the others (measured at 2^22 to 2^26 points with AVX-512).
constexpr unsigned scatter_ticks = 4, forward_ticks = 3, inverse_ticks = 4, gather_ticks = 9;

unsigned threads_for(const Shape& shape, unsigned threads) { return shape.length() < parallel_length ? 1 : threads; }

unsigned block_levels(const Shape& shape) { return shape.block_bits - 3; }

std::size_t top_size(const Shape& shape) { return shape.row_bits == 0 ? 0 : PrimeRoots::tree_size(shape.row_bits); }
/// Takes turns for the tree of a row above its blocks and for those of the blocks.
std::size_t block_size(const Shape& shape) {
  return shape.rows() == 1 ? 0 : PrimeRoots::tree_size(std::max(shape.split_bits, block_levels(shape)));
}
}  // namespace

std::uint64_t Transform::square_ticks(const Shape& shape) {
  return shape.length() * (3 * (scatter_ticks + forward_ticks + inverse_ticks) + gather_ticks);
}

std::uint64_t Transform::multiply_ticks(const Shape& shape) { return square_ticks(shape) + finish_ticks(shape); }

std::uint64_t Transform::finish_ticks(const Shape& shape) {
  return shape.length() * 3 * (scatter_ticks + forward_ticks);
}

std::size_t Transform::scratch(const Shape& shape, unsigned threads) {
  threads = threads_for(shape, threads);
  const std::size_t roots = 6 * shape.odd * top_size(shape) + 2 * threads * block_size(shape);
  const std::size_t carries = shape.rows() * threads;
  static_assert(sizeof(Root) == 16 && sizeof(Carry) == 16);
  return (2 * (roots + carries) + 7) / 8 * 8;
}

Transform::Transform(const Shape& shape, const Kernel& kernel, Context& context, std::uint64_t* memory)
    : shape_(shape),
      kernel_(kernel),
      roots_(roots_of(kernel)),
      context_(context),
      threads_(threads_for(shape, context.executor.threads())),
      top_trees_(reinterpret_cast<Root*>(memory)),
      block_trees_(top_trees_ + 6 * shape.odd * top_size(shape)),
      carries_(reinterpret_cast<Carry*>(block_trees_ + 2 * threads_ * block_size(shape))) {
  for (unsigned prime = 0; prime < 3; ++prime) {
    const PrimeRoots& roots = roots_.primes[prime];
    scale_[prime] = roots.scale(shape.odd, shape.row_bits + shape.split_bits + block_levels(shape));
    if (shape.row_bits == 0) continue;
    for (unsigned branch = 0; branch < shape.odd; ++branch)
      for (Direction direction : {Direction::forward, Direction::inverse})
        roots.write_tree(top(prime, branch, direction), shape.row_bits, {shape.odd, branch, 0, 0}, direction);
  }
}

Root* Transform::top(unsigned prime, unsigned branch, Direction direction) const {
  const std::size_t index = (prime * shape_.odd + branch) * 2 + (direction == Direction::inverse ? 1 : 0);
  return top_trees_ + index * top_size(shape_);
}

bool Transform::stopped() const { return context_.stopping(); }

/// A single block takes no longer than counting its steps one by one would be worth; ntt.cpp counts it whole.
void Transform::done(std::size_t points, unsigned ticks) const {
  if (shape_.rows() > 1) context_.progress.tick(points * ticks);
}

template <class Task>
void Transform::in_parallel(std::size_t count, const Task& task) {
  if (count == 1)
    task(0);
  else
    context_.executor.parallel(count, [&](std::size_t i) { task(i); });
}

std::size_t Transform::parts() const { return threads_; }

Transform::Part Transform::part(std::size_t index) const {
  const std::size_t groups = shape_.columns() / 8;
  return {8 * (groups * index / parts()), 8 * (groups * (index + 1) / parts())};
}

std::size_t Transform::strip_columns(std::size_t arrays) const {
  // A block may be shorter than the least strip.
  return std::min(std::max<std::size_t>(strip_words / (arrays * shape_.rows()) / 8 * 8, 64), shape_.columns());
}

/// Where the upper half of the rows is nought, the topmost level, (a, 0) → (a, a), has been done by copying.
void Transform::down_columns(std::uint64_t* x, std::size_t columns, unsigned prime, bool copied) const {
  const Prime& p = ntt_primes[prime];
  const std::size_t leg = shape_.stride() << shape_.row_bits;
  stretch::did(columns * shape_.rows());
  if (copied) {
    for (std::size_t half : {0, 1})
      kernel_.forward_tree(x + half * leg / 2, shape_.stride(), columns, shape_.row_bits - 1,
                           top(prime, 0, Direction::forward), 2 + half, p);
    return;
  }
  const OddRoots odd = roots_.primes[prime].odd(shape_.odd, Direction::forward);
  for (std::size_t at = 0; at < leg && shape_.odd > 1; at += shape_.stride())
    kernel_.forward_odd(x + at, leg, columns, odd, p);
  for (unsigned branch = 0; branch < shape_.odd && shape_.row_bits > 0; ++branch)
    kernel_.forward_tree(x + branch * leg, shape_.stride(), columns, shape_.row_bits,
                         top(prime, branch, Direction::forward), 1, p);
}

void Transform::up_columns(std::uint64_t* x, std::size_t columns, unsigned prime) const {
  const Prime& p = ntt_primes[prime];
  const std::size_t leg = shape_.stride() << shape_.row_bits;
  stretch::did(columns * shape_.rows());
  for (unsigned branch = 0; branch < shape_.odd && shape_.row_bits > 0; ++branch)
    kernel_.inverse_tree(x + branch * leg, shape_.stride(), columns, shape_.row_bits,
                         top(prime, branch, Direction::inverse), 1, p);
  const OddRoots odd = roots_.primes[prime].odd(shape_.odd, Direction::inverse);
  for (std::size_t at = 0; at < leg && shape_.odd > 1; at += shape_.stride())
    kernel_.inverse_odd(x + at, leg, columns, odd, p);
}

/// Residues of `count` limbs from that place on, or zeros where there are none, at `to`.
void Transform::load(std::uint64_t* to, const Source& from, std::size_t row, std::size_t column, std::size_t count,
                     unsigned prime) const {
  const std::size_t first = row * shape_.columns() + column;
  const std::size_t given = first < from.limbs ? std::min(from.limbs - first, count) : 0;
  stretch::did(count);
  if (given != 0) kernel_.load(to, from.first + row * from.pitch + column, given, ntt_primes[prime]);
  std::fill(to + (given + 7) / 8 * 8, to + count, 0);
}

void Transform::scatter(std::uint64_t* x, std::span<const std::uint64_t> limbs, unsigned prime) {
  if (shape_.rows() == 1) return scatter_block(x, limbs, prime);
  scatter_rows(x, {limbs.data(), limbs.size(), shape_.columns()}, prime);
}

void Transform::scatter_in_place(std::uint64_t* x, std::size_t length, unsigned prime) {
  if (shape_.rows() == 1) return scatter_block(x, {x, length}, prime);
  spread(x, length);
  scatter_rows(x, {x, length, shape_.stride()}, prime);
}

/// Moves limbs that lie close together to the rows that they belong to.
void Transform::spread(std::uint64_t* x, std::size_t length) const {
  for (std::size_t row = (length + shape_.columns() - 1) / shape_.columns(); row-- > 1 && !stopped();) {
    const std::uint64_t* const from = x + row * shape_.columns();
    const std::size_t count = std::min(length - row * shape_.columns(), shape_.columns());
    std::copy_backward(from, from + count, x + row * shape_.stride() + count);
    stretch::did(count);
  }
}

void Transform::scatter_rows(std::uint64_t* x, const Source& from, unsigned prime) {
  const bool copied = shape_.odd == 1 && from.limbs <= shape_.length() / 2;
  const std::size_t width = strip_columns(1), rows = copied ? shape_.rows() / 2 : shape_.rows();
  in_parallel(parts(), [&](std::size_t index) {
    const Part whole = part(index);
    for (std::size_t begin = whole.begin; begin < whole.end && !stopped(); begin += width) {
      const std::size_t columns = std::min(width, whole.end - begin);
      for (std::size_t row = 0; row < rows; ++row) {
        std::uint64_t* to = x + row * shape_.stride() + begin;
        load(to, from, row, begin, columns, prime);
        if (copied) std::copy_n(to, columns, to + rows * shape_.stride());
      }
      down_columns(x + begin, columns, prime, copied);
      done(columns * shape_.rows(), scatter_ticks);
    }
  });
}

/// The whole transform of a single block.
void Transform::scatter_block(std::uint64_t* x, std::span<const std::uint64_t> limbs, unsigned prime) {
  const Prime& p = ntt_primes[prime];
  const RootTree roots = roots_.primes[prime].base(Direction::forward);
  const Source from{limbs.data(), limbs.size(), 0};
  const std::size_t half = shape_.columns() / 2;
  const unsigned levels = block_levels(shape_);
  stretch::did(shape_.columns());
  if (limbs.size() > half) {
    load(x, from, 0, 0, 2 * half, prime);
    return kernel_.forward_tree(x, leaf, leaf, levels, roots, 1, p);
  }
  load(x, from, 0, 0, half, prime);
  std::copy_n(x, half, x + half);  // as in down_columns
  kernel_.forward_tree(x, leaf, leaf, levels - 1, roots, 2, p);
  kernel_.forward_tree(x + half, leaf, leaf, levels - 1, roots, 3, p);
}

/// Takes each row of the arrays in `down` down to its blocks, hands these to `work` with their roots, and takes the row
/// of `up`, if there is one, back up from its blocks.
template <class Work>
void Transform::for_blocks(unsigned prime, std::initializer_list<std::uint64_t*> down, std::uint64_t* up,
                           const Work& work) {
  const PrimeRoots& roots = roots_.primes[prime];
  if (shape_.rows() == 1) return work(0, roots.base(Direction::forward), roots.base(Direction::inverse));
  std::atomic<std::size_t> next{0};
  in_parallel(std::min<std::size_t>(threads_, shape_.rows()), [&](std::size_t thread) {
    Root* const forward = block_trees_ + 2 * thread * block_size(shape_);
    Root* const inverse = forward + block_size(shape_);
    for (std::size_t row; (row = next.fetch_add(1, std::memory_order_relaxed)) < shape_.rows() && !stopped();) {
      const PrimeRoots::Place top{shape_.odd, static_cast<unsigned>(row >> shape_.row_bits), shape_.row_bits,
                                  row & ((std::size_t{1} << shape_.row_bits) - 1)};
      const std::size_t at = row * shape_.stride();
      roots.write_tree(forward, shape_.split_bits, top, Direction::forward);
      for (std::uint64_t* x : down) split_row(x + at, forward, prime);
      for (std::size_t block = 0; block < shape_.blocks_in_row() && !stopped(); ++block) {
        const PrimeRoots::Place place{top.odd, top.branch, top.depth + shape_.split_bits,
                                      top.index << shape_.split_bits | block};
        roots.write_tree(forward, block_levels(shape_), place, Direction::forward);
        if (up) roots.write_tree(inverse, block_levels(shape_), place, Direction::inverse);
        work(at + block * shape_.block(), forward, inverse);
      }
      if (!up) continue;
      roots.write_tree(inverse, shape_.split_bits, top, Direction::inverse);
      join_row(up + at, inverse, prime);
    }
  });
}

/// Down the levels of a row above its blocks.
void Transform::split_row(std::uint64_t* x, RootTree roots, unsigned prime) const {
  if (shape_.split_bits == 0) return;
  kernel_.forward_tree(x, shape_.block(), shape_.block(), shape_.split_bits, roots, 1, ntt_primes[prime]);
  stretch::did(shape_.columns());
}

void Transform::join_row(std::uint64_t* x, RootTree roots, unsigned prime) const {
  if (shape_.split_bits == 0) return;
  kernel_.inverse_tree(x, shape_.block(), shape_.block(), shape_.split_bits, roots, 1, ntt_primes[prime]);
  stretch::did(shape_.columns());
}

/// Down the levels of a block, where scatter has not done so.
void Transform::down_block(std::uint64_t* x, RootTree roots, unsigned prime) const {
  if (shape_.rows() == 1) return;
  kernel_.forward_tree(x, leaf, leaf, block_levels(shape_), roots, 1, ntt_primes[prime]);
  stretch::did(shape_.block());
  done(shape_.block(), forward_ticks);
}

void Transform::finish(std::uint64_t* x, unsigned prime) {
  for_blocks(prime, {x}, nullptr,
             [&](std::size_t at, RootTree forward, RootTree) { down_block(x + at, forward, prime); });
}

void Transform::multiply(std::uint64_t* x, std::uint64_t* y, unsigned prime) {
  const auto multiply_one = [&](std::size_t at, RootTree forward, RootTree inverse) {
    down_block(x + at, forward, prime);
    if (y != x) down_block(y + at, forward, prime);
    multiply_block(x + at, y + at, forward, inverse, prime);
  };
  if (y == x)
    for_blocks(prime, {x}, x, multiply_one);
  else
    for_blocks(prime, {x, y}, x, multiply_one);
}

void Transform::multiply_finished(std::uint64_t* x, const std::uint64_t* y, unsigned prime) {
  for_blocks(prime, {x}, x, [&](std::size_t at, RootTree forward, RootTree inverse) {
    down_block(x + at, forward, prime);
    multiply_block(x + at, y + at, forward, inverse, prime);
  });
}

void Transform::multiply_block(std::uint64_t* x, const std::uint64_t* y, RootTree forward, RootTree inverse,
                               unsigned prime) const {
  const unsigned levels = block_levels(shape_);
  kernel_.multiply_leaves(x, y, std::size_t{1} << levels, forward, scale_[prime], ntt_primes[prime]);
  kernel_.inverse_tree(x, leaf, leaf, levels, inverse, 1, ntt_primes[prime]);
  stretch::did(2 * shape_.block());
  done(shape_.block(), inverse_ticks);
}

/// The limbs of some columns of a row, from residues that begin there; whole vectors straight to their place, the rest
/// by way of a buffer. Coefficients behind the end of the result are zero.
void Transform::recover_row(const Target& to, const std::uint64_t* const residues[3], std::size_t row, Part columns,
                            Carry& carry) const {
  const std::size_t first = row * shape_.columns() + columns.begin;
  if (first >= to.limbs) return;
  const std::size_t count = std::min(columns.end - columns.begin, to.limbs - first), whole = count / 8 * 8;
  std::uint64_t* const out = to.first + row * to.pitch + columns.begin;
  stretch::did(count);
  kernel_.recover(out, residues, whole, roots_.recovery, carry);
  if (whole == count) return;
  std::uint64_t last[8];
  const std::uint64_t* const rest[3] = {residues[0] + whole, residues[1] + whole, residues[2] + whole};
  kernel_.recover(last, rest, 8, roots_.recovery, carry);
  std::copy_n(last, count - whole, out + whole);
}

void Transform::gather(std::span<std::uint64_t> out, std::uint64_t* const residues[3]) {
  gather_rows({out.data(), out.size(), shape_.columns()}, residues);
  if (!stopped()) add_carries(out);
}

/// The limbs first take the place of the residues they come from, in an array that is not the one where they belong;
/// when all of that is used up, they move there.
void Transform::gather_in_place(std::span<std::uint64_t> out, std::uint64_t* const residues[3]) {
  if (shape_.rows() == 1) return gather(out, residues);
  gather_rows({residues[1], out.size(), shape_.stride()}, residues);
  compact(out, residues[1]);
  if (!stopped()) add_carries(out);
}

void Transform::gather_rows(const Target& to, std::uint64_t* const residues[3]) {
  const std::size_t width = strip_columns(3);
  std::fill_n(carries_, shape_.rows() * parts(), Carry{});
  in_parallel(parts(), [&](std::size_t index) {
    const Part whole = part(index);
    for (std::size_t begin = whole.begin; begin < whole.end && !stopped(); begin += width) {
      const Part strip{begin, std::min(begin + width, whole.end)};
      const std::size_t columns = strip.end - strip.begin;
      for (unsigned prime = 0; prime < 3; ++prime) up_columns(residues[prime] + begin, columns, prime);
      for (std::size_t row = 0; row < shape_.rows(); ++row) {
        const std::size_t at = row * shape_.stride() + begin;
        const std::uint64_t* const places[3] = {residues[0] + at, residues[1] + at, residues[2] + at};
        recover_row(to, places, row, strip, carries_[row * parts() + index]);
      }
      done(columns * shape_.rows(), gather_ticks);
    }
  });
}

void Transform::compact(std::span<std::uint64_t> out, const std::uint64_t* spread_out) {
  in_parallel((out.size() + shape_.columns() - 1) / shape_.columns(), [&](std::size_t row) {
    const std::size_t first = row * shape_.columns(), count = std::min(out.size() - first, shape_.columns());
    if (stopped()) return;
    std::copy_n(spread_out + row * shape_.stride(), count, out.data() + first);
    stretch::did(count);
  });
}

/// Each thread began each row with no carry; here they come in, in order. A carry runs on only through nines.
void Transform::add_carries(std::span<std::uint64_t> out) const {
  for (std::size_t row = 0; row < shape_.rows() && !stopped(); ++row)
    for (std::size_t index = 0; index < parts(); ++index) {
      const Carry& carry = carries_[row * parts() + index];
      std::uint64_t incoming = carry.next, behind = carry.after;
      for (std::size_t i = row * shape_.columns() + part(index).end; (incoming | behind) != 0 && i < out.size(); ++i) {
        const std::uint64_t sum = out[i] + incoming;
        out[i] = sum % radix;
        incoming = sum / radix + behind;
        behind = 0;
        stretch::did(1);
      }
    }
}

}  // namespace decima::engine
