#include "engine/residue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <utility>

#include "engine/montgomery.hpp"
#include "engine/test_support.hpp"
#include "engine/text_parse.hpp"

namespace decima::engine {
namespace {

constexpr std::array<Modulus, 4> moduli{3, 998'244'353, 2'305'843'009'213'693'921, 2'305'843'009'213'693'951};

TEST(Residue, ThePrimesBelow2000) {
  for (std::uint64_t n = 0; n < 2000; ++n) {
    bool prime = n >= 2;
    for (std::uint64_t d = 2; d * d <= n; ++d) prime = prime && n % d != 0;
    EXPECT_EQ(is_prime(n), prime) << n;
  }
}

TEST(Residue, PrimesAndPseudoprimesOf64Bits) {
  EXPECT_TRUE(is_prime(2'305'843'009'213'693'951));    // 2^61 - 1
  EXPECT_TRUE(is_prime(18'446'744'073'709'551'557U));  // the largest below 2^64
  EXPECT_FALSE(is_prime(18'446'744'073'709'551'615U));
  EXPECT_FALSE(is_prime(3'825'123'056'546'413'051));  // passes the bases 2 to 23
  EXPECT_FALSE(is_prime(3'215'031'751));              // passes 2, 3, 5 and 7
  EXPECT_FALSE(is_prime(14'089));                     // 73 * 193, which divides one of the bases
  for (const std::uint64_t passes_2 : {2'047u, 3'277u, 4'033u, 4'681u, 8'321u, 15'841u, 29'341u, 42'799u, 49'141u})
    EXPECT_FALSE(is_prime(passes_2)) << passes_2;
}

/// Most strong pseudoprimes are of the form (k + 1)(rk + 1) with small r.
RC_GTEST_PROP(Residue, PrimesAreGmpsPrimes, (std::uint32_t k, std::uint8_t r)) {
  const std::uint64_t near = std::uint64_t{k} | 1;
  for (const std::uint64_t n : {near, near * near, (near + 1) * (near * (r % 4 + 1) + 1), near << 29 | 1, ~near})
    RC_ASSERT(is_prime(n) == (mpz_probab_prime_p(testing::Integer(std::to_string(n)).get(), 40) > 0));
}

RC_GTEST_PROP(Residue, MontgomeryAgreesWithDivision, (std::uint64_t a, std::uint64_t b)) {
  for (const Modulus m : moduli) {
    const Montgomery form(m);
    RC_ASSERT(form.from_form(form.multiply(form.to_form(a), form.to_form(b))) == multiply_mod(a, b, m));
    RC_ASSERT(form.from_form(form.power(form.to_form(a), b)) == power_mod(a, b, m));
  }
}

RC_GTEST_PROP(TextReader, AgreesWithGmpInAnyPieces, (std::uint64_t seed)) {
  testing::Random random(seed);
  std::string text(1 + random() % 9000, '0');
  for (char& digit : text) digit = random() % 3 == 0 ? '0' : static_cast<char>('0' + random() % 10);
  TextReader reader(moduli);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::min<std::size_t>(random() % (random() % 2 ? 30 : 9000), text.size() - at);
    reader.feed(std::string_view(text).substr(at, size));
    at += size;
  }
  testing::Integer value(text);
  const std::vector<Residue> residues = reader.residues();
  for (std::size_t i = 0; i < moduli.size(); ++i) RC_ASSERT(residues[i] == mpz_fdiv_ui(value.get(), moduli[i]));
  const std::size_t last = text.find_last_not_of('0');
  RC_ASSERT(reader.trailing_zeros() == (last == text.npos ? text.size() : text.size() - 1 - last));
  RC_ASSERT(reader.digits() == text.size());
  RC_ASSERT(reader.all_digits());
  RC_ASSERT(reader.leading_zero() == (text.size() > 1 && text[0] == '0'));
}

RC_GTEST_PROP(TextReader, PartsReadApartAreTheWhole, (std::uint64_t seed)) {
  testing::Random random(seed);
  std::string text(random() % 5000, '0');
  for (char& digit : text) digit = random() % 2 == 0 ? '0' : static_cast<char>('0' + random() % 10);
  if (random() % 4 == 0 && !text.empty()) text[random() % text.size()] = ' ';
  TextReader whole(moduli), joined(moduli);
  whole.feed(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = std::min<std::size_t>(random() % 3000, text.size() - at);
    TextReader part(moduli);
    part.feed(std::string_view(text).substr(at, size));
    joined.append(part);
    at += size;
  }
  RC_ASSERT(joined.digits() == whole.digits());
  RC_ASSERT(joined.trailing_zeros() == whole.trailing_zeros());
  RC_ASSERT(joined.all_digits() == whole.all_digits());
  RC_ASSERT(joined.first_other() == std::min(text.find(' '), text.size()));
  RC_ASSERT(whole.first_other() == joined.first_other());
  RC_ASSERT(joined.leading_zero() == whole.leading_zero());
  RC_ASSERT(!whole.all_digits() || joined.residues() == whole.residues());
}

// The largest groups, the most of them at once, and the largest modulus: what the sum's bound has to hold for.
TEST(TextReader, NinesOnly) {
  for (const std::size_t length : {16U, 2047U, 2048U, 2049U, 100'000U}) {
    const std::string text(length, '9');
    TextReader reader(moduli);
    reader.feed(text);
    testing::Integer value(text);
    const std::vector<Residue> residues = reader.residues();
    for (std::size_t i = 0; i < moduli.size(); ++i)
      EXPECT_EQ(residues[i], mpz_fdiv_ui(value.get(), moduli[i])) << length;
  }
}

TEST(TextParse, EveryWayReadsTheSame) {
  testing::Random random(7);
  std::string text(16 * 23, '0');
  for (char& digit : text) digit = static_cast<char>('0' + random() % 10);
  for (std::size_t count = 0; count <= 23; ++count) {
    std::vector<std::uint64_t> values(count, 1), plain(count, 2);
    EXPECT_TRUE(parse_groups_generic(plain.data(), text.data(), count));
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(plain[i], std::stoull(text.substr(i * 16, 16)));
    if (!has_avx2_parse()) continue;
    EXPECT_TRUE(parse_groups_avx2(values.data(), text.data(), count));
    EXPECT_EQ(values, plain);
  }
  std::vector<std::uint64_t> values(23);
  for (std::size_t place = 0; place < text.size(); ++place)
    for (int other = 0; other < 256; ++other) {
      const char before = std::exchange(text[place], static_cast<char>(other));
      const bool digit = other >= '0' && other <= '9';
      EXPECT_EQ(parse_groups_generic(values.data(), text.data(), 23), digit) << place << ' ' << other;
      ParseGroups& fast = has_avx2_parse() ? parse_groups_avx2 : parse_groups_generic;
      EXPECT_EQ(fast(values.data(), text.data(), 23), digit) << place << ' ' << other;
      text[place] = before;
    }
}

TEST(TextReader, FindsEveryOtherCharacterAtEveryPlace) {
  const std::string good(40, '7');
  for (std::size_t place = 0; place < good.size(); ++place)
    for (int other = 0; other < 256; ++other) {
      std::string text = good;
      text[place] = static_cast<char>(other);
      TextReader reader(moduli);
      reader.feed(text);
      EXPECT_EQ(reader.all_digits(), other >= '0' && other <= '9') << place << ' ' << other;
      EXPECT_EQ(reader.first_other(), reader.all_digits() ? good.size() : place);
      reader.residues();
    }
}

TEST(TextReader, NothingIsNoNumber) {
  TextReader reader(moduli);
  reader.feed("");
  EXPECT_FALSE(reader.all_digits());
  EXPECT_FALSE(reader.leading_zero());
  EXPECT_EQ(reader.digits(), 0U);
  reader.feed("0");
  EXPECT_TRUE(reader.all_digits());
  EXPECT_FALSE(reader.leading_zero());
  EXPECT_EQ(reader.trailing_zeros(), 1U);
}

}  // namespace
}  // namespace decima::engine
