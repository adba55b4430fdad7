#include "http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <climits>
#include <cstring>

namespace decima::http {
namespace {

/// For TLS 1.2; those of 1.3 are all good.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view http_1_1 = "\x08http/1.1";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// What OpenSSL says went wrong first; it adds where it noticed, which is forgotten.
std::string first_problem() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason ? reason : "unknown";
}

int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, chosen_size, bytes_of(http_1_1), http_1_1.size(), offered, offered_size);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// A key that is locked by a passphrase is refused instead of asking whoever sits at the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

int clamped(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

struct TlsSession::State {
  explicit State(SSL* owned) : ssl(owned) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { SSL_free(ssl); }

  SSL* const ssl;
};

TlsSession::TlsSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsSession::~TlsSession() = default;

TlsSession::Step TlsSession::step_of(int result) {
  const int error = SSL_get_error(state_->ssl, result);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return Step::wants_read;
  if (error == SSL_ERROR_WANT_WRITE) return Step::wants_write;
  return Step::ended;
}

TlsSession::Step TlsSession::handshake() {
  ERR_clear_error();
  const int result = SSL_accept(state_->ssl);
  return result == 1 ? Step::done : step_of(result);
}

TlsSession::Step TlsSession::read(std::span<char> room, std::size_t& count) {
  ERR_clear_error();
  const int result = SSL_read(state_->ssl, room.data(), clamped(room.size()));
  if (result <= 0) return step_of(result);
  count = static_cast<std::size_t>(result);
  return Step::done;
}

TlsSession::Step TlsSession::write(std::string_view bytes, std::size_t& count) {
  ERR_clear_error();
  const int result = SSL_write(state_->ssl, bytes.data(), clamped(bytes.size()));
  if (result <= 0) return step_of(result);
  count = static_cast<std::size_t>(result);
  return Step::done;
}

void TlsSession::say_goodbye() {
  if (SSL_is_init_finished(state_->ssl)) SSL_shutdown(state_->ssl);
  ERR_clear_error();
}

struct TlsContext::Loaded {
  Loaded() = default;
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;
  ~Loaded() { SSL_CTX_free(context); }

  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
};

TlsContext::TlsContext(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}
TlsContext::~TlsContext() = default;

Result<> TlsContext::load() {
  ERR_clear_error();
  auto fresh = std::make_shared<Loaded>();
  SSL_CTX* context = fresh->context;
  if (!context) return Error{Code::out_of_memory, "TLS"};
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, ciphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file_.c_str()) != 1)
    return Error{Code::bad_setting, "the TLS certificate " + certificate_file_ + " cannot be used: " + first_problem()};
  if (SSL_CTX_use_PrivateKey_file(context, key_file_.c_str(), SSL_FILETYPE_PEM) != 1)
    return Error{Code::bad_setting, "the TLS key " + key_file_ + " cannot be used: " + first_problem()};
  if (SSL_CTX_check_private_key(context) != 1)
    return Error{Code::bad_setting, "the TLS key " + key_file_ + " is not that of " + certificate_file_};
  const std::lock_guard lock(mutex_);
  loaded_ = std::move(fresh);
  return Done{};
}

std::unique_ptr<TlsSession> TlsContext::session(int socket) const {
  std::shared_ptr<Loaded> loaded;
  {
    const std::lock_guard lock(mutex_);
    loaded = loaded_;
  }
  SSL* ssl = loaded ? SSL_new(loaded->context) : nullptr;
  if (!ssl) return nullptr;
  auto state = std::make_unique<TlsSession::State>(ssl);
  if (SSL_set_fd(ssl, socket) != 1) return nullptr;
  return std::unique_ptr<TlsSession>(new TlsSession(std::move(state)));
}

}  // namespace decima::http
