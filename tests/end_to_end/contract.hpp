#pragma once
#include <boost/json/value.hpp>
#include <set>
#include <string>
#include <vector>

#include "client.hpp"

namespace decima::end_to_end {

/// The API's document as the server gives it, and what it says of an answer.
class Contract {
 public:
  explicit Contract(boost::json::value document) : document_(std::move(document)) {}

  /// "GET /api/v1/jobs/{id}": every operation.
  std::set<std::string> operations() const;
  /// "200", "404", …, "default": every status that an operation documents.
  std::set<std::string> statuses(const std::string& operation) const;

  /// Where the answer is not what the operation documents; none where it is. A status without a line of its own is held
  /// to `default`.
  std::vector<std::string> findings(const std::string& operation, const Reply& reply) const;

 private:
  const boost::json::object& responses(const std::string& operation) const;
  const boost::json::object& resolved(const boost::json::value& part) const;
  std::vector<std::string> header_findings(const boost::json::object& response, const Reply& reply) const;
  std::vector<std::string> body_findings(const boost::json::object& response, const Reply& reply) const;
  std::vector<std::string> schema_findings(const boost::json::value& schema, const boost::json::value& value) const;

  boost::json::value document_;
};

}  // namespace decima::end_to_end
