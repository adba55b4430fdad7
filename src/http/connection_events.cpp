// The part of a connection that tells of a job as it goes on: as server-sent events, or through a WebSocket. Nothing is
// kept for a client that is slow: when it has taken what it was sent, it gets the latest there is.
#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "http/connection.hpp"
#include "http/events.hpp"
#include "http/on_pool.hpp"

namespace decima::http {
namespace {

/// How long a client may take to answer our goodbye with its own.
constexpr Duration goodbye_time{2'000};

}  // namespace

/// While an error can still be told.
Awaitable<> Connection::open_watch() {
  Result<std::shared_ptr<Watch>> opened = std::shared_ptr<Watch>();
  std::function<void()> work = [this, &opened] { opened = around_.watches.open(*response_.follows); };
  co_await on_pool(around_.pool, stream_.get_executor(), std::move(work), true);
  if (opened)
    watch_ = std::move(*opened);
  else
    response_ = exchange_.refuse(opened.error());
}

Awaitable<> Connection::follow() {
  const std::shared_ptr<Watch> watch = watch_;
  const Watch::Listening listening(*watch, wake_);
  if (response_.status == 101)
    co_await talk();
  else
    co_await send_events();
  watch_.reset();
}

/// What the client has not been told yet, if there is such.
std::shared_ptr<const Watch::Shown> Connection::news(std::uint64_t& told) const {
  auto shown = watch_->shown();
  if (shown->version == told) return nullptr;
  told = shown->version;
  return shown;
}

Awaitable<> Connection::send(Stream::Pending pending) {
  pending_ = pending;
  wait_at_most(limits_.write_time);
  if (!push()) co_await drain();
}

Awaitable<> Connection::rest_until(SteadyClock::time_point moment) {
  wait_as_long_as_it_takes();
  co_await wake_.wait_until(std::min(watch_->ask_again(), moment));
}

Awaitable<> Connection::send_events() {
  std::uint64_t told = 0, number = 0;
  bool last = false;
  auto silent_until = SteadyClock::now() + heartbeat;
  while (!last && !broken_ && !stopping_) {
    const auto shown = news(told);
    if (!shown && SteadyClock::now() < silent_until) {
      co_await rest_until(silent_until);
      continue;
    }
    const std::string text = shown ? server_sent(++number, shown->json) : std::string(server_sent_heartbeat);
    last = shown && shown->last;
    co_await send(chunk(text));
    silent_until = SteadyClock::now() + heartbeat;
  }
  co_await send(chunk(""));
}

/// Reads while we tell; it ends when the client goes or has said goodbye.
Awaitable<> Connection::hear(websocket::Reader& reader) {
  bool more = true;
  while (more) {
    more = reader.feed(inbox_.unused());
    inbox_.use(inbox_.unused().size());
    inbox_.compact();
    wake_.wake();
    if (more) more = co_await stream_.read_into(inbox_);
  }
}

Awaitable<> Connection::tell(websocket::Reader& reader, const bool& deaf) {
  using websocket::Close;
  using websocket::Opcode;
  std::uint64_t told = 0;
  auto silent_until = SteadyClock::now() + heartbeat;
  std::string payload;
  bool last = false;
  while (!broken_ && !deaf && !last && !stopping_) {
    std::string frame;
    if (const auto shown = news(told)) {
      frame = websocket::frame(Opcode::text, shown->json);
      last = shown->last;
    } else if (reader.take_ping(payload)) {
      frame = websocket::frame(Opcode::pong, payload);
    } else if (SteadyClock::now() >= silent_until) {
      frame = websocket::frame(Opcode::ping, {});
    } else {
      co_await rest_until(silent_until);
      continue;
    }
    co_await send({frame});
    silent_until = SteadyClock::now() + heartbeat;
  }
  const std::string goodbye = websocket::close_frame(deaf        ? reader.closing()
                                                     : stopping_ ? Close::going_away
                                                                 : Close::normal);
  co_await send({goodbye});
}

/// Our goodbye is not the end: the client answers it with its own, and only then is nothing lost.
Awaitable<> Connection::talk() {
  last_ = true;
  inbox_.pin();
  websocket::Reader reader;
  bool deaf = false;
  auto heard_all = [this, &deaf](const std::exception_ptr&) {
    deaf = true;
    wake_.wake();
  };
  asio::co_spawn(stream_.get_executor(), hear(reader), std::move(heard_all));
  co_await tell(reader, deaf);
  const auto patience = SteadyClock::now() + goodbye_time;
  wait_as_long_as_it_takes();
  while (!deaf && !broken_ && SteadyClock::now() < patience) co_await wake_.wait_until(patience);
  if (!deaf) cut();
  while (!deaf) co_await wake_.wait_until(SteadyClock::time_point::max());
}

}  // namespace decima::http
