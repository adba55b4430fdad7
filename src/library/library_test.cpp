#include <gmp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include "library/decima.h"

extern "C" const char* factorial_from_c();

namespace {

using Engine = std::unique_ptr<decima_engine, decltype(&decima_free)>;

Engine engine_of(std::uint64_t memory_bytes = 0, unsigned threads = 1) {
  const decima_options options{memory_bytes, threads};
  return {decima_new(&options), decima_free};
}

int append(void* user, const char* piece, std::size_t length) {
  static_cast<std::string*>(user)->append(piece, length);
  return 0;
}

struct Answer {
  decima_status status;
  std::string text;
};

Answer compute(decima_engine* engine, const char* kind, std::initializer_list<std::uint64_t> arguments) {
  Answer answer{};
  answer.status = decima_compute(engine, kind, arguments.begin(), arguments.size(), append, &answer.text);
  return answer;
}

Answer multiply(decima_engine* engine, const std::string& a, const std::string& b) {
  Answer answer{};
  answer.status = decima_multiply(engine, a.data(), a.size(), b.data(), b.size(), append, &answer.text);
  return answer;
}

std::string product_by_gmp(const std::string& a, const std::string& b) {
  mpz_t x, y;
  mpz_init_set_str(x, a.c_str(), 10);
  mpz_init_set_str(y, b.c_str(), 10);
  mpz_mul(x, x, y);
  std::string text(mpz_sizeinbase(x, 10) + 2, '\0');
  mpz_get_str(text.data(), 10, x);
  text.resize(text.find('\0'));
  mpz_clears(x, y, nullptr);
  return text;
}

TEST(Library, ServesAProgramInC) {
  EXPECT_STREQ(
      factorial_from_c(),
      "93326215443944152681699238856266700490715968264381621468592963895217599993229915608941463976156518286253"
      "697920827223758251185210916864000000000000000000000000");
}

TEST(Library, ComputesEveryKindOneAfterAnother) {
  const Engine engine = engine_of();
  EXPECT_EQ(compute(engine.get(), "factorial", {20}).text, "2432902008176640000");
  EXPECT_EQ(compute(engine.get(), "fibonacci", {90}).text, "2880067194370816120");
  EXPECT_EQ(compute(engine.get(), "factorial", {0}).text, "1");
}

TEST(Library, NamesItsKinds) {
  std::size_t count = 0;
  for (std::size_t i = 0; decima_kind(i); i++, count++) EXPECT_GE(decima_kind_arguments(decima_kind(i)), 1U);
  EXPECT_GE(count, 2U);
  EXPECT_EQ(decima_kind_arguments("nothing"), 0U);
  EXPECT_EQ(decima_kind_arguments(nullptr), 0U);
}

TEST(Library, SaysWhatIsWrongWithARequest) {
  const Engine engine = engine_of();
  EXPECT_EQ(compute(engine.get(), "nothing", {1}).status, DECIMA_NO_SUCH_KIND);
  EXPECT_EQ(compute(engine.get(), nullptr, {1}).status, DECIMA_NO_SUCH_KIND);
  EXPECT_EQ(compute(engine.get(), "factorial", {}).status, DECIMA_BAD_ARGUMENT);
  EXPECT_EQ(compute(engine.get(), "factorial", {1, 2}).status, DECIMA_BAD_ARGUMENT);
}

TEST(Library, EstimatesDigitsExactly) {
  const Engine engine = engine_of();
  const std::uint64_t n = 1000;
  decima_cost cost{};
  ASSERT_EQ(decima_estimate(engine.get(), "factorial", &n, 1, &cost), DECIMA_OK);
  EXPECT_EQ(cost.digits, 2568U);
  EXPECT_EQ(compute(engine.get(), "factorial", {n}).text.size(), 2568U);
  EXPECT_LE(decima_progress(engine.get()), cost.work);
}

TEST(Library, RefusesWhatDoesNotFitItsMemory) {
  const Engine engine = engine_of(1 << 20);
  EXPECT_EQ(compute(engine.get(), "factorial", {6'227'020'800}).status, DECIMA_OUT_OF_MEMORY);
  EXPECT_EQ(compute(engine.get(), "factorial", {20}).text, "2432902008176640000");
}

TEST(Library, MultipliesLikeGmp) {
  const Engine engine = engine_of();
  std::string a = "9", b = "7";
  for (int round = 0; round < 14; round++) {
    EXPECT_EQ(multiply(engine.get(), a, b).text, product_by_gmp(a, b));
    a += a;
    b += b + "0" + a;
    if (b.size() > 200'000) b.resize(1 + round);
  }
  EXPECT_EQ(multiply(engine.get(), "000", "00000000000000000000017").text, "0");
}

TEST(Library, RefusesToMultiplyWhatIsNoNumber) {
  const Engine engine = engine_of();
  for (const std::string wrong : {"", "-1", "1 ", "0x1", "१"}) {
    EXPECT_EQ(multiply(engine.get(), wrong, "1").status, DECIMA_BAD_ARGUMENT) << wrong;
    EXPECT_EQ(multiply(engine.get(), "1", wrong).status, DECIMA_BAD_ARGUMENT) << wrong;
  }
}

TEST(Library, StopsTheNextComputationAndOnlyThat) {
  const Engine engine = engine_of();
  decima_stop(engine.get());
  const Answer stopped = compute(engine.get(), "factorial", {1'000'000});
  EXPECT_EQ(stopped.status, DECIMA_STOPPED);
  EXPECT_EQ(stopped.text, "");
  EXPECT_EQ(compute(engine.get(), "factorial", {5}).text, "120");
}

TEST(Library, EndsWhenTheSinkWantsNoMore) {
  const Engine engine = engine_of();
  const auto refuse = [](void*, const char*, std::size_t) { return 1; };
  const std::uint64_t n = 100;
  EXPECT_EQ(decima_compute(engine.get(), "factorial", &n, 1, refuse, nullptr), DECIMA_STOPPED);
}

TEST(Library, ComputesOnSeveralEnginesAtOnce) {
  std::string texts[2];
  {
    std::vector<std::jthread> threads;
    for (std::string& text : texts)
      threads.emplace_back([&text] { text = compute(engine_of().get(), "factorial", {20'000}).text; });
  }
  EXPECT_EQ(texts[0].size(), 77'338U);
  EXPECT_EQ(texts[0], texts[1]);
}

TEST(Library, TellsItsVersionKernelAndStatuses) {
  EXPECT_EQ(std::string(decima_version()).find("0."), 0U);
  EXPECT_NE(std::string(decima_kernel()), "");
  for (int status = DECIMA_OK; status <= DECIMA_BAD_ARGUMENT; status++)
    EXPECT_EQ(std::string(decima_status_text(static_cast<decima_status>(status))).find("this is no status"),
              std::string::npos);
}

}  // namespace
