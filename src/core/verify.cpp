#include "core/verify.hpp"

#include <algorithm>
#include <random>
#include <utility>

#include "base/text.hpp"

namespace decima::core {
namespace {

Error wrong(const std::string& what) { return {Code::wrong_result, what}; }

/// What can be said about the answer without computing it.
Result<> check_shape(const Request& request, const engine::TextReader& text) {
  const std::uint64_t digits = request.estimate.digits;
  if (text.digits() == 0) return wrong("the text is empty");
  if (!text.all_digits())
    return wrong("after " + counted(text.first_other(), "digit") + " the text holds something that is not one");
  if (text.leading_zero()) return wrong("the text starts with a zero");
  if (text.digits() > digits) return wrong("the text has more than the answer's " + counted(digits, "digit"));
  if (text.digits() < digits)
    return wrong("the text has " + counted(text.digits(), "digit") + ", the answer has " + std::to_string(digits));
  const auto zeros = request.kind->trailing_zeros(request.arguments);
  if (zeros && *zeros != text.trailing_zeros())
    return wrong("the text ends in " + counted(text.trailing_zeros(), "zero") + ", the answer in " +
                 std::to_string(*zeros));
  return Done{};
}

Result<std::vector<engine::Residue>> independent_residues(const Request& request,
                                                          const std::vector<engine::Modulus>& moduli,
                                                          engine::Context& context) {
  std::vector<engine::Residue> residues(moduli.size());
  switch (request.kind->residues(request.arguments, moduli, residues, context)) {
    case engine::Status::ok:
      return residues;
    case engine::Status::stopped:
      return Error{Code::stopped, "while computing the check"};
    case engine::Status::out_of_memory:
      break;
  }
  return Error{Code::out_of_memory, "for the check"};
}

/// The least prime that is not below 2^60 + the low 60 bits of `drawn`.
engine::Modulus prime_from(std::uint64_t drawn) {
  std::uint64_t candidate = (drawn & ((1ull << 60) - 1)) | 1ull << 60;
  // The gaps between primes of this size are far below 2^12, and the draw lies that far below 2^61 but for one case
  // in 2^48; 2^61 - 1 is itself a prime, so the search ends below 2^61 always.
  while (!engine::is_prime(candidate)) candidate++;
  return candidate;
}

std::vector<engine::Modulus> random_moduli() {
  std::random_device random;
  std::vector<engine::Modulus> moduli;
  while (moduli.size() < moduli_per_check) moduli.push_back(prime_from(std::uint64_t{random()} << 32 | random()));
  return moduli;
}

/// Compares what was read with the answer.
Result<Certificate> certify(const Request& request, const engine::TextReader& text, std::vector<engine::Modulus> moduli,
                            engine::Context& context) {
  if (const auto shape = check_shape(request, text); !shape) return shape.error();
  auto expected = independent_residues(request, moduli, context);
  if (!expected) return expected.error();
  if (text.residues() != *expected)
    return wrong("the number differs from the answer modulo " + std::to_string(moduli.front()) + " or its companion");
  return Certificate{std::move(moduli), std::move(*expected)};
}

}  // namespace

GiveText replay(ReadText read, std::stop_token stop) {
  return [read = std::move(read), stop = std::move(stop)](TextPass& pass) -> Result<> {
    std::uint64_t offset = 0;
    const auto next = [&](std::span<char> into) -> Result<std::size_t> {
      std::size_t filled = 0;
      while (filled < into.size()) {
        const auto piece = into.subspan(filled, std::min(block_bytes, into.size() - filled));
        const auto got = read(offset, piece);
        if (!got) return got.error();
        filled += *got;
        offset += *got;
        if (*got < piece.size()) break;
      }
      return filled;
    };
    return pass.read(next, stop);
  };
}

std::vector<engine::Modulus> draw_moduli(const Identity& identity, const Sha256& hash) {
  std::vector<engine::Modulus> moduli;
  for (std::size_t i = 0; i < moduli_per_check; i++) {
    std::string seed = identity.text();
    seed.append(reinterpret_cast<const char*>(hash.data()), hash.size());
    seed.push_back(static_cast<char>(i));
    const Sha256 drawn = sha256(seed);
    std::uint64_t number = 0;
    for (std::size_t byte = 0; byte < 8; byte++) number = number << 8 | drawn[byte];
    moduli.push_back(prime_from(number));
  }
  return moduli;
}

std::string Certificate::text() const {
  std::string text;
  for (std::size_t i = 0; i < moduli.size(); i++)
    text.append(i ? " " : "").append(std::to_string(moduli[i])).append(":").append(std::to_string(residues[i]));
  return text;
}

Result<Verified> verify(const Request& request, const Digest& written, const GiveText& text, engine::Context& context) {
  auto moduli = draw_moduli(request.identity, written.sha256);
  const bool has_blocks = written.merkle_root != Sha256{};  // with none, those of an empty text, it has a root as well
  TextPass pass({.blocks = has_blocks, .moduli = moduli}, context.executor);
  if (const auto given = text(pass); !given) return given.error();
  if (const auto ended = pass.end(); !ended) return ended.error();
  if (pass.digest() != written) return Error{Code::corrupt, "the digits read back are not those that were written"};
  auto certificate = certify(request, pass.reader(), std::move(moduli), context);
  if (!certificate) return certificate.error();
  return Verified(written, std::move(*certificate));
}

Result<Checked> check_once(const Request& request, const NextText& text, engine::Context& context) {
  auto moduli = random_moduli();
  TextPass pass({.moduli = moduli}, context.executor);
  if (const auto read = pass.read(text, context.stop); !read) return read.error();
  if (const auto ended = pass.end(); !ended) return ended.error();
  auto certificate = certify(request, pass.reader(), std::move(moduli), context);
  if (!certificate) return certificate.error();
  return Checked{pass.digest(), std::move(*certificate)};
}

}  // namespace decima::core
