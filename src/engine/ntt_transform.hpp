#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/context.hpp"
#include "engine/kernel.hpp"
#include "engine/ntt_roots.hpp"
#include "engine/ntt_shape.hpp"

namespace decima::engine {

/// The steps of a product of one shape, spread over the context's threads. An array of residues has shape.words()
/// words. When a stop is requested, a step ends early and leaves its arrays unspecified; the caller looks at the token
/// after each. One step lasts a few milliseconds at most between two looks.
class Transform {
 public:
  /// Words of scratch for the roots and carries, besides the arrays: a multiple of 8.
  static std::size_t scratch(const Shape& shape, unsigned threads);

  /// `memory` has scratch(shape, threads) words and is aligned to 64 bytes; it must outlive the object.
  Transform(const Shape& shape, const Kernel& kernel, Context& context, std::uint64_t* memory);

  const Shape& shape() const { return shape_; }

  /// Residues of the limbs, zeros behind them, and the transform down the columns.
  void scatter(std::uint64_t* x, std::span<const std::uint64_t> limbs, unsigned prime);
  /// The rest of the forward transform, within the blocks.
  void finish(std::uint64_t* x, unsigned prime);
  /// Both arrays scattered, x and y different or the same: x becomes their product, transformed back within the blocks.
  /// Leaves y unspecified.
  void multiply(std::uint64_t* x, std::uint64_t* y, unsigned prime);
  /// As multiply, where y is finished, and stays so.
  void multiply_finished(std::uint64_t* x, const std::uint64_t* y, unsigned prime);
  /// The product's limbs, from what `multiply` left for the three primes. Leaves the arrays unspecified.
  void gather(std::span<std::uint64_t> out, std::uint64_t* const residues[3]);

 private:
  struct Part {  // columns that one thread takes
    std::size_t begin, end;
  };
  std::size_t parts() const;
  Part part(std::size_t index) const;
  bool stopped() const;
  template <class Task>
  void in_parallel(std::size_t count, const Task& task);
  template <class Work>
  void for_blocks(unsigned prime, bool backwards, const Work& work);

  Root* top(unsigned prime, unsigned branch, Direction direction) const;
  void load(std::uint64_t* to, std::span<const std::uint64_t> limbs, std::size_t first, std::size_t count,
            unsigned prime) const;
  void scatter_block(std::uint64_t* x, std::span<const std::uint64_t> limbs, unsigned prime);
  void down_columns(std::uint64_t* x, std::size_t columns, unsigned prime, bool copied) const;
  void down_block(std::uint64_t* x, RootTree roots, unsigned prime) const;
  void multiply_block(std::uint64_t* x, const std::uint64_t* y, RootTree forward, RootTree inverse,
                      unsigned prime) const;
  void up_columns(std::uint64_t* x, std::size_t columns, unsigned prime) const;
  void recover_row(std::span<std::uint64_t> out, const std::uint64_t* const residues[3], std::size_t begin,
                   std::size_t end, Carry& carry) const;
  void add_carries(std::span<std::uint64_t> out) const;
  std::size_t strip_columns(std::size_t arrays) const;

  const Shape shape_;
  const Kernel& kernel_;
  const KernelRoots& roots_;
  Context& context_;
  const unsigned threads_;
  Root scale_[3];
  Root* top_trees_;    // for each prime, direction and branch, where there is more than one row
  Root* block_trees_;  // for each thread, both directions
  Carry* carries_;     // for each row and part
};

}  // namespace decima::engine
