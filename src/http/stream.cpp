#include "http/stream.hpp"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>

namespace decima::http {
namespace {

using boost::system::error_code;

void remove(Stream::Pending& pending, std::size_t written) {
  for (std::string_view& part : pending) {
    const std::size_t taken = std::min(written, part.size());
    part.remove_prefix(taken);
    written -= taken;
  }
}

}  // namespace

Awaitable<bool> Stream::wait_for(TlsSession::Step step) {
  if (step == TlsSession::Step::ended) co_return false;
  error_code error;
  const auto what = step == TlsSession::Step::wants_write ? Socket::wait_write : Socket::wait_read;
  co_await socket_.async_wait(what, asio::redirect_error(use_awaitable, error));
  co_return !error;
}

Awaitable<bool> Stream::shake_hands() {
  if (!tls_) co_return true;
  for (;;) {
    const TlsSession::Step step = tls_->handshake();
    if (step == TlsSession::Step::done) co_return true;
    const bool goes_on = co_await wait_for(step);
    if (!goes_on) co_return false;
  }
}

Awaitable<bool> Stream::read_into(Inbox& inbox) {
  const std::span<char> room = inbox.room();
  std::size_t count = 0;
  if (!tls_) {
    error_code error;
    count = co_await socket_.async_read_some(asio::buffer(room.data(), room.size()),
                                             asio::redirect_error(use_awaitable, error));
    inbox.received(count);
    co_return !error;
  }
  for (;;) {
    const TlsSession::Step step = tls_->read(room, count);
    if (step == TlsSession::Step::done) break;
    const bool goes_on = co_await wait_for(step);
    if (!goes_on) co_return false;
  }
  inbox.received(count);
  co_return true;
}

Stream::Written Stream::write_some(Pending& pending, std::uint64_t& count) {
  return tls_ ? write_secure(pending, count) : write_plain(pending, count);
}

Stream::Written Stream::write_plain(Pending& pending, std::uint64_t& count) {
  for (;;) {
    std::size_t left = 0;
    std::array<asio::const_buffer, 4> buffers;
    for (std::size_t i = 0; i < pending.size(); i++) {
      buffers[i] = asio::buffer(pending[i].data(), pending[i].size());
      left += pending[i].size();
    }
    if (left == 0) return Written::all;
    error_code error;
    const std::size_t written = socket_.write_some(buffers, error);
    if (error == asio::error::would_block) return Written::blocked;
    if (error) return Written::broken;
    count += written;
    remove(pending, written);
  }
}

Stream::Written Stream::write_secure(Pending& pending, std::uint64_t& count) {
  for (std::string_view& part : pending) {
    while (!part.empty()) {
      std::size_t written = 0;
      const TlsSession::Step step = tls_->write(part, written);
      write_wants_read_ = step == TlsSession::Step::wants_read;
      if (step == TlsSession::Step::ended) return Written::broken;
      if (step != TlsSession::Step::done) return Written::blocked;
      count += written;
      part.remove_prefix(written);
    }
  }
  return Written::all;
}

Awaitable<bool> Stream::wait_to_write() {
  error_code error;
  const auto what = write_wants_read_ ? Socket::wait_read : Socket::wait_write;
  co_await socket_.async_wait(what, asio::redirect_error(use_awaitable, error));
  co_return !error;
}

std::size_t Stream::untaken() {
  int count = 0;
  return ioctl(socket_.native_handle(), SIOCOUTQ, &count) == 0 ? static_cast<std::size_t>(count) : 0;
}

void Stream::shutdown_send() {
  if (tls_) tls_->say_goodbye();
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Stream::cancel() {
  error_code ignored;
  socket_.cancel(ignored);
}

void Stream::close() {
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace decima::http
