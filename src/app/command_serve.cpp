#include <malloc.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <thread>

#include "app/access.hpp"
#include "app/command.hpp"
#include "app/listen.hpp"
#include "app/machine.hpp"
#include "app/services.hpp"
#include "app/signals.hpp"
#include "app/supervisor.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "core/calculator.hpp"
#include "core/janitor.hpp"
#include "core/relay.hpp"
#include "core/scrub.hpp"
#include "core/service.hpp"
#include "core/worker.hpp"
#include "http/server.hpp"

namespace decima::app {
namespace {

http::Settings http_settings(const Settings& settings, std::vector<std::string> listen, http::AccessSettings access) {
  http::Settings http;
  http.access = std::move(access);
  http.limits.connections_per_client = connections_per_client(settings, listen);
  http.listen = std::move(listen);
  http.tls_certificate = settings.text("tls_certificate");
  http.tls_key = settings.text("tls_key");
  http.threads = settings.automatic("http_threads") ? std::min(processors(), 4u)
                                                    : static_cast<unsigned>(settings.number("http_threads"));
  http.pool_threads = static_cast<unsigned>(settings.number("http_pool_threads"));
  http.pool_line = settings.number("http_pool_line");
  http.factorial_max = settings.number("factorial_max");
  http.bucket = settings.text("bucket");
  http.inline_bytes = settings.bytes("http_inline_bytes");
  http.access_log_per_second = settings.number("access_log_rate");
  http.limits.requests = settings.number("http_max_requests");
  http.limits.wait_time = settings.duration("http_max_wait");
  http.limits.connections = settings.number("http_max_connections");
  http.limits.header_bytes = settings.bytes("http_max_header");
  http.limits.body_bytes = settings.bytes("http_max_body");
  http.limits.header_time = settings.duration("http_header_timeout");
  http.limits.body_time = settings.duration("http_body_timeout");
  http.limits.idle_time = settings.duration("http_idle_timeout");
  http.limits.write_time = settings.duration("http_write_timeout");
  return http;
}

core::WorkerSettings worker_settings(const Settings& settings) {
  core::WorkerSettings worker;
  worker.name = process_name();
  worker.lanes = static_cast<unsigned>(settings.number("worker_lanes"));
  worker.threads = worker_threads(settings);
  worker.lease = settings.duration("lease");
  return worker;
}

bool keeps_all(const Settings& settings) { return settings.bytes("retention") == 0; }

/// All that runs while the program serves, in the order in which it starts; it ends the other way round, so that
/// nothing outlives what it needs.
class Serving {
 public:
  Serving(const Settings& settings, std::vector<std::string> listen, http::AccessSettings access, Services& services)
      : grace_(settings.duration("grace")),
        service_(services.ports(), budgets(settings), cache_policy(settings), bell_, live_, services.notices(),
                 stored_limits(settings), keeps_all(settings) ? nullptr : &uses_, &removals_),
        worker_(services.ports(), budgets(settings), cache_policy(settings), patience(settings), live_,
                worker_settings(settings), &service_.quota()),
        relay_(services.ports(), bell_),
        retention_(services.ports(), uses_, settings.bytes("retention")),
        janitor_(services.ports(), patience(settings), process_name(), bell_,
                 keeps_all(settings) ? nullptr : &retention_, &worker_.leases(), &removals_),
        scrubber_(services.ports(), service_, process_name(),
                  {settings.bytes("scrub_rate"), settings.duration("scrub_rest")}),
        server_(http_settings(settings, std::move(listen), std::move(access)), service_) {
    if (settings.yes("calculator"))
      calculator_.emplace(services.ports(), budgets(settings), cache_policy(settings), patience(settings), live_,
                          calculator_settings(settings));
  }

  Result<> start() {
    if (auto listening = server_.start(); !listening) return listening;
    worker_.start();
    threads_.emplace_back([this](const std::stop_token& stop) { relay_.run(stop); });
    threads_.emplace_back([this](const std::stop_token& stop) { janitor_.run(stop); });
    threads_.emplace_back([this](const std::stop_token& stop) { scrubber_.run(stop); });
    if (calculator_) threads_.emplace_back([this](const std::stop_token& stop) { calculator_->run(stop); });
    return Done{};
  }

