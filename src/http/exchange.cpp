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
  constexpr std::size_t longest_shown = 32;
  return {Code::method_not_allowed,
          std::string(request.method_text.substr(0, longest_shown)) + " is not among this path's methods: " + allow};
}

}  // namespace

void Exchange::start(const Request& request) {
  started_ = std::chrono::steady_clock::now();
  request_ = &request;
  id_ = request_id(request);
  match_ = {};
  call_.reset();
  caller_ = {};
  limiter_ = nullptr;
  client_ = peer_.address;
  forwarded_client_.clear();
  if (!access_.behind_proxies()) return;
  const AccessSettings& access = access_.settings();
  client_ = client_of(request, peer_.address, access.trusted, access.forwarded_by);
  if (client_ != peer_.address) forwarded_client_ = client_->text();
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
  if (!could_be_host(request.field("Host"))) return refuse({Code::invalid_request, "the Host field names no host"});
  if (!target_.parse(request.target)) {
    if (request.method == Method::options && request.target == "*") return allowed("GET, HEAD, POST, DELETE, OPTIONS");
    return refuse({Code::invalid_request, "the request's target is not a path"});
  }
  match_ = router_.find(request.method, target_);
  if (auto turned_away = admit()) return turned_away;
  if (match_.route) {
    call_.emplace(Call{service_, settings_, request, target_, match_.parameter, traceparent(request), match_.errors});
    return std::nullopt;
  }
  if (match_.allow.empty()) return refuse({Code::not_found, "there is no such path; / lists those there are"});
  if (request.method == Method::options) {
    Response response = allowed(match_.allow);
    access_.settings().cors.permit(request, match_.allow, response);
    return response;
  }
  Response response = refuse(method_error(request, match_.allow));
  response.field("Allow", match_.allow);
  return response;
}

std::optional<Response> Exchange::admit() {
  const AccessSettings& access = access_.settings();
  if (!access.hosts.answers(request_->field("Host")))
    return refuse({Code::misdirected, "the setting host_names says under which names it is"});
  if (access.cors.forged(*request_, access.hosts))
    return refuse(
        {Code::forbidden,
         "pages of this origin may not do this here; the settings cors_origins and host_names say which may"});
  if (auto refused = meter()) return refused;
  if (match_.route && match_.route->scope != Scope::open && access_.required()) return authorize();
  return std::nullopt;
}

/// Before anybody is asked who he is, so that guessing is limited too.
std::optional<Response> Exchange::meter() {
  if (!client_ || (match_.route && !match_.route->metered)) return std::nullopt;
  limiter_ = access_.limiter(request_->method);
  if (!limiter_) return std::nullopt;
  standing_ = limiter_->take(*client_, started_);
  if (standing_.admitted) return std::nullopt;
  return error_response(match_.errors, {Code::too_many_requests, "the limit of this client is used up for now"},
                        static_cast<std::uint64_t>(standing_.retry_in.count()));
}

std::optional<Response> Exchange::authorize() {
  auto caller = access_.identify(*request_, SystemClock().now());
  if (!caller) {
    Response response = refuse(caller.error());
    if (caller.error().code == Code::unauthorized)
      response.field("WWW-Authenticate", credential_of(*request_).empty()
                                             ? R"(Bearer realm="decima")"
                                             : R"(Bearer realm="decima", error="invalid_token")");
    return response;
  }
  caller_ = std::move(*caller);
  const Scope needed = match_.route->scope;
  if (caller_.scope >= needed) return std::nullopt;
  Response response = refuse({Code::forbidden, "this takes the scope " + std::string(name(needed))});
  response.field("WWW-Authenticate",
                 R"(Bearer realm="decima", error="insufficient_scope", scope=")" + std::string(name(needed)) + '"');
  return response;
}

void Exchange::dress(Response& response) {
  access_.settings().cors.expose(*request_, response);
  if (!limiter_) return;
  if (response.writes > 1) standing_ = limiter_->charge(*client_, response.writes - 1, started_);
  const Rate& rate = limiter_->rate();
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(rate.period).count();
  response.field("RateLimit-Policy", std::to_string(rate.count) + ";w=" + std::to_string(seconds));
  response.field("RateLimit-Limit", std::to_string(rate.count));
  response.field("RateLimit-Remaining", std::to_string(standing_.remaining));
  response.field("RateLimit-Reset", std::to_string(standing_.full_in.count()));
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
  line.client = forwarded_client_.empty() ? peer_.shown : forwarded_client_;
  line.caller = caller_.name;
  line.method = request_ ? request_->method_text : std::string_view();
  line.target = request_ ? request_->target : std::string_view();
  line.status = response.status;
  line.bytes = sent_bytes;
  line.seconds = taken.count();
  line.cause = response.cause ? &*response.cause : nullptr;
  log_.write(line);
}

}  // namespace decima::http
