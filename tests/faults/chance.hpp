#pragma once
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace decima::faults {

/// A number that the environment may give: how many rounds, which seed.
inline std::uint64_t number_from(const char* variable, std::uint64_t preset) {
  const char* text = std::getenv(variable);
  return text ? std::stoull(text) : preset;
}

/// What is drawn from a seed. The same seed draws the same on every machine, so that what failed can be seen again.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
  bool one_in(std::uint64_t bound) { return below(bound) == 0; }

 private:
  std::mt19937_64 engine_;
};

/// A seed that nobody has used, unless DECIMA_SEED names one.
inline std::uint64_t seed() { return number_from("DECIMA_SEED", std::random_device{}()); }

}  // namespace decima::faults
