// Requests from the network: whole or byte by byte, the parser has to see the same.
#include <string>

#include "fuzz.hpp"
#include "http/parser.hpp"
#include "http/target.hpp"

using decima::fuzz::require;
using decima::http::Limits;
using decima::http::Parser;

namespace {

struct Outcome {
  Parser::Step step;
  std::string method, target, body;

  bool operator==(const Outcome&) const = default;
};

/// Feeds `bytes` in pieces of this length until the parser comes to an end.
Outcome parse(std::string_view bytes, std::size_t piece) {
  // A long header is cut off by the connection's buffer, not by the parser; so no limit here.
  static const Limits limits{.header_bytes = 1 << 20, .body_bytes = 1024};
  Parser parser(limits);
  parser.reset();
  std::size_t used = 0;
  Parser::Step step = Parser::Step::more;
  for (std::size_t end = std::min(piece, bytes.size());;) {
    const std::size_t before = used;
    step = parser.feed(bytes.substr(used, end - used), used);
    require(used >= before && used <= end);
    if (step != Parser::Step::more && step != Parser::Step::head) break;
    if (step == Parser::Step::more && end == bytes.size()) break;
    if (step == Parser::Step::more) end = std::min(end + piece, bytes.size());
  }
  if (step != Parser::Step::done) return {step, "", "", ""};
  const auto& request = parser.request();
  return {step, std::string(request.method_text), std::string(request.target), std::string(request.body)};
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = decima::fuzz::as_text(data, size);
  const Outcome whole = parse(bytes, bytes.size());
  if (whole.step == Parser::Step::done) {
    require(parse(bytes, 1) == whole);
    decima::http::Target target;
    target.parse(whole.target);
  }
  decima::http::Target target;
  if (target.parse(bytes)) target.query("number");
  return 0;
}
