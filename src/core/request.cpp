#include "core/request.hpp"

#include <string>

#include "base/text.hpp"
#include "kinds/registry.hpp"

namespace decima::core {
namespace {

Error bad_argument(const kinds::Parameter& parameter, std::string_view problem) {
  return {Code::invalid_argument, std::string(parameter.name) + " " + std::string(problem)};
}

Result<std::uint64_t> read_argument(const kinds::Parameter& parameter, std::string_view text) {
  switch (classify_numeral(text)) {
    case Numeral::malformed:
      return bad_argument(parameter,
                          "must be a whole number in plain decimal digits, without sign, spaces or leading zeros");
    case Numeral::too_large:
      return bad_argument(parameter, "must be at most " + std::to_string(parameter.most));
    case Numeral::canonical:
      break;
  }
  const std::uint64_t value = *parse_number(text);
  if (value < parameter.least) return bad_argument(parameter, "must be at least " + std::to_string(parameter.least));
  if (value > parameter.most) return bad_argument(parameter, "must be at most " + std::to_string(parameter.most));
  return value;
}

/// UINT64_MAX stands for all that is larger, too.
std::string show_saturated(std::uint64_t value) {
  return value == UINT64_MAX ? "more than 18446744073709551615" : std::to_string(value);
}

Result<> admit(const kinds::Estimate& estimate, const Budgets& budgets) {
  if (estimate.digits > budgets.result_bytes)
    return Error{Code::too_large, "it has " + show_saturated(estimate.digits) + " digits, and results of at most " +
                                      show_bytes(budgets.result_bytes) + " are stored here (DECIMA_RESULT_LIMIT)"};
  if (estimate.digits > budgets.digits)
    return Error{Code::too_large, "it has " + show_saturated(estimate.digits) + " digits, and no more than " +
                                      std::to_string(budgets.digits) + " are computed, whatever the memory"};
  if (estimate.bytes > budgets.memory_bytes)
    return Error{Code::too_large, "its " + show_saturated(estimate.digits) + " digits need " +
                                      show_bytes(estimate.bytes) + " of memory to compute, and " +
                                      show_bytes(budgets.memory_bytes) + " may be used here (DECIMA_MEMORY_LIMIT)"};
  return Done{};
}

}  // namespace

Result<Request> make_request(std::string_view kind_name, std::span<const std::string_view> texts,
                             const Budgets& budgets) {
  const kinds::Kind* kind = kinds::find(kind_name);
  if (!kind) return Error{Code::unknown_kind, "there are: " + kinds::names()};
  if (texts.size() != kind->parameters.size())
    return Error{Code::invalid_argument, std::string(kind_name) + " takes " +
                                             counted(kind->parameters.size(), "argument") + ", not " +
                                             std::to_string(texts.size())};
  std::vector<std::uint64_t> arguments;
  for (std::size_t i = 0; i < texts.size(); i++) {
    const auto value = read_argument(kind->parameters[i], texts[i]);
    if (!value) return value.error();
    arguments.push_back(*value);
  }
  if (kind->canonicalise) kind->canonicalise(arguments);
  const kinds::Estimate estimate = kind->estimate(arguments, budgets.threads);
  if (const auto admitted = admit(estimate, budgets); !admitted) return admitted.error();
  Identity identity = Identity::of(kind_name, arguments);
  return Request{kind, std::move(arguments), std::move(identity), estimate, {}};
}

Result<Request> make_request(const Identity& identity, const Budgets& budgets) {
  return make_request(identity.kind(), identity.arguments(), budgets);
}

}  // namespace decima::core
