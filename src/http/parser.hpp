#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "http/request.hpp"
#include "http/settings.hpp"

namespace decima::http {

/// Reads HTTP/1.0 and 1.1 requests out of bytes that come piece by piece. What could be read in two ways (a folded
/// field, a length beside an encoding, an encoding that is not plainly chunked) is refused, so that no proxy before
/// this server can see other requests than it does.
class Parser {
 public:
  enum class Step {
    more,       ///< all that could be used was used; feed again from there with more
    head,       ///< the fields are complete and a body follows: feed on
    done,       ///< the request is complete
    malformed,  ///< and here the connection's bytes cannot be trusted any more
    head_too_large,
    body_too_large,  ///< the fields are complete, the body was not taken
  };

  explicit Parser(const Limits& limits);
  ~Parser();

  /// Before each request.
  void reset();
  /// Takes bytes and adds to `used` how many. Until `head` or `done` the bytes that were used must stay where they are,
  /// and as long as the request is looked at; those of a body are copied.
  Step feed(std::string_view bytes, std::size_t& used);

  const Request& request() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace decima::http
