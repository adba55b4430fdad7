#pragma once
#include <cstddef>
#include <cstdint>

#include "engine/kernel.hpp"

/// The butterfly passes, written once for all kernels. `Lanes` is a kernel's arithmetic on a vector of residues: its
/// Vector of Lanes::width words, load and store, and the butterflies
///
///   forward2(a, b, w)              (a, b) ← (a + w·b, a − w·b)
///   forward4(a, b, c, d, u, v, w)  forward2(a, c, u), forward2(b, d, u), forward2(a, b, v), forward2(c, d, w)
///   inverse2, inverse4             undo them up to a factor of 2 and 4, given the inverse roots
///
/// each of which keeps the range of residues that the kernel allows in memory.
///
/// Each kernel file is compiled for its own instruction set, so nothing here may be shared between them: Lanes lives
/// in the file's anonymous namespace, which gives these templates internal linkage too.
namespace decima::engine::passes {

/// The butterflies of `Log` levels on 2^Log vectors below a node.
template <unsigned Log, class Lanes>
inline void forward_levels(const Lanes& lanes, typename Lanes::Vector* r, RootTree roots, std::size_t v) {
  auto root = [&](std::size_t i) { return lanes.factor(roots[i]); };
  if constexpr (Log == 1) {
    lanes.forward2(r[0], r[1], root(v));
  } else if constexpr (Log == 2) {
    lanes.forward4(r[0], r[1], r[2], r[3], root(v), root(2 * v), root(2 * v + 1));
  } else if constexpr (Log == 3) {
    for (std::size_t i = 0; i < 4; ++i) lanes.forward2(r[i], r[i + 4], root(v));
    for (std::size_t i = 0; i < 2; ++i) forward_levels<2>(lanes, r + 4 * i, roots, 2 * v + i);
  } else {
    for (std::size_t i = 0; i < 4; ++i)
      lanes.forward4(r[i], r[i + 4], r[i + 8], r[i + 12], root(v), root(2 * v), root(2 * v + 1));
    for (std::size_t i = 0; i < 4; ++i) forward_levels<2>(lanes, r + 4 * i, roots, 4 * v + i);
  }
}

template <unsigned Log, class Lanes>
inline void inverse_levels(const Lanes& lanes, typename Lanes::Vector* r, RootTree roots, std::size_t v) {
  auto root = [&](std::size_t i) { return lanes.factor(roots[i]); };
  if constexpr (Log == 1) {
    lanes.inverse2(r[0], r[1], root(v));
  } else if constexpr (Log == 2) {
    lanes.inverse4(r[0], r[1], r[2], r[3], root(v), root(2 * v), root(2 * v + 1));
  } else if constexpr (Log == 3) {
    for (std::size_t i = 0; i < 2; ++i) inverse_levels<2>(lanes, r + 4 * i, roots, 2 * v + i);
    for (std::size_t i = 0; i < 4; ++i) lanes.inverse2(r[i], r[i + 4], root(v));
  } else {
    for (std::size_t i = 0; i < 4; ++i) inverse_levels<2>(lanes, r + 4 * i, roots, 4 * v + i);
    for (std::size_t i = 0; i < 4; ++i)
      lanes.inverse4(r[i], r[i + 4], r[i + 8], r[i + 12], root(v), root(2 * v), root(2 * v + 1));
  }
}

/// A rectangle of words: what one leg of a pass covers.
struct Rectangle {
  std::size_t rows;
  std::size_t stride;
  std::size_t columns;
};

/// `Log` levels below a node on 2^Log legs, `leg` words apart, of so many columns.
template <unsigned Log, bool Forward, class Lanes>
inline void pass_at(const Lanes& lanes, std::uint64_t* x, std::size_t leg, std::size_t columns, RootTree roots,
                    std::size_t node) {
  constexpr std::size_t legs = std::size_t{1} << Log;
  for (std::size_t column = 0; column < columns; column += Lanes::width) {
    typename Lanes::Vector r[legs];
    for (std::size_t i = 0; i < legs; ++i) r[i] = lanes.load(x + column + i * leg);
    if constexpr (Forward)
      forward_levels<Log>(lanes, r, roots, node);
    else
      inverse_levels<Log>(lanes, r, roots, node);
    for (std::size_t i = 0; i < legs; ++i) lanes.store(x + column + i * leg, r[i]);
  }
}

/// One pass over memory.
template <unsigned Log, bool Forward, class Lanes>
void pass(const Lanes& lanes, std::uint64_t* x, std::size_t leg, Rectangle shape, RootTree roots, std::size_t node) {
  for (std::size_t row = 0; row < shape.rows; ++row)
    pass_at<Log, Forward>(lanes, x + row * shape.stride, leg, shape.columns, roots, node);
}

template <bool Forward, class Lanes>
void pass_of(unsigned log, const Lanes& lanes, std::uint64_t* x, std::size_t leg, Rectangle shape, RootTree roots,
             std::size_t v) {
  if (shape.stride == shape.columns) shape = {1, 0, shape.rows * shape.columns};
  switch (log) {
    case 1:
      return pass<1, Forward>(lanes, x, leg, shape, roots, v);
    case 2:
      return pass<2, Forward>(lanes, x, leg, shape, roots, v);
    case 3:
      return pass<3, Forward>(lanes, x, leg, shape, roots, v);
    default:
      return pass<4, Forward>(lanes, x, leg, shape, roots, v);
  }
}

/// How many levels the first pass below a node takes, so that as many passes as can be take four, and the rest two or
/// three: passes of one level, which are bound by memory, are left to trees of that height.
constexpr unsigned first_pass(unsigned levels) {
  if (levels % 4 == 0) return 4;
  if (levels % 4 == 1 && levels > 1) return 3;
  return levels % 4;
}

/// The last pass, where a leg is a leaf, over `count` nodes side by side.
template <unsigned Log, bool Forward, class Lanes>
void last_pass(const Lanes& lanes, std::uint64_t* x, RootTree roots, std::size_t node, std::size_t count) {
  for (const std::size_t end = node + count; node < end; ++node, x += leaf << Log)
    pass_at<Log, Forward>(lanes, x, leaf, leaf, roots, node);
}

template <bool Forward, class Lanes>
void last_pass_of(unsigned log, const Lanes& lanes, std::uint64_t* x, RootTree roots, std::size_t node,
                  std::size_t count) {
  switch (log) {
    case 1:
      return last_pass<1, Forward>(lanes, x, roots, node, count);
    case 2:
      return last_pass<2, Forward>(lanes, x, roots, node, count);
    case 3:
      return last_pass<3, Forward>(lanes, x, roots, node, count);
    default:
      return last_pass<4, Forward>(lanes, x, roots, node, count);
  }
}

/// Depth first, so that a subtree that fits into a cache is finished while it is there; but the last pass, which has
/// little to do at each node, takes all children of a node in one loop.
template <class Lanes>
void forward_tree(const Lanes& lanes, std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels,
                  RootTree roots, std::size_t node) {
  if (levels == 0) return;
  const unsigned log = first_pass(levels), rest = levels - log;
  const std::size_t rows = std::size_t{1} << rest, leg = rows * stride, children = std::size_t{1} << log;
  if (rest == 0 && columns == leaf && stride == leaf) return last_pass_of<true>(log, lanes, x, roots, node, 1);
  pass_of<true>(log, lanes, x, leg, {rows, stride, columns}, roots, node);
  if (rest != 0 && first_pass(rest) == rest && columns == leaf && stride == leaf)
    return last_pass_of<true>(rest, lanes, x, roots, node << log, children);
  for (std::size_t i = 0; i < children; ++i)
    forward_tree(lanes, x + i * leg, stride, columns, rest, roots, (node << log) + i);
}

template <class Lanes>
void inverse_tree(const Lanes& lanes, std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels,
                  RootTree roots, std::size_t node) {
  if (levels == 0) return;
  const unsigned log = first_pass(levels), rest = levels - log;
  const std::size_t rows = std::size_t{1} << rest, leg = rows * stride, children = std::size_t{1} << log;
  if (rest == 0 && columns == leaf && stride == leaf) return last_pass_of<false>(log, lanes, x, roots, node, 1);
  if (rest != 0 && first_pass(rest) == rest && columns == leaf && stride == leaf)
    last_pass_of<false>(rest, lanes, x, roots, node << log, children);
  else
    for (std::size_t i = 0; i < children; ++i)
      inverse_tree(lanes, x + i * leg, stride, columns, rest, roots, (node << log) + i);
  pass_of<false>(log, lanes, x, leg, {rows, stride, columns}, roots, node);
}

/// The transform of odd length over columns of vectors. With S_j = x_j + x_−j and D_j = x_j − x_−j,
///
///   X_±k = x_0 + Σ S_j·(ω^jk + ω^−jk)/2 ± Σ D_j·(ω^jk − ω^−jk)/2,  j from 1 to (Size − 1)/2,
///
/// which takes half the products of the definition. Lanes::odd_input reduces the inputs, Lanes::sum and
/// Lanes::difference<n> add and subtract (the latter adding n·p where residues must not be negative), Lanes::Dot adds
/// up (Size − 1)/2 products, and Lanes::odd_output<Size> reduces.
template <unsigned Size, bool Forward, class Lanes>
void odd_pass(const Lanes& lanes, std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots) {
  constexpr unsigned half = Size / 2;
  using Vector = typename Lanes::Vector;
  for (std::size_t column = 0; column < columns; column += Lanes::width) {
    std::uint64_t* line = x + column;
    const auto put = [&](unsigned row, Vector v) {
      lanes.store(line + row * leg, lanes.template odd_output<Size, Forward>(v));
    };
    const Vector zeroth = lanes.odd_input(lanes.load(line));
    Vector sum[half], difference[half];
    Vector total = zeroth;
    for (unsigned j = 1; j <= half; ++j) {
      const Vector a = lanes.odd_input(lanes.load(line + j * leg));
      const Vector b = lanes.odd_input(lanes.load(line + (Size - j) * leg));
      sum[j - 1] = lanes.sum(a, b);
      difference[j - 1] = lanes.template difference<2>(a, b);
      total = lanes.sum(total, sum[j - 1]);
    }
    put(0, total);
    for (unsigned k = 1; k <= half; ++k) {
      typename Lanes::Dot even(lanes), odd(lanes);
      for (unsigned j = 1; j <= half; ++j) {
        even.add(sum[j - 1], roots.sum[j * k % Size]);
        odd.add(difference[j - 1], roots.difference[j * k % Size]);
      }
      const Vector base = lanes.sum(zeroth, even.reduced()), offset = odd.reduced();
      put(k, lanes.sum(base, offset));
      put(Size - k, lanes.template difference < Size == 3 ? 2 : 3 > (base, offset));
    }
  }
}

template <bool Forward, class Lanes>
void odd_pass_of(const Lanes& lanes, std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots) {
  switch (roots.size) {
    case 3:
      return odd_pass<3, Forward>(lanes, x, leg, columns, roots);
    case 5:
      return odd_pass<5, Forward>(lanes, x, leg, columns, roots);
    default:
      return odd_pass<7, Forward>(lanes, x, leg, columns, roots);
  }
}

/// The record's entries that are these passes, for one kernel's Lanes.
template <class Lanes>
struct Entries {
  static void forward_tree(std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels, RootTree roots,
                           std::size_t node, const Prime& prime) {
    passes::forward_tree(Lanes(prime), x, stride, columns, levels, roots, node);
  }
  static void inverse_tree(std::uint64_t* x, std::size_t stride, std::size_t columns, unsigned levels, RootTree roots,
                           std::size_t node, const Prime& prime) {
    passes::inverse_tree(Lanes(prime), x, stride, columns, levels, roots, node);
  }
  static void forward_odd(std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots,
                          const Prime& prime) {
    odd_pass_of<true>(Lanes(prime), x, leg, columns, roots);
  }
  static void inverse_odd(std::uint64_t* x, std::size_t leg, std::size_t columns, const OddRoots& roots,
                          const Prime& prime) {
    odd_pass_of<false>(Lanes(prime), x, leg, columns, roots);
  }
};

}  // namespace decima::engine::passes
