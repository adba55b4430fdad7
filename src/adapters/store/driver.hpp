#pragma once
#include <exception>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace soci {
struct backend_factory;
class session;
}  // namespace soci

namespace decima::adapters {

/// What a Connection has to know of the database behind it: SOCI hides the rest.
struct Driver {
  const soci::backend_factory& (*factory)();
  /// The error that an exception of SOCI's stands for, as the store's port means it.
  Error (*explain)(const std::exception& failure);
  /// How this database wants the statement put.
  std::string (*phrase)(std::string_view sql);
  /// Runs a text of several statements, as SOCI itself cannot.
  void (*script)(soci::session& session, const std::string& sql);
};

extern const Driver sqlite_driver;

}  // namespace decima::adapters
