// A finished job's digits: whole or in part, plain or packed, and not at all when the client has them already.
#include <cstdint>
#include <span>
#include <string>

#include "base/text.hpp"
#include "http/gzip_source.hpp"
#include "http/handlers.hpp"
#include "http/job_lookup.hpp"
#include "http/negotiation.hpp"
#include "http/range.hpp"
#include "http/text_source.hpp"

namespace decima::http {
namespace {

constexpr std::string_view content_type = "text/plain; charset=us-ascii";
constexpr std::string_view boundary = "decima-part";

/// The part of the digits that the query names, and how its entity tag differs from that of the whole.
struct Selection {
  ByteRange range;
  std::string mark;
};

Result<std::optional<std::uint64_t>> query_number(const Call& call, std::string_view name) {
  const auto text = call.target.query(name);
  if (!text) return std::optional<std::uint64_t>();
  if (classify_numeral(*text) == Numeral::malformed)
    return Error{Code::invalid_argument, std::string(name) + " must be a number in plain decimal digits"};
  return std::optional(parse_number(*text).value_or(UINT64_MAX));  // more digits than there are of anything
}

/// ?from=&count=, ?leading= or ?trailing=: a count may reach beyond the end, and is cut there.
Result<Selection> select(const Call& call, std::uint64_t size) {
  const auto from = query_number(call, "from"), count = query_number(call, "count");
  const auto leading = query_number(call, "leading"), trailing = query_number(call, "trailing");
  for (const auto* number : {&from, &count, &leading, &trailing})
    if (!*number) return number->error();
  if ((*from || *count) + leading->has_value() + trailing->has_value() > 1)
    return Error{Code::invalid_argument, "one of from and count, leading, or trailing can be asked for"};
  ByteRange range{0, size};
  if (*from || *count) {
    range.first = std::min(from->value_or(0), size);
    range.count = std::min(count->value_or(size), size - range.first);
  } else if (*leading) {
    range.count = std::min(**leading, size);
  } else if (*trailing) {
    range.count = std::min(**trailing, size);
    range.first = size - range.count;
  }
  if (range.count == 0) return Error{Code::range_unsatisfiable, "of " + counted(size, "digit") + " none is asked for"};
  if (range.count == size) return Selection{range, ""};
  return Selection{range, "." + std::to_string(range.first) + "+" + std::to_string(range.count)};
}

/// How the selected digits are sent: which of them, and in what wrapping.
struct Plan {
  Selection selection;
  std::optional<std::vector<ByteRange>> ranges = {};  ///< within the selection, which may have none of them
  bool gzip = false;
  std::string etag;
};

/// A Range is taken only with GET, as RFC 9110 (14.2) has it, and while the client's own part is of the same text.
bool range_applies(const Request& request, const std::string& etag) {
  if (request.method != Method::get) return false;
  const std::string_view condition = request.field("If-Range");
  return condition.empty() || condition == etag;
}

Plan plan(const Call& call, const core::Job& job, Selection selection) {
  const std::string plain_tag = hex(job.stored->sha256) + selection.mark;
  Plan plan{std::move(selection), {}, false, "\"" + plain_tag + "\""};
  const std::string_view range = call.request.field("Range");
  if (!range.empty() && range_applies(call.request, plan.etag))
    plan.ranges = read_ranges(range, plan.selection.range.count);
  const bool may_chunk = call.request.version == 11;
  plan.gzip = !plan.ranges && may_chunk && accepts_gzip(call.request.list("Accept-Encoding"));
  if (plan.gzip) plan.etag = "\"" + plain_tag + "-gzip\"";
  return plan;
}

/// What answers with and without a body have in common. Results never change, so copies may be kept for ever, but where
/// credentials are asked for, not by a cache that would hand them to those who have none.
void describe(Response& response, const Plan& plan, const core::Job& job, bool for_all) {
  response.field("ETag", plan.etag);
  response.field("Cache-Control",
                 for_all ? "public, max-age=31536000, immutable" : "private, max-age=31536000, immutable");
  response.field("Vary", "Accept-Encoding");
  response.field("Accept-Ranges", "bytes");
  if (!plan.gzip && plan.selection.mark.empty())
    response.field("Repr-Digest", "sha-256=:" + base64(job.stored->sha256) + ":");
}

/// The parts of the text that the body is made of; sets the status and fields that go with them.
std::vector<TextSource::Part> parts_of(Response& response, const Plan& plan) {
  const auto [offset, size] = plan.selection.range;
  if (!plan.ranges) return {{"", {offset, size}}};
  response.status = 206;
  if (plan.ranges->size() == 1) {
    const ByteRange& range = plan.ranges->front();
    response.field("Content-Range", content_range(range, size));
    return {{"", {offset + range.first, range.count}}};
  }
  response.content_type = "multipart/byteranges; boundary=decima-part";
  std::vector<TextSource::Part> parts;
  for (const ByteRange& range : *plan.ranges) {
    std::string before = "\r\n--";
    before.append(boundary).append("\r\nContent-Type: ").append(content_type);
    before.append("\r\nContent-Range: ").append(content_range(range, size)).append("\r\n\r\n");
    parts.push_back({std::move(before), {offset + range.first, range.count}});
  }
  std::string end = "\r\n--";
  parts.push_back({end.append(boundary).append("--\r\n"), {0, 0}});
  return parts;
}

void pack(Response& response) {
  response.field("Content-Encoding", "gzip");
  std::string& begun = response.source ? response.first : response.prefix;
  response.source = std::make_unique<GzipSource>(std::exchange(begun, {}), std::move(response.source));
}

Response outside(const Call& call, const Error& error, std::uint64_t size) {
  Response response = call.refuse(error);
  if (response.status == 416) response.field("Content-Range", "bytes */" + std::to_string(size));
  return response;
}

/// Preconditions come first, and only then whether the ranges can be had (RFC 9110, 13.2.2).
Response send(const Call& call, const core::Job& job, const Plan& plan) {
  const std::uint64_t size = plan.selection.range.count;
  const Precondition condition = precondition(call.request, plan.etag);
  if (condition == Precondition::fails) return call.refuse({Code::precondition_failed, "its tag is " + plan.etag});
  if (condition == Precondition::holds && plan.ranges && plan.ranges->empty())
    return outside(call, {Code::range_unsatisfiable, "there is no more than " + counted(size, "byte")}, size);
  Response response = Response::plain(200, content_type, {});
  describe(response, plan, job, !call.settings.access.required);
  if (condition == Precondition::client_has_it) {
    response.status = 304;
    return response;
  }
  if (const auto added = add_parts(response, call.service, job, parts_of(response, plan), call.settings.inline_bytes);
      !added)
    return call.refuse(added.error());
  if (plan.gzip) pack(response);
  return response;
}

Response digits(const Call& call, const core::Identity& identity) {
  const auto job = find_job(call, identity);
  if (!job) return call.refuse(job.error());
  if (job->state != core::State::done) return without_result(call, *job);
  auto selection = select(call, job->stored->bytes);
  if (!selection) return outside(call, selection.error(), job->stored->bytes);
  return send(call, *job, plan(call, *job, std::move(*selection)));
}

}  // namespace

Answer get_job_digits(const Call& call) {
  auto identity = named_job(call);
  if (!identity) return call.refuse(identity.error());
  return Work{[&call, identity = std::move(*identity)] { return digits(call, identity); }};
}

}  // namespace decima::http
