#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/result.hpp"
#include "core/cache.hpp"
#include "core/identity.hpp"
#include "http/request.hpp"

namespace decima::http {

/// The part of a body that is too long to hold: handed out piece by piece, each made where blocking is allowed.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// How many bytes are still to come; nothing when that is not known before they are made.
  virtual std::optional<std::uint64_t> remaining() const = 0;
  /// The next of them; empty when there are no more. Made in the memory of `room`, say that of the piece before. After
  /// an error nothing more can come: the connection is cut, and the client sees that its body is short.
  virtual Result<std::string> next(std::string room) = 0;
  /// Takes back the last `count` bytes that it gave, to make them anew when next they are wanted; false where it
  /// cannot. Either way it then holds as little memory as it can.
  virtual bool take_back(std::size_t count) = 0;
};

/// What a handler answers: a status, fields, and a body of up to five parts, sent in the order declared.
class Response {
 public:
  int status = 200;
  std::string_view content_type = "application/json";
  std::string prefix;
  core::CachedText text;
  std::string first;  ///< the source's first piece, where it was made to see whether it can be
  std::unique_ptr<BodySource> source;
  std::string suffix;
  std::optional<core::Identity> follows;  ///< instead of all these, this job's events as they come

  std::uint64_t writes = 1;    ///< as so many requests it counts for the client's limit: a batch is more than one
  bool close = false;          ///< this is the connection's last
  bool provisional = false;    ///< a later one will say more: the job is under way
  std::optional<Error> cause;  ///< for the log

  static Response json(int status, std::string body);
  static Response plain(int status, std::string_view content_type, std::string body);

  /// Adds a field; neither may hold a line's end.
  void field(std::string_view name, std::string_view value);
  const std::string& fields() const { return fields_; }

  /// Whether the body's length is not known beforehand, so that it is sent in chunks.
  bool chunked() const { return (source && !source->remaining()) || follows; }
  /// As far as they are known.
  std::uint64_t body_bytes() const;

 private:
  std::string fields_;  ///< as they are sent
};

/// The status line and all fields, as they are sent.
struct Head {
  const Response& response;
  std::string_view request_id;
  bool keep_alive = true;
  unsigned version = 11;
};
void append_head(std::string& out, const Head& head);

std::string_view reason(int status);

}  // namespace decima::http
