#include "http/connection.hpp"

#include "base/log.hpp"
#include "http/on_pool.hpp"

namespace decima::http {
namespace {

/// Bodies come in through this much of the inbox.
constexpr std::size_t body_room = 16 << 10;
/// A body up to this long is copied behind its head, which is cheaper than sending two pieces.
constexpr std::size_t short_body = 8 << 10;
/// How long a client may take to hear that its connection ends.
constexpr Duration linger_time{2'000};

/// A client that takes a piece of a long body in this time is worth having the next one ready.
constexpr Duration quick_client{50};
/// One that takes nothing for this long is not worth a piece in memory.
constexpr Duration stalled_client{100};
/// How late a client that waits for a job hears of what another process did with it.
constexpr Duration look_anyway{1000};

}  // namespace

Connection::Connection(Stream stream, const Surroundings& around, Peer peer)
    : stream_(std::move(stream)),
      wake_(stream_.get_executor()),
      around_(around),
      limits_(around.settings.limits),
      parser_(limits_),
      inbox_(limits_.header_bytes + body_room),
      exchange_(around.service, around.settings, around.router, around.access, around.log, std::move(peer)) {}

Awaitable<> Connection::run() {
  if (stream_.secure()) {
    wait_at_most(limits_.header_time);
    const bool agreed = co_await stream_.shake_hands();
    if (!agreed) co_return;
  }
  for (;;) {
    const Received received = co_await receive();
    if (received == Received::nothing) break;
    if (received == Received::request) decide();
    if (work_.make) co_await perform();
    if (response_.follows) co_await open_watch();
    prepare_to_send();
    if (!push()) co_await drain();
    if (response_.source) co_await send_source();
    if (watch_) co_await follow();
    served_++;
    exchange_.finish(response_, sent_);
    response_ = {};  // a waiting connection holds no body
    first_piece_ = {};
    if (!may_go_on()) break;
  }
  if (!broken_ && !timed_out_ && !stopping_) co_await linger();
}

Awaitable<Connection::Received> Connection::receive() {
  inbox_.unpin();
  inbox_.compact();
  parser_.reset();
  idle_ = inbox_.unused().empty();
  wait_at_most(idle_ ? limits_.idle_time : limits_.header_time);
  for (;;) {
    // An empty line before a request is a habit of old clients.
    while (inbox_.held() == inbox_.unused().size() && inbox_.unused().starts_with("\r\n")) {
      inbox_.use(2);
      inbox_.compact();
    }
    std::size_t used = 0;
    const Parser::Step step = parser_.feed(inbox_.unused(), used);
    inbox_.use(used);
    switch (step) {
      case Parser::Step::more:
        if (inbox_.held() >= limits_.header_bytes)
          co_return receive_broken(
              {Code::headers_too_large, "at most " + std::to_string(limits_.header_bytes) + " bytes"});
        if (!co_await stream_.read_into(inbox_))
          co_return timed_out_ && !idle_ ? receive_broken({Code::request_timeout, ""}) : Received::nothing;
        if (idle_) wait_at_most(limits_.header_time);
        idle_ = false;
        break;
      case Parser::Step::head:
        co_return co_await receive_body();
      case Parser::Step::done:
        if (auto early = exchange_.begin(parser_.request())) {
          response_ = std::move(*early);
          co_return Received::refused;
        }
        co_return Received::request;
      case Parser::Step::malformed:
        co_return receive_broken({Code::invalid_request, "this is not well-formed HTTP/1.1"});
      case Parser::Step::head_too_large:
        co_return receive_broken({Code::headers_too_large, "too many or too long fields"});
      case Parser::Step::body_too_large:
        co_return receive_broken({Code::body_too_large, "at most " + std::to_string(limits_.body_bytes) + " bytes"});
    }
  }
}

Awaitable<Connection::Received> Connection::receive_body() {
  if (auto early = exchange_.begin(parser_.request())) {
    response_ = std::move(*early);
    last_ = true;  // its body is not read
    co_return Received::refused;
  }
  wait_at_most(limits_.body_time);
  if (expects_continue()) {
    pending_ = {"HTTP/1.1 100 Continue\r\n\r\n"};
    if (!push()) co_await drain();
  }
  inbox_.pin();
  for (;;) {
    std::size_t used = 0;
    const Parser::Step step = parser_.feed(inbox_.unused(), used);
    inbox_.use(used);
    if (step == Parser::Step::done) co_return Received::request;
    if (step == Parser::Step::body_too_large)
      co_return receive_broken({Code::body_too_large, "at most " + std::to_string(limits_.body_bytes) + " bytes"});
    inbox_.compact();
    if (step == Parser::Step::malformed || inbox_.room().empty())
      co_return receive_broken({Code::invalid_request, "the body is not encoded as it should be"});
    if (!co_await stream_.read_into(inbox_))
      co_return timed_out_ ? receive_broken({Code::request_timeout, ""}) : Received::nothing;
  }
}

Connection::Received Connection::receive_broken(const Error& error) {
  response_ = exchange_.begin_broken(parser_.request(), error);
  timed_out_ = false;
  last_ = true;
  return Received::refused;
}

bool Connection::expects_continue() const {
  return parser_.request().version == 11 && same_word(parser_.request().field("Expect"), "100-continue") &&
         inbox_.unused().empty();
}

void Connection::decide() {
  Answer answer = exchange_.answer();
  if (Response* response = std::get_if<Response>(&answer))
    response_ = std::move(*response);
  else
    work_ = std::move(*std::get_if<Work>(&answer));
}

Awaitable<> Connection::perform() {
  wait_as_long_as_it_takes();
  const auto end = SteadyClock::now() + work_.patience;
  // Before the first look, so that no change falls between that and the wait.
  const auto listening = listen_for_end();
  for (;;) {
    std::function<void()> work = [this] {
      response_ = exchange_.perform(work_);
      first_piece_ = LongBody::keep_first(response_, around_.long_bodies);
    };
    const bool done = co_await on_pool(around_.pool, stream_.get_executor(), std::move(work), false);
    if (!done) response_ = exchange_.refuse({Code::busy, ""});
    if (!response_.provisional || stopping_ || SteadyClock::now() >= end) break;
    co_await wake_.wait_until(std::min(SteadyClock::now() + look_anyway, end));
  }
  work_ = {};
}

core::Notices::Subscription Connection::listen_for_end() {
  if (!work_.job) return {};
  return around_.service.listen(*work_.job, [wake = wake_.waker()](core::State state) {
    if (core::finished(state)) wake();
  });
}

void Connection::prepare_to_send() {
  const Request& request = parser_.request();
  last_ = last_ || !request.keep_alive || served_ + 1 >= limits_.requests;
  sent_ = 0;
  out_.clear();
  exchange_.dress(response_);
  append_head(out_, {response_, exchange_.id(), !last_, request.version});
  const bool with_body = request.method != Method::head;
  const std::string_view text = response_.text ? std::string_view(*response_.text) : std::string_view();
  if (!with_body) {
    response_.source.reset();
    watch_.reset();
    pending_ = {out_};
  } else if (response_.source && response_.source->remaining() == 0u && response_.body_bytes() <= short_body) {
    out_.append(response_.prefix).append(text).append(response_.first).append(response_.suffix);
    response_.source.reset();
    pending_ = {out_};
  } else if (response_.source) {
    pending_ = {out_, response_.prefix, text};
  } else if (response_.prefix.size() + text.size() + response_.suffix.size() <= short_body) {
    out_.append(response_.prefix).append(text).append(response_.suffix);
    pending_ = {out_};
  } else {
    pending_ = {out_, response_.prefix, text, response_.suffix};
  }
  wait_at_most(limits_.write_time);
}

/// Writes what the client takes without waiting; true when there is nothing left to write.
bool Connection::push() {
  if (broken_) return true;
  const Stream::Written written = stream_.write_some(pending_, sent_);
  broken_ = written == Stream::Written::broken;
  return written != Stream::Written::blocked;
}

Awaitable<> Connection::drain() {
  do {
    wait_at_most(limits_.write_time);
    blocked_since_ = SteadyClock::now();
    untaken_ = stream_.untaken();
    const bool goes_on = co_await stream_.wait_to_write();
    if (!goes_on) broken_ = true;
  } while (!push());
  blocked_since_ = SteadyClock::time_point::max();
}

Awaitable<> Connection::send_source() {
  const bool chunked = response_.chunked();
  LongBody body(response_, around_.pool, around_.long_bodies, wake_);
  first_piece_ = {};
  for (bool quick = true; !broken_ && !body.ended();) {
    wait_as_long_as_it_takes();
    const Result<std::string_view> piece = co_await body.next(quick);
    if (!piece) {
      log::error("http.response_cut", {{"request_id", exchange_.id()}, {"error", piece.error().message()}});
      cut();
      break;
    }
    if (piece->empty()) break;
    pending_ = chunked ? chunk(*piece) : Stream::Pending{*piece};
    wait_at_most(limits_.write_time);
    const auto begun = SteadyClock::now();
    long_body_ = &body;
    if (!push()) {
      if (!chunked && !body.may_keep()) let_piece_go();
      co_await drain();
    }
    long_body_ = nullptr;
    quick = SteadyClock::now() - begun < quick_client;
  }
  wait_as_long_as_it_takes();
  co_await body.finish();
  pending_ = chunked ? chunk("") : Stream::Pending{response_.suffix};
  wait_at_most(limits_.write_time);
  if (!push()) co_await drain();
}

/// What has been written of a chunk is not to be written again, so that stays.
void Connection::let_piece_go() {
  const bool chunked = response_.chunked();
  if (long_body_->let_go(chunked ? 0 : pending_[0].size()) && !chunked) pending_ = {};
}

/// Since the deadline was set.
bool Connection::has_taken_some() {
  const std::size_t before = std::exchange(untaken_, stream_.untaken());
  return untaken_ < before;
}

/// A piece in the chunked coding; the empty one ends the body.
Stream::Pending Connection::chunk(std::string_view piece) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
  out_ = size;
  return {out_, piece, "\r\n"};
}

bool Connection::may_go_on() const { return !last_ && !broken_ && !timed_out_; }

/// Closing while the client still sends would make its kernel throw away our last response; so first it is told that
/// nothing more comes, and what it sends is read and forgotten for a while.
Awaitable<> Connection::linger() {
  stream_.shutdown_send();
  wait_at_most(linger_time);
  idle_ = true;
  inbox_.unpin();
  bool more = true;
  while (more) {
    inbox_.use(inbox_.unused().size());
    inbox_.compact();
    more = co_await stream_.read_into(inbox_);
  }
}

void Connection::check_deadline(SteadyClock::time_point now) {
  const bool blocked = blocked_since_ <= now;
  if (blocked && long_body_ && now - blocked_since_ >= stalled_client) let_piece_go();
  if (now < deadline_) return;
  if (blocked && has_taken_some()) return wait_at_most(limits_.write_time);
  wait_as_long_as_it_takes();
  timed_out_ = true;
  stream_.cancel();
}

void Connection::stop_soon() {
  last_ = true;
  stopping_ = true;
  wake_.wake();
  if (idle_) cut();
}

void Connection::cut() {
  broken_ = true;
  stream_.close();
}

}  // namespace decima::http
