#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/context.hpp"
#include "engine/outcome.hpp"

/// Multiplication of large naturals, limbs in radix 10^18 from the least significant, by number-theoretic transforms
/// modulo three primes. The shorter operand has at most max_operand limbs (ntt_primes.hpp), a product 7·2^27.
namespace decima::engine {

/// Scratch words that ntt_multiply needs for operands of these lengths in limbs on these threads.
std::size_t ntt_scratch(std::size_t a, std::size_t b, unsigned threads);
std::size_t ntt_square_scratch(std::size_t a, unsigned threads);

/// out[0 .. a.size()+b.size()) = a·b. out may begin with one of the operands, which it then replaces; otherwise they
/// are apart. Honours context.stop within 100 ms (Status::stopped leaves out unspecified). Takes scratch from
/// context.arena and rewinds it.
Status ntt_multiply(std::span<std::uint64_t> out, std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
                    Context& context);
Status ntt_square(std::span<std::uint64_t> out, std::span<const std::uint64_t> a, Context& context);

/// The number in the first `length` limbs of `room` becomes its square, of twice that length. The room, aligned to a
/// cache line and of ntt_square_room(length) words, is one of the three arrays of residues.
Status ntt_square_in_place(std::span<std::uint64_t> room, std::size_t length, Context& context);
std::size_t ntt_square_room(std::size_t length);
std::size_t ntt_square_in_place_scratch(std::size_t length, unsigned threads);

/// The ticks of the progress that these count.
std::uint64_t ntt_ticks(std::size_t a, std::size_t b);
std::uint64_t ntt_square_ticks(std::size_t a);

/// Below this many limbs in the shorter operand Karatsuba's method or schoolbook is faster (per kernel).
std::size_t ntt_threshold();
std::string_view kernel_name();

}  // namespace decima::engine
