#include "http/parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <string>

namespace decima::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

Method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::get;
    case beast::http::verb::head:
      return Method::head;
    case beast::http::verb::post:
      return Method::post;
    case beast::http::verb::delete_:
      return Method::delete_;
    case beast::http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

constexpr std::size_t shortest_chunked_rest = 5;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

/// What outlives one request, so that the next needs no allocation.
struct Output {
  const Limits& limits;
  Request request;
  std::string body;
};

/// Beast's state machine, with our Request at its outputs.
class Machine final : public beast::http::basic_parser<true> {
 public:
  explicit Machine(Output& output) : output_(output) {
    eager(false);
    // feed() bounds the whole header; this only has to be no smaller.
    header_limit(static_cast<std::uint32_t>(output.limits.header_bytes));
    body_limit(output.limits.body_bytes);
  }

  /// The bytes of the coming put: a field's value lies among them unless it was folded.
  void looks_at(std::string_view bytes) { bytes_ = bytes; }

 private:
  void on_request_impl(beast::http::verb verb, beast::string_view method, beast::string_view target, int version,
                       error_code&) override {
    output_.request.method = method_of(verb);
    output_.request.method_text = view(method);
    output_.request.target = view(target);
    output_.request.version = static_cast<unsigned>(version);
  }

  void on_field_impl(beast::http::field field, beast::string_view name, beast::string_view value,
                     error_code& error) override {
    if (is_chunked_trailer()) return;
    const bool folded =
        !value.empty() && (value.data() < bytes_.data() || value.data() >= bytes_.data() + bytes_.size());
    if (folded) error = beast::http::error::bad_obs_fold;
    if (field == beast::http::field::transfer_encoding && !same_word(view(value), "chunked"))
      error = beast::http::error::bad_transfer_encoding;
    // Beast takes one that is repeated; a proxy on the way may have read the list otherwise.
    if (field == beast::http::field::content_length && (has_length_ || value.find(',') != beast::string_view::npos))
      error = beast::http::error::multiple_content_length;
    has_length_ = has_length_ || field == beast::http::field::content_length;
    if (output_.request.fields.size() == output_.limits.header_fields) error = beast::http::error::header_limit;
    output_.request.fields.push_back({view(name), view(value)});
  }

  void on_header_impl(error_code& error) override {
    if (chunked() && output_.request.version == 10) error = beast::http::error::bad_transfer_encoding;
    header_seen_ = true;
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view piece, error_code&) override {
    output_.body.append(piece.data(), piece.size());
    return piece.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view piece, error_code& error) override {
    return on_body_impl(piece, error);
  }
  void on_finish_impl(error_code&) override {}
  void on_response_impl(int, beast::string_view, int, error_code&) override {}

  bool is_chunked_trailer() const { return header_seen_; }

  Output& output_;
  std::string_view bytes_;
  bool header_seen_ = false;
  bool has_length_ = false;
};

}  // namespace

struct Parser::State {
  Output output;
  std::optional<Machine> machine;
  std::size_t head_bytes = 0;
};

Parser::Parser(const Limits& limits) : state_(new State{{limits, {}, {}}, {}, 0}) { reset(); }
Parser::~Parser() = default;

void Parser::reset() {
  Request fresh;
  std::swap(fresh.fields, state_->output.request.fields);
  fresh.fields.clear();  // but their room is kept
  state_->output.request = std::move(fresh);
  state_->output.body.clear();
  state_->machine.emplace(state_->output);
  state_->head_bytes = 0;
}

Parser::Step Parser::feed(std::string_view bytes, std::size_t& used) {
  Machine& machine = *state_->machine;
  Request& request = state_->output.request;
  while (!machine.is_done()) {
    const bool had_header = machine.is_header_done();
    // What is left of a chunked body is never shorter than its end, "0\r\n\r\n". Beast asserts that it is not shown the
    // beginning of that end twice, so a client that sends it in pieces would end the program.
    if (had_header && machine.chunked() && bytes.size() < shortest_chunked_rest) return Step::more;
    machine.looks_at(bytes);
    error_code error;
    const std::size_t taken = machine.put({bytes.data(), bytes.size()}, error);
    used += taken;
    bytes.remove_prefix(taken);
    if (!had_header) state_->head_bytes += taken;
    // Beast's own limit is for the request line and for the fields apart.
    if (error == beast::http::error::header_limit || state_->head_bytes > state_->output.limits.header_bytes)
      return Step::head_too_large;
    if (error == beast::http::error::need_more) return Step::more;
    if (error == beast::http::error::body_limit) return Step::body_too_large;
    if (error) return Step::malformed;
    if (!had_header) {
      request.keep_alive = machine.keep_alive();
      request.has_body = !machine.is_done();
      if (request.has_body) return Step::head;
    } else if (bytes.empty() && !machine.is_done()) {
      return Step::more;
    }
  }
  request.body = state_->output.body;
  return Step::done;
}

const Request& Parser::request() const { return state_->output.request; }

}  // namespace decima::http
