// What a finished job's digits were checked against, so that anybody can repeat the check.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/text.hpp"
#include "http/handlers.hpp"
#include "http/job_json.hpp"
#include "http/job_lookup.hpp"
#include "http/json_text.hpp"

namespace decima::http {
namespace {

namespace json = boost::json;

/// "m:r m:r" → [{"modulus": "m", "residue": "r"}, ...]
json::array residues(std::string_view stored) {
  json::array list;
  for (const std::string_view pair : split(stored, ' ')) {
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos) continue;
    list.push_back(json::object{{"modulus", text(pair.substr(0, colon))}, {"residue", text(pair.substr(colon + 1))}});
  }
  return list;
}

Response certificate(const Call& call, const core::Identity& identity) {
  const auto job = find_job(call, identity);
  if (!job) return call.refuse(job.error());
  if (job->state != core::State::done) return without_result(call, *job);
  const core::Stored& stored = *job->stored;
  return Response::json(200, json::serialize(json::object{{"id", text(identity.text())},
                                                          {"digits", integer(stored.digits)},
                                                          {"bytes", integer(stored.bytes)},
                                                          {"sha256", text(hex(stored.sha256))},
                                                          {"block_bytes", core::block_bytes},
                                                          {"merkle_root", text(hex(stored.merkle_root))},
                                                          {"residues", residues(stored.residues)}}));
}

}  // namespace

Answer get_job_certificate(const Call& call) {
  auto identity = named_job(call);
  if (!identity) return call.refuse(identity.error());
  return Work{[&call, identity = std::move(*identity)] { return certificate(call, identity); }};
}

}  // namespace decima::http
