#pragma once
#include <string>
#include <string_view>

#include "http/asio.hpp"
#include "http/exchange.hpp"
#include "http/inbox.hpp"
#include "http/long_body.hpp"
#include "http/parser.hpp"
#include "http/pool.hpp"
#include "http/stream.hpp"
#include "http/wakeup.hpp"
#include "http/watches.hpp"
#include "http/websocket.hpp"

namespace decima::http {

/// What all connections of a thread share.
struct Surroundings {
  core::Service& service;
  const Settings& settings;
  Router& router;
  Access& access;
  Pool& pool;
  Watches& watches;
  LongBodyBounds& long_bodies;
  AccessLog& log;
};

/// One client's connection: reads requests and sends responses in turn, all on one thread. It sets itself deadlines,
/// which its thread looks at now and then; so waiting costs no timer of its own.
class Connection {
 public:
  Connection(Stream stream, const Surroundings& around, Peer peer);

  /// Serves until the client goes, a deadline passes or the server stops.
  Awaitable<> run();

  /// Ends what waits beyond its deadline.
  void check_deadline(SteadyClock::time_point now);
  /// The request under way is the last; an idle connection ends at once.
  void stop_soon();
  /// Ends now.
  void cut();

 private:
  enum class Received { request, refused, nothing };

  Awaitable<Received> receive();
  Awaitable<Received> receive_body();
  Received receive_broken(const Error& error);
  Awaitable<> perform();
  Awaitable<> drain();
  Awaitable<> send_source();
  Awaitable<> linger();

  // connection_events.cpp
  Awaitable<> open_watch();
  Awaitable<> follow();
  Awaitable<> send_events();
  Awaitable<> talk();
  Awaitable<> hear(websocket::Reader& reader);
  Awaitable<> tell(websocket::Reader& reader, const bool& deaf);
  Awaitable<> send(Stream::Pending pending);
  Awaitable<> rest_until(SteadyClock::time_point moment);
  std::shared_ptr<const Watch::Shown> news(std::uint64_t& told) const;

  core::Notices::Subscription listen_for_end();
  void decide();
  void prepare_to_send();
  bool push();
  Stream::Pending chunk(std::string_view piece);
  bool expects_continue() const;
  bool may_go_on() const;
  void wait_at_most(Duration time) { deadline_ = SteadyClock::now() + time; }
  bool has_taken_some();
  void let_piece_go();
  void wait_as_long_as_it_takes() { deadline_ = SteadyClock::time_point::max(); }

  Stream stream_;
  Wakeup wake_;
  const Surroundings around_;
  const Limits& limits_;
  Parser parser_;
  Inbox inbox_;
  Exchange exchange_;

  Response response_;
  Work work_;                      // what is still to be done for the response; empty when it is there
  std::shared_ptr<Watch> watch_;   // the job whose events are the response; none otherwise
  std::string out_;                // the head and a short body; reused
  Stream::Pending pending_;        // what is to be written, in this order
  Leaves::Leave first_piece_;      // to keep the first piece of a long one until it is sent
  LongBody* long_body_ = nullptr;  // that is being sent
  std::uint64_t sent_ = 0;         // bytes of this response
  std::uint64_t served_ = 0;

  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
  SteadyClock::time_point blocked_since_ = SteadyClock::time_point::max();  // the client does not take what there is
  std::size_t untaken_ = 0;  // then: how much of what was written it had not taken when the deadline was set
  bool idle_ = true;         // between two requests
  bool last_ = false;        // no request is taken after this one
  bool broken_ = false;      // nothing more can be written
  bool timed_out_ = false;
  bool stopping_ = false;  // the server is
};

}  // namespace decima::http
