#include "client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include <zlib.h>

#include <boost/json/parse.hpp>
#include <cstring>
#include <stdexcept>

namespace decima::end_to_end {
namespace {

constexpr timeval patience{10, 0};
constexpr std::string_view secure = "https://";

int connect_to(const sockaddr* address, socklen_t size, bool narrow) {
  const int made = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  constexpr int little = 4096;
  if (narrow) setsockopt(made, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
  setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(made, address, size) != 0) throw std::runtime_error("cannot connect");
  return made;
}

int connect_to(const std::string& address, bool narrow) {
  if (address.starts_with("unix:")) {
    sockaddr_un place{};
    place.sun_family = AF_UNIX;
    std::strncpy(place.sun_path, address.c_str() + 5, sizeof place.sun_path - 1);
    return connect_to(reinterpret_cast<const sockaddr*>(&place), sizeof place, narrow);
  }
  if (address.starts_with(secure)) return connect_to(address.substr(secure.size()), narrow);
  const std::size_t colon = address.rfind(':');
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1))));
  inet_pton(AF_INET, address.substr(0, colon).c_str(), &place.sin_addr);
  return connect_to(reinterpret_cast<const sockaddr*>(&place), sizeof place, narrow);
}

/// A TLS connection over the socket; its handshake is done, or has failed.
SSL* begin_tls(int socket) {
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  static constexpr unsigned char protocols[] = "\x02h2\x08http/1.1";
  SSL* made = SSL_new(context);
  SSL_set_alpn_protos(made, protocols, sizeof protocols - 1);
  SSL_set_fd(made, socket);
  SSL_connect(made);
  return made;
}

/// Takes "HTTP/1.1 200 OK\r\nName: value\r\n...\r\n" apart.
void read_header(std::string_view text, Reply& reply) {
  reply.status = std::stoi(std::string(text.substr(9, 3)));
  for (std::size_t at = text.find("\r\n") + 2; at < text.size();) {
    const std::size_t end = text.find("\r\n", at);
    const std::string_view line = text.substr(at, end - at);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) reply.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    at = end + 2;
  }
}

}  // namespace

std::string Reply::field(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
  return {};
}

boost::json::value Reply::json() const { return boost::json::parse(body); }

Client::Client(const std::string& address, bool narrow)
    : socket_(connect_to(address, narrow)),
      tls_(address.starts_with(secure) ? begin_tls(socket_) : nullptr, SSL_free) {}
Client::~Client() { close(socket_); }

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

ssize_t Client::get(char* room, std::size_t size) {
  return tls_ ? SSL_read(tls_.get(), room, static_cast<int>(size)) : recv(socket_, room, size, 0);
}

void Client::end_sending() {
  if (tls_) SSL_shutdown(tls_.get());
  shutdown(socket_, SHUT_WR);
}

std::string Client::certificate() const {
  X509* shown = SSL_get0_peer_certificate(tls_.get());
  char name[256] = "";
  if (shown) X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
  return name;
}

std::string Client::tls_version() const { return SSL_get_version(tls_.get()); }

std::string Client::alpn() const {
  const unsigned char* chosen = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(tls_.get(), &chosen, &size);
  return {reinterpret_cast<const char*>(chosen), size};
}

void Client::reset() {
  const linger at_once{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(socket_);
  socket_ = -1;
}

bool Client::fill() {
  char piece[65536];
  const ssize_t count = get(piece, sizeof piece);
  if (count > 0) received_.append(piece, static_cast<std::size_t>(count));
  return count > 0;
}

Reply Client::receive_head() {
  Reply reply;
  std::size_t end;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return reply;
  read_header(std::string_view(received_).substr(0, end + 2), reply);
  received_.erase(0, end + 4);
  return reply;
}

std::string Client::receive_bytes(std::size_t count) {
  while (received_.size() < count && fill()) {
  }
  std::string bytes = received_.substr(0, count);
  received_.erase(0, count);
  return bytes;
}

std::string Client::receive_chunk() {
  const std::string size = receive_line();
  if (size.empty()) return {};
  std::string chunk = receive_bytes(std::stoul(size, nullptr, 16));
  receive_line();
  return chunk;
}

Reply Client::receive(bool of_head) {
  Reply reply = receive_head();
  if (reply.status == 0) return reply;
  if (!of_head && reply.field("Transfer-Encoding") == "chunked") {
    receive_chunks(reply);
    return reply;
  }
  const std::string length = reply.field("Content-Length");
  const std::size_t expected = of_head || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < expected && fill()) {
  }
  reply.complete = received_.size() >= expected;
  reply.body = received_.substr(0, expected);
  received_.erase(0, expected);
  return reply;
}

std::string Client::receive_line() {
  std::size_t end;
  while ((end = received_.find("\r\n")) == std::string::npos)
    if (!fill()) return {};
  std::string line = received_.substr(0, end);
  received_.erase(0, end + 2);
  return line;
}

void Client::receive_chunks(Reply& reply) {
  for (;;) {
    const std::string line = receive_line();
    if (line.empty()) return;
    const std::size_t size = std::stoul(line, nullptr, 16);
    while (received_.size() < size + 2 && fill()) {
    }
    reply.body.append(received_, 0, size);
    received_.erase(0, size + 2);
    reply.complete = size == 0;
    if (reply.complete) return;
  }
}

bool Client::ends() {
  char piece[65536];
  ssize_t count;
  errno = 0;
  while ((count = get(piece, sizeof piece)) > 0) {
  }
  return count == 0 || errno == ECONNRESET || (tls_ && errno != EAGAIN);
}

std::string Client::take(std::size_t most) {
  std::string bytes(most, '\0');
  const ssize_t count = get(bytes.data(), most);
  bytes.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return bytes;
}

std::string bytes_of(const Ask& ask) {
  std::string text = ask.method + " " + ask.target + " HTTP/1.1\r\nHost: localhost\r\n";
  bool typed = ask.body.empty();
  for (const auto& [name, value] : ask.fields) {
    text += name + ": " + value + "\r\n";
    typed = typed || name == "Content-Type";
  }
  if (!typed) text += "Content-Type: application/json\r\n";
  if (!ask.body.empty() || ask.method == "POST") text += "Content-Length: " + std::to_string(ask.body.size()) + "\r\n";
  return text + "\r\n" + ask.body;
}

Reply ask(const std::string& address, const Ask& request) {
  Client client(address);
  client.send(bytes_of(request));
  return client.receive(request.method == "HEAD");
}

Reply get(const std::string& address, const std::string& target) { return ask(address, {"GET", target, {}, {}}); }

Reply post(const std::string& address, const std::string& target, const std::string& json) {
  return ask(address, {"POST", target, json, {}});
}

std::string unzipped(const std::string& packed) {
  z_stream z{};
  inflateInit2(&z, MAX_WBITS + 16);
  std::string text(16 << 20, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  z.avail_in = static_cast<uInt>(packed.size());
  z.next_out = reinterpret_cast<Bytef*>(text.data());
  z.avail_out = static_cast<uInt>(text.size());
  const bool whole = inflate(&z, Z_FINISH) == Z_STREAM_END;
  text.resize(z.total_out);
  inflateEnd(&z);
  if (!whole) throw std::runtime_error("no whole gzip stream");
  return text;
}

}  // namespace decima::end_to_end