  /// Readers and jobs have the same grace, not one after the other.
  void stop() {
    const Stopwatch since;
    worker_.take_no_more();
    server_.stop(grace_);
    threads_.clear();
    const Duration gone(static_cast<std::int64_t>(since.seconds() * 1000));
    worker_.stop(std::max(grace_ - gone, Duration(0)));
  }

  /// What cannot be read stays as it was.
  void reload() {
    if (const auto reloaded = server_.reload(); !reloaded)
      log::error("serve.reload_failed", {{"error", reloaded.error().message()}});
    else
      log::info("serve.reloaded");
  }

  std::vector<std::string> addresses() const { return server_.addresses(); }

  /// Returns when each part that requests depend on has answered, well or badly: if this hangs, the program does.
  void feel_pulse() const { (void)service_.parts(); }

 private:
  Duration grace_;
  core::Doorbell bell_;
  core::Doorbell removals_;
  core::LiveJobs live_;
  core::Uses uses_;
  core::Service service_;
  core::Worker worker_;
  core::Relay relay_;
  core::Retention retention_;
  core::Janitor janitor_;
  core::Scrubber scrubber_;
  std::optional<core::Calculator> calculator_;
  http::Server server_;
  std::vector<std::jthread> threads_;
};

void tell(const Result<>& told) {
  if (!told) log::warn("serve.supervisor_not_told", {{"error", told.error().message()}});
}

/// Tells the supervisor again and again that all is well, as often as it wants to hear it.
void reassure(const Supervisor& supervisor, const Serving& serving, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any asleep;
  std::unique_lock lock(mutex);
  do {
    serving.feel_pulse();
    tell(supervisor.alive());
  } while (!asleep.wait_for(lock, stop, *supervisor.pulse(), [&] { return stop.stop_requested(); }));
}

Result<int> run(const Invocation& invocation) {
  const auto supervisor = Supervisor::from_environment();
  const auto settings = settings_of(invocation);
  if (!settings) return settings.error();
  const auto listen = listen_addresses(*settings);
  if (!listen) return listen.error();
  if (settings->yes("calculator"))
    if (const auto admitted = core::Calculator::admit(calculator_settings(*settings)); !admitted)
      return admitted.error();
  auto access = access_settings(*settings, *listen);
  if (!access) return access.error();
  // Blocks of long results are made on one thread and freed on another, and left to itself the C library would keep
  // several for each that is in use. So each has pages of its own, which go back at once.
  mallopt(M_MMAP_THRESHOLD, 512 << 10);
  EndingSignals signals(EndingSignals::Hangup::reloads);  // before the first thread, so that none of them takes one
  auto services = make_embedded_services(*settings);
  if (!services) return services.error();
  Serving serving(*settings, *listen, std::move(*access), **services);
  if (auto started = serving.start(); !started) return started.error();
  for (const std::string& address : serving.addresses()) {
    std::printf("decima serves on %s%s\n",
                address.starts_with("unix:") || address.starts_with("https://") ? "" : "http://", address.c_str());
    log::info("serve.started", {{"address", address}, {"version", version}, {"data", settings->text("data")}});
  }
  std::fflush(stdout);
  tell(supervisor.ready());
  std::jthread reassuring;
  if (supervisor.pulse())
    reassuring = std::jthread([&](const std::stop_token& stop) { reassure(supervisor, serving, stop); });
  const char* signal = signals.wait([&serving] { serving.reload(); });
  log::info("serve.stopping", {{"signal", signal}});
  tell(supervisor.stopping());
  signals.end_at_once_from_now_on();
  serving.stop();
  log::info("serve.stopped");
  return 0;
}

}  // namespace

extern const Command serve_command;
const Command serve_command = {
    .name = "serve",
    .words = "",
    .summary = "Serve, compute and store, all in this process, with nothing installed beside it.",
    .details =
        "SIGTERM or Ctrl-C ends it: no new jobs are taken, those under way may go on for the setting grace and "
        "are given back after that. A second one ends it at once; nothing is lost either way. SIGHUP has it read its "
        "certificate and keys anew.",
    .options = {},
    .settings = "*",
    .run = run,
};

}  // namespace decima::app
