#pragma once
#include <sys/types.h>

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct ssl_st;

namespace decima::end_to_end {

/// A response as it came.
struct Reply {
  int status = 0;  ///< 0: the connection ended before a whole header came
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  bool complete = false;  ///< the body is as long as its header said

  /// Empty when there is no such field.
  std::string field(std::string_view name) const;
  boost::json::value json() const;
};

/// A connection that sends whatever bytes it is told to. Blocking; what takes longer than ten seconds fails.
class Client {
 public:
  /// "127.0.0.1:8080", "https://127.0.0.1:8443" or "unix:/path". TLS takes any certificate.
  /// With a `narrow` window the system takes little ahead of whoever receives.
  explicit Client(const std::string& address, bool narrow = false);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// False when the server did not take all.
  bool send(std::string_view bytes);
  /// Tells the server that nothing more comes.
  void end_sending();
  /// Ends the connection without a word, as a crashed client does.
  void reset();
  /// The next response; `of_head` when it answers a HEAD and so has no body.
  Reply receive(bool of_head = false);
  /// Of a response whose body does not end yet: its head, and then chunk after chunk; "" is the last, or none at all.
  Reply receive_head();
  std::string receive_chunk();
  /// Exactly so many bytes of what comes, or fewer where it ends.
  std::string receive_bytes(std::size_t count);
  /// Whether the server ends the connection, after whatever it may still send.
  bool ends();
  /// The common name on the certificate that the server showed; empty when it showed none.
  std::string certificate() const;
  /// "TLSv1.3", and the protocol that was chosen by ALPN; empty when none was.
  std::string tls_version() const;
  std::string alpn() const;
  /// Takes at most this many bytes of what comes, as they are.
  std::string take(std::size_t most);

 private:
  bool fill();
  /// As recv(2).
  ssize_t get(char* room, std::size_t size);
  std::string receive_line();
  void receive_chunks(Reply& reply);

  int socket_ = -1;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> tls_;
  std::string received_;
};

struct Ask {
  std::string method = "GET";
  std::string target;
  std::string body;
  std::vector<std::pair<std::string, std::string>> fields;
};
/// A well-formed request as bytes; with a body, and no content type given, it says it is JSON.
std::string bytes_of(const Ask& ask);
/// Asks on a connection of its own.
Reply ask(const std::string& address, const Ask& request);
Reply get(const std::string& address, const std::string& target);
Reply post(const std::string& address, const std::string& target, const std::string& json);

/// What was packed with gzip; throws when it is not whole.
std::string unzipped(const std::string& packed);

}  // namespace decima::end_to_end
