#include "app/download.hpp"

#include <algorithm>
#include <optional>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace decima::app {
namespace {

class Download {
 public:
  Download(Remote& remote, const std::string& path, const core::TakeText& take,
           const std::function<void(std::uint64_t)>& expect)
      : remote_(remote), path_(path), take_(take), expect_(expect) {}

  Result<Downloaded> run() {
    for (int tries = 0;;) {
      const std::uint64_t before = received_;
      if (const auto asked = ask(); !asked) {
        tries = received_ > before ? 0 : tries + 1;
        if (!goes_on(asked.error()) || tries > most_tries) return asked.error();
        remote_.pause(rest_after(tries));
        continue;
      }
      return compare();
    }
  }

 private:
  /// A try that failed before any byte came was the first, and its reason is the user's to know. Later the server may
  /// be away for a while, or computing a result anew that it found damaged.
  bool goes_on(const Error& error) const {
    return !etag_.empty() && (may_pass(error) || error.code == Code::not_finished || error.code == Code::corrupt);
  }

  Result<> ask() {
    HttpRequest request{"GET", path_};
    if (!etag_.empty()) {
      request.fields.push_back("If-Range: " + etag_);
      request.fields.push_back("Range: bytes=" + std::to_string(received_) + "-");
    }
    begun_ = false;
    const auto reply = remote_.ask(request, [&](const HttpReply& head, std::string_view piece) {
      if (!begun_)
        if (auto fits = begin(head); !fits) return fits;
      return take(piece);
    });
    if (!reply) return reply.error();
    return Done{};
  }

  /// The first answer says what is coming; a later one must be of the same text, from where we are or from its
  /// beginning.
  Result<> begin(const HttpReply& head) {
    begun_ = true;
    if (etag_.empty()) {
      etag_ = head.field("etag");
      if (const auto length = parse_number(head.field("content-length"))) expect_(*length);
      return Done{};
    }
    skip_ = head.status == 206 ? 0 : received_;
    const std::string range = "bytes " + std::to_string(received_) + "-";
    if (head.field("etag") != etag_ || (head.status == 206 && !head.field("content-range").starts_with(range)))
      return Error{Code::io_error, "the server's text changed while it was read"};
    return Done{};
  }

  Result<> take(std::string_view piece) {
    const auto known = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, piece.size()));
    skip_ -= known;
    piece.remove_prefix(known);
    hash_.update(piece);
    received_ += piece.size();
    return take_(piece);
  }

  /// The entity tag of a whole text is its hash; that of a part has a mark behind it.
  Result<Downloaded> compare() {
    const std::string named = etag_.size() == 66 ? etag_.substr(1, 64) : std::string();
    const std::string found = hex(hash_.finish());
    if (!named.empty() && named != found)
      return Error{Code::corrupt, "the server named the SHA-256 " + named + ", what came has " + found};
    return Downloaded{received_, named};
  }

  Remote& remote_;
  const std::string& path_;
  const core::TakeText& take_;
  const std::function<void(std::uint64_t)>& expect_;

  std::string etag_;  ///< of the first answer
  std::uint64_t received_ = 0;
  std::uint64_t skip_ = 0;  ///< bytes of this answer that an earlier one gave
  bool begun_ = false;
  Sha256Stream hash_;
};

}  // namespace

Result<Downloaded> download(Remote& remote, const std::string& path, const core::TakeText& take,
                            const std::function<void(std::uint64_t)>& expect) {
  return Download(remote, path, take, expect).run();
}

}  // namespace decima::app
