#include "odin/native/site/site_connection.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace odin::native {
namespace {

using std::chrono::seconds;

constexpr seconds kForHead{10};   ///< a whole head, however slowly its bytes come
constexpr seconds kForNext{15};   ///< until the next request of a connection begins
constexpr seconds kForPiece{30};  ///< to take kPiece bytes of an answer
constexpr std::size_t kPiece = 64 * 1024;
constexpr seconds kForDrain{1};
constexpr std::size_t kMostDrained = 256 * 1024;
constexpr int kMostRequests = 1000;           ///< of one connection
constexpr std::size_t kMostInTurn = 1 << 20;  ///< bytes sent before the other clients have theirs

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

SiteConnection::SiteConnection(int socket, Clock::time_point now)
    : socket_(socket), deadline_(now + kForHead) {}

SiteConnection::~SiteConnection() {
  if (socket_ >= 0) ::close(socket_);
}

SiteConnection::SiteConnection(SiteConnection&& other) noexcept : socket_(-1) {
  *this = std::move(other);
}

SiteConnection& SiteConnection::operator=(SiteConnection&& other) noexcept {
  std::swap(socket_, other.socket_);
  state_ = other.state_;
  deadline_ = other.deadline_;
  input_ = std::move(other.input_);
  answer_ = std::move(other.answer_);
  head_sent_ = other.head_sent_;
  since_deadline_ = other.since_deadline_;
  drained_ = other.drained_;
  sent_in_turn_ = other.sent_in_turn_;
  requests_ = other.requests_;
  return *this;
}

bool SiteConnection::advance(const Answer& answer, std::span<char> space, Clock::time_point now) {
  sent_in_turn_ = 0;
  if (state_ == State::reading) read(space, now);
  // A client may send several requests at once, whose answers follow one another.
  while (true) {
    if (state_ == State::reading) take_request(answer, now);
    if (state_ != State::sending) break;
    send(space, now);
    if (state_ != State::reading || input_.empty()) break;
  }
  if (state_ == State::draining) drain(space);
  return state_ != State::over;
}

bool SiteConnection::expire(std::span<char> space, Clock::time_point now) {
  if (state_ != State::reading || input_.empty()) return false;
  sent_in_turn_ = 0;
  start(refuse_request(408), now);
  send(space, now);
  return state_ != State::over;
}

void SiteConnection::read(std::span<char> space, Clock::time_point now) {
  const std::size_t most = std::min(space.size(), kMostHeadBytes + 1 - input_.size());
  const auto count = ::recv(socket_, space.data(), most, 0);
  if (count < 0 && would_wait()) return;
  if (count <= 0) {
    state_ = State::over;
    return;
  }
  if (input_.empty()) deadline_ = now + kForHead;
  input_.append(space.data(), static_cast<std::size_t>(count));
}

void SiteConnection::take_request(const Answer& answer, Clock::time_point now) {
  if (input_.empty()) return;
  HttpHead head = parse_http_head(input_);
  if (head.problem != 0) return start(refuse_request(head.problem), now);
  if (head.bytes == 0) {
    if (input_.size() > kMostHeadBytes) start(refuse_request(431), now);
    return;
  }
  input_.erase(0, head.bytes);
  if (++requests_ >= kMostRequests) head.request.keep_alive = false;
  start(answer(head.request), now);
}

void SiteConnection::start(SiteAnswer answer, Clock::time_point now) {
  answer_ = std::move(answer);
  head_sent_ = since_deadline_ = 0;
  state_ = State::sending;
  deadline_ = now + kForPiece;
}

void SiteConnection::send(std::span<char> space, Clock::time_point now) {
  while (head_sent_ < answer_.head.size())
    if (!send_piece(answer_.head.data() + head_sent_, answer_.head.size() - head_sent_, head_sent_,
                    now))
      return;
  while (answer_.first < answer_.end) {
    const std::size_t wanted = std::min(space.size(), answer_.end - answer_.first);
    const std::size_t got = answer_.file.read(answer_.first, space.data(), wanted);
    if (got == 0) {  // the file has become shorter than what was promised
      state_ = State::over;
      return;
    }
    if (!send_piece(space.data(), got, answer_.first, now)) return;
  }
  finish_answer(now);
}

/// Returns false if the client takes no more now, has had its turn, or is gone.
bool SiteConnection::send_piece(const char* bytes, std::size_t size, std::size_t& sent,
                                Clock::time_point now) {
  if (sent_in_turn_ >= kMostInTurn) return false;
  const auto count = ::send(socket_, bytes, size, MSG_NOSIGNAL);
  if (count < 0) {
    if (!would_wait()) state_ = State::over;
    return false;
  }
  sent += static_cast<std::size_t>(count);
  since_deadline_ += static_cast<std::size_t>(count);
  sent_in_turn_ += static_cast<std::size_t>(count);
  if (since_deadline_ >= kPiece) {
    since_deadline_ = 0;
    deadline_ = now + kForPiece;
  }
  return true;
}

void SiteConnection::finish_answer(Clock::time_point now) {
  const bool keep_alive = answer_.keep_alive;
  answer_ = SiteAnswer();
  if (keep_alive) {
    state_ = State::reading;
    deadline_ = now + (input_.empty() ? kForNext : kForHead);
    if (input_.empty()) input_.shrink_to_fit();
    return;
  }
  ::shutdown(socket_, SHUT_WR);
  input_ = std::string();
  state_ = State::draining;
  deadline_ = now + kForDrain;
}

void SiteConnection::drain(std::span<char> space) {
  while (drained_ <= kMostDrained) {
    const auto count = ::recv(socket_, space.data(), space.size(), 0);
    if (count < 0 && would_wait()) return;
    if (count <= 0) break;
    drained_ += static_cast<std::size_t>(count);
  }
  state_ = State::over;
}

}  // namespace odin::native
