#pragma once
#include <boost/json/object.hpp>

namespace decima::http {

/// The document of this server: api/openapi.yaml, with what the table of kinds says in place of its placeholders.
boost::json::object openapi_document();

}  // namespace decima::http
