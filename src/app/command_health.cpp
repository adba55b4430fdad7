#include <algorithm>
#include <cstdio>

#include "app/command.hpp"
#include "app/fetch.hpp"
#include "app/listen.hpp"

namespace decima::app {
namespace {

Result<int> run(const Invocation& invocation) {
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  const auto addresses = listen_addresses(*settings);
  if (!addresses) return addresses.error();
  const auto plain = std::find_if(addresses->begin(), addresses->end(),
                                  [](const std::string& address) { return !address.starts_with("https://"); });
  if (plain == addresses->end())
    return Error{Code::bad_setting,
                 "health asks without TLS: have the server listen on an address for that too, such as "
                 "unix:/run/decima.sock or 127.0.0.1:8081"};
  const auto answer = fetch(*plain, "/ready");
  if (!answer) return answer.error();
  std::printf("%s\n", answer->body.c_str());
  return answer->status == 200 ? 0 : facts(Code::unavailable).exit_status;
}

}  // namespace

extern const Command health_command;
const Command health_command = {
    .name = "health",
    .words = "",
    .summary = "Ask the server at the setting listen whether it is ready.",
    .details =
        "Prints its answer; ends with 0 when it is ready and 5 when it is not or cannot be reached. Made for "
        "container health checks.",
    .options = {},
    .settings = "Serving|Watching",
    .run = run,
};

}  // namespace decima::app
