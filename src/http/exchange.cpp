#include "http/exchange.hpp"

#include <new>

#include "http/tracing.hpp"

namespace decima::http {
namespace {

/// What a handler could not foresee is the server's fault, and no reason to end the process.
template <class Make>
auto guarded(const Call& call, Make make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return call.refuse({Code::out_of_memory, ""});
  } catch (const std::exception& thrown) {
    Response response = call.refuse({Code::internal, ""});
    response.cause = Error{Code::internal, thrown.what()};
    return response;
  }
}

Response allowed(const std::string& allow) {
  Response response;
  response.status = 204;
  response.field("Allow", allow);
  return response;
}

Error method_error(const Request& request, const std::string& allow) {
  return {Code::method_not_allowed, std::string(name(request.method)) + " is not among this path's methods: " + allow};
}

}  // namespace

void Exchange::start(const Request& request) {
  started_ = std::chrono::steady_clock::now();
  request_ = &request;
  id_ = request_id(request);
  match_ = {};
  call_.reset();
}

Response Exchange::begin_broken(const Request& request, const Error& error) {
  start(request);
  if (target_.parse(request.target)) match_ = router_.find(request.method, target_);
  return refuse(error);
}

std::optional<Response> Exchange::begin(const Request& request) {
  start(request);
  if (request.version == 11 && request.count("Host") != 1)
    return refuse({Code::invalid_request, "a request has one Host field"});
  if (!target_.parse(request.target)) {
    if (request.method == Method::options && request.target == "*") return allowed("GET, HEAD, POST, DELETE, OPTIONS");
    return refuse({Code::invalid_request, "the request's target is not a path"});
  }
  match_ = router_.find(request.method, target_);
  if (match_.route) {
    call_.emplace(Call{service_, settings_, request, target_, match_.parameter, traceparent(request), match_.errors});
    return std::nullopt;
  }
  if (match_.allow.empty()) return refuse({Code::not_found, "there is no such path; / lists those there are"});
  if (request.method == Method::options) return allowed(match_.allow);
  Response response = refuse(method_error(request, match_.allow));
  response.field("Allow", match_.allow);
  return response;
}

Answer Exchange::answer() {
  return guarded(*call_, [this] { return match_.route->handler(*call_); });
}

Response Exchange::perform(const Work& work) const {
  return guarded(*call_, [&work] { return work.make(); });
}

void Exchange::finish(const Response& response, std::uint64_t sent_bytes) {
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - started_;
  if (match_.metrics) match_.metrics->observe(response.status, taken.count());
  AccessLog::Line line;
  line.request_id = id_;
  line.client = client_;
  line.method = request_ ? request_->method_text : std::string_view();
  line.target = request_ ? request_->target : std::string_view();
  line.status = response.status;
  line.bytes = sent_bytes;
  line.seconds = taken.count();
  line.cause = response.cause ? &*response.cause : nullptr;
  log_.write(line);
}

}  // namespace decima::http
