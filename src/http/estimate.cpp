// What a job would cost, before anyone asks for it.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "http/handlers.hpp"
#include "http/json_text.hpp"
#include "kinds/registry.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

/// The request that the query describes, whatever it may cost.
Result<core::Request> described(const Call& call) {
  const auto named = call.target.query("kind");
  if (!named) return Error{Code::invalid_request, "ask with ?kind=factorial&n=1000"};
  core::Budgets any = core::Budgets::unbounded();
  any.threads = call.service.budgets().threads;
  const kinds::Kind* kind = kinds::find(*named);
  if (!kind) return core::make_request(*named, {}, any);  // says which kinds there are
  std::vector<std::string> values;
  for (const kinds::Parameter& parameter : kind->parameters) {
    auto value = call.target.query(parameter.name);
    if (!value) return Error{Code::invalid_argument, "the argument " + std::string(parameter.name) + " is missing"};
    values.push_back(std::move(*value));
  }
  const std::vector<std::string_view> views(values.begin(), values.end());
  return core::make_request(*named, views, any);
}

}  // namespace

Answer get_estimate(const Call& call) {
  const auto request = described(call);
  if (!request) return call.refuse(request.error());
  const auto admitted = core::make_request(request->identity, call.service.budgets());
  return Response::json(
      200, json::serialize(json::object{
               {"kind", text(request->kind->name)},
               {"arguments", arguments(*request->kind, request->arguments)},
               {"digits", integer(request->estimate.digits)},
               {"memory_bytes", integer(request->estimate.bytes)},
               {"work", integer(request->estimate.work)},
               {"accepted", static_cast<bool>(admitted)},
               {"reason", admitted ? json::value(nullptr) : json::value(text(admitted.error().message()))}}));
}

}  // namespace decima::http
