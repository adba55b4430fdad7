#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "app/command.hpp"
#include "base/text.hpp"
#include "http/api_keys.hpp"

namespace decima::app {
namespace {

/// Only the owner may read it: hashes of good keys open nothing, but names are nobody else's business.
constexpr mode_t private_file = 0600;

Error failed(const std::string& path) { return {Code::io_error, path + ": " + std::strerror(errno)}; }

/// Adds a line, whole or not at all, and has it on disk before the secret is shown.
Result<> append(const std::string& path, const std::string& line) {
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, private_file);
  if (file < 0) return failed(path);
  // A line before that somebody left without an end must not swallow this one; empty lines are skipped.
  const std::string text = "\n" + line + "\n";
  const bool whole = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(file) == 0;
  const Error error = failed(path);
  close(file);
  if (!whole) return error;
  return Done{};
}

/// The greatest of them: each includes those before it.
Result<http::Scope> read_scopes(const std::string& text) {
  http::Scope greatest = http::Scope::read;
  for (const std::string_view word : split(text, ',')) {
    const auto scope = http::scope_named(word);
    if (!scope)
      return Error{Code::invalid_argument, "--scopes takes read, submit and admin, not \"" + std::string(word) + "\""};
    greatest = std::max(greatest, *scope);
  }
  return greatest;
}

Result<http::ApiKeys> keys_in(const std::string& path) {
  if (!std::filesystem::exists(path)) return http::ApiKeys();
  return http::ApiKeys::read(path);
}

Result<int> add(const Invocation& invocation, const std::string& path) {
  const std::string& name = invocation.words[1];
  const auto scope = read_scopes(invocation.has("scopes") ? invocation.option("scopes") : "read");
  if (!scope) return scope.error();
  const auto keys = keys_in(path);
  if (!keys) return keys.error();
  for (const auto& key : keys->keys())
    if (key.caller.name == name)
      return Error{Code::invalid_argument, path + " has a key of the name " + name + " already"};
  const auto drawn = http::ApiKeys::draw(name, *scope, invocation.option("expires"));
  if (!drawn) return drawn.error();
  if (const auto added = append(path, drawn->line); !added) return added.error();
  std::fprintf(stderr,
               "Added to %s. This is the only time that the key is shown; a running server takes it on SIGHUP.\n",
               path.c_str());
  std::printf("%s\n", drawn->secret.c_str());
  return 0;
}

Result<int> list(const std::string& path) {
  const auto keys = http::ApiKeys::read(path);
  if (!keys) return keys.error();
  for (const auto& key : keys->keys()) {
    const std::string until = key.expiry ? rfc3339(*key.expiry) : "";
    std::printf("%-24s %-8s %s\n", key.caller.name.c_str(), std::string(name(key.caller.scope)).c_str(), until.c_str());
  }
  return 0;
}

Result<int> run(const Invocation& invocation) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  const std::string& path = settings->text("api_keys_file");
  if (path == "none")
    return Error{Code::bad_setting, "DECIMA_API_KEYS_FILE (--api-keys-file) says in which file the keys are"};
  const std::string& what = invocation.words.front();
  if (what == "new" && invocation.words.size() == 2) return add(invocation, path);
  if (what == "list" && invocation.words.size() == 1) return list(path);
  return Error{Code::invalid_request, "key takes new NAME or list"};
}

constexpr Option options[] = {
    {"scopes", "SCOPES", "What the key may do: read, submit (and read), or admin (and all); read unless given"},
    {"expires", "DATE", "The day from which the key no longer opens, 2027-01-31, UTC"},
};

}  // namespace

extern const Command key_command;
const Command key_command = {
    .name = "key",
    .words = "new|list [NAME]",
    .summary = "Make an API key for the setting api_keys_file, or list those that are there.",
    .details =
        "key new draws a key, adds its hash to the file and prints the key, this once. To withdraw one, remove its "
        "line. A running server reads the file anew on SIGHUP.",
    .least_words = 1,
    .most_words = 2,
    .options = options,
    .settings = "Access|Watching",
    .run = run,
};

}  // namespace decima::app
