#include "core/verify.hpp"

#include <memory>
#include <utility>

#include "base/text.hpp"

namespace decima::core {
namespace {

Error wrong(const std::string& what) { return {Code::wrong_result, what}; }

/// What can be said about the answer without computing it.
Result<> check_shape(const Request& request, const engine::TextReader& text) {
  if (!text.all_digits()) return wrong("the text holds something other than digits");
  if (text.leading_zero()) return wrong("the text starts with a zero");
  if (text.digits() != request.estimate.digits)
    return wrong("the text has " + std::to_string(text.digits()) + " digits, the answer has " +
                 std::to_string(request.estimate.digits));
  const auto zeros = request.kind->trailing_zeros(request.arguments);
  if (zeros && *zeros != text.trailing_zeros())
    return wrong("the text ends in " + std::to_string(text.trailing_zeros()) + " zeros, the answer in " +
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

}  // namespace

Replay replay(ReadText read, std::stop_token stop) {
  return [read = std::move(read), stop = std::move(stop)](const SeeText& see) -> Result<> {
    // Not filled with anything first, which would cost more than a short text does.
    const auto memory = std::make_unique_for_overwrite<char[]>(block_bytes);
    const std::span buffer(memory.get(), block_bytes);
    for (std::uint64_t offset = 0;;) {
      if (stop.stop_requested()) return Error{Code::stopped, "while reading the digits back"};
      const auto got = read(offset, buffer);
      if (!got) return got.error();
      see(std::string_view(buffer.data(), *got));
      offset += *got;
      if (*got < buffer.size()) return Done{};
    }
  };
}

std::vector<engine::Modulus> draw_moduli(const Identity& identity, const Sha256& hash) {
  std::vector<engine::Modulus> moduli;
  for (std::size_t i = 0; i < moduli_per_check; i++) {
    std::string seed = identity.text();
    seed.append(reinterpret_cast<const char*>(hash.data()), hash.size());
    seed.push_back(static_cast<char>(i));
    const Sha256 drawn = sha256(seed);
    std::uint64_t candidate = 0;
    for (std::size_t byte = 0; byte < 8; byte++) candidate = candidate << 8 | drawn[byte];
    candidate = (candidate & ((1ull << 60) - 1)) | 1ull << 60;
    // The gaps between primes of this size are far below 2^12, and the draw lies that far below 2^61 but for one case
    // in 2^48; 2^61 - 1 is itself a prime, so the search ends below 2^61 always.
    while (!engine::is_prime(candidate)) candidate++;
    moduli.push_back(candidate);
  }
  return moduli;
}

std::string Certificate::text() const {
  std::string text;
  for (std::size_t i = 0; i < moduli.size(); i++)
    text.append(i ? " " : "").append(std::to_string(moduli[i])).append(":").append(std::to_string(residues[i]));
  return text;
}

Result<Verified> verify(const Request& request, const Digest& written, const Replay& text, engine::Context& context) {
  Certificate certificate;
  certificate.moduli = draw_moduli(request.identity, written.sha256);
  engine::TextReader reader(certificate.moduli);
  Digester digester;
  const auto seen = text([&](std::string_view piece) {
    digester.update(piece);
    reader.feed(piece);
  });
  if (!seen) return seen.error();
  if (digester.finish() != written) return Error{Code::corrupt, "the digits read back are not those that were written"};
  if (const auto shape = check_shape(request, reader); !shape) return shape.error();
  const auto expected = independent_residues(request, certificate.moduli, context);
  if (!expected) return expected.error();
  certificate.residues = *expected;
  if (reader.residues() != certificate.residues)
    return wrong("the number differs from the answer modulo " + std::to_string(certificate.moduli.front()) +
                 " or its companion");
  return Verified(written, std::move(certificate));
}

Result<Digest> digest_of(const Replay& text) {
  Digester digester;
  const auto seen = text([&](std::string_view piece) { digester.update(piece); });
  if (!seen) return seen.error();
  return digester.finish();
}

}  // namespace decima::core
