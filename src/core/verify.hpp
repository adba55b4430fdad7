#pragma once
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "core/digest.hpp"
#include "core/request.hpp"
#include "core/text_pass.hpp"
#include "engine/context.hpp"
#include "engine/residue.hpp"

namespace decima::core {

/// How many moduli a check uses. A wrong value passes only if it differs from the right one by a multiple of all. A
/// difference of 10^10 digits has at most 5.6e8 prime factors above 2^60, and there are 2.7e16 primes between 2^60 and
/// 2^61, so one prime drawn at random misses it with a probability below 2.1e-8, and two below 5e-16.
inline constexpr std::size_t moduli_per_check = 2;

/// The primes that check the text with this hash as the answer to this request. They are drawn after the digits are
/// fixed, so that anybody can repeat the draw and nobody can choose it: the i-th is the least prime that is not below
/// 2^60 + x, where x is the low 60 bits of the first eight bytes (big-endian) of SHA-256(identity ‖ hash ‖ i), the hash
/// as its 32 bytes and i, from 0, as one byte.
std::vector<engine::Modulus> draw_moduli(const Identity& identity, const Sha256& hash);

/// What the text was compared with: enough for anybody to repeat the check.
struct Certificate {
  std::vector<engine::Modulus> moduli;
  std::vector<engine::Residue> residues;

  std::string text() const;  ///< "m:r m:r", as the row keeps it
};

/// Reads a stored text: fills the span, at most a block, from this offset on; less only at the end.
using ReadText = std::function<Result<std::size_t>(std::uint64_t offset, std::span<char> into)>;
/// The stored text, read back.
GiveText replay(ReadText read, std::stop_token stop);

/// Proof that a text is the one whose digest was taken when it was made, has the shape of the answer and agrees with an
/// independent computation. Only verify makes one, and only what has one is published.
class Verified {
 public:
  const Digest& digest() const { return digest_; }
  const Certificate& certificate() const { return certificate_; }

 private:
  friend Result<Verified> verify(const Request&, const Digest&, const GiveText&, engine::Context&);
  Verified(Digest digest, Certificate certificate) : digest_(std::move(digest)), certificate_(std::move(certificate)) {}

  Digest digest_;
  Certificate certificate_;
};

/// Checks the text against `written`, its digest as it was when written, with its blocks or without: the same bytes;
/// nothing but digits, as many as the answer has, no leading zero, as many trailing zeros; and, modulo freshly drawn
/// primes, the value that the kind's second formula gives. The error is corrupt when bytes changed since they were
/// written, wrong_result when the number is not the answer, stopped, or what the text's source gave.
Result<Verified> verify(const Request& request, const Digest& written, const GiveText& text, engine::Context& context);

/// What a text was found to be that came from elsewhere and is not kept.
struct Checked {
  Digest digest;  ///< without blocks
  Certificate certificate;
};

/// Checks a text as verify does, in one pass, so that it may come from a pipe. The moduli are drawn at random before it
/// begins, instead of from its hash after it: whoever made the text could not know them either.
Result<Checked> check_once(const Request& request, const NextText& text, engine::Context& context);

}  // namespace decima::core
