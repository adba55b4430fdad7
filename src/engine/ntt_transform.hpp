#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include "engine/context.hpp"
#include "engine/kernel.hpp"
#include "engine/ntt_roots.hpp"
#include "engine/ntt_shape.hpp"

namespace decima::engine {

/// The steps of a product of one shape, spread over the context's threads. An array of residues has shape.words()
/// words. When a stop is requested, a step ends early and leaves its arrays unspecified; the caller looks at the token
/// after each. A step looks every few milliseconds, and counts what is done in ticks of the progress.
class Transform {
 public:
  /// Words of scratch for the roots and carries, besides the arrays: a multiple of 8.
  static std::size_t scratch(const Shape& shape, unsigned threads);

  /// `memory` has scratch(shape, threads) words and is aligned to 64 bytes; it must outlive the object.
  Transform(const Shape& shape, const Kernel& kernel, Context& context, std::uint64_t* memory);

  const Shape& shape() const { return shape_; }

  /// Ticks of a square, of a product, of a piece of a product one operand of which is finished, and of finishing one.
  static std::uint64_t square_ticks(const Shape& shape);
  static std::uint64_t multiply_ticks(const Shape& shape);
  static std::uint64_t finish_ticks(const Shape& shape);

  /// Residues of the limbs, zeros behind them, and the transform down the columns.
  void scatter(std::uint64_t* x, std::span<const std::uint64_t> limbs, unsigned prime);
  /// The same of `length` limbs that lie at the start of x itself.
  void scatter_in_place(std::uint64_t* x, std::size_t length, unsigned prime);
  /// The rest of the forward transform, within the blocks.
  void finish(std::uint64_t* x, unsigned prime);
  /// Both arrays scattered, x and y different or the same: x becomes their product, transformed back within the blocks.
  /// Leaves y unspecified.
  void multiply(std::uint64_t* x, std::uint64_t* y, unsigned prime);
  /// As multiply, where y is finished, and stays so.
  void multiply_finished(std::uint64_t* x, const std::uint64_t* y, unsigned prime);
  /// The product's limbs, from what `multiply` left for the three primes. Leaves the arrays unspecified.
  void gather(std::span<std::uint64_t> out, std::uint64_t* const residues[3]);
  /// The same, where out lies at the start of residues[0].
  void gather_in_place(std::span<std::uint64_t> out, std::uint64_t* const residues[3]);

 private:
  struct Part {  // columns that one thread takes
    std::size_t begin, end;
  };
  std::size_t parts() const;
  Part part(std::size_t index) const;
  /// Limbs, those of each row of the shape `pitch` words behind those of the row before.
  template <class Word>
  struct Rows {
    Word* first;
    std::size_t limbs;
    std::size_t pitch;
  };
  using Source = Rows<const std::uint64_t>;
  using Target = Rows<std::uint64_t>;

  bool stopped() const;
  void done(std::size_t points, unsigned ticks) const;
  template <class Task>
  void in_parallel(std::size_t count, const Task& task);
  template <class Work>
  void for_blocks(unsigned prime, std::initializer_list<std::uint64_t*> down, std::uint64_t* up, const Work& work);

  Root* top(unsigned prime, unsigned branch, Direction direction) const;
  void load(std::uint64_t* to, const Source& from, std::size_t row, std::size_t column, std::size_t count,
            unsigned prime) const;
  void scatter_rows(std::uint64_t* x, const Source& from, unsigned prime);
  void spread(std::uint64_t* x, std::size_t length) const;
  void gather_rows(const Target& to, std::uint64_t* const residues[3]);
  void compact(std::span<std::uint64_t> out, const std::uint64_t* spread_out);
  void scatter_block(std::uint64_t* x, std::span<const std::uint64_t> limbs, unsigned prime);
  void down_columns(std::uint64_t* x, std::size_t columns, unsigned prime, bool copied) const;
  void split_row(std::uint64_t* x, RootTree roots, unsigned prime) const;
  void join_row(std::uint64_t* x, RootTree roots, unsigned prime) const;
  void down_block(std::uint64_t* x, RootTree roots, unsigned prime) const;
  void multiply_block(std::uint64_t* x, const std::uint64_t* y, RootTree forward, RootTree inverse,
                      unsigned prime) const;
  void up_columns(std::uint64_t* x, std::size_t columns, unsigned prime) const;
  void recover_row(const Target& to, const std::uint64_t* const residues[3], std::size_t row, Part columns,
                   Carry& carry) const;
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
