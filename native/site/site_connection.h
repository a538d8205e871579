#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "odin/native/site/site_answer.h"

namespace odin::native {

/// One client's connection: reads the heads of requests, sends the answers, and never waits. It
/// holds a head of at most kMostHeadBytes; what is sent of a file lies in memory only while it is
/// handed to the system. The destructor closes the socket.
class SiteConnection {
 public:
  using Clock = std::chrono::steady_clock;
  /// The answer to a request.
  using Answer = std::function<SiteAnswer(const HttpRequest&)>;

  SiteConnection(int socket, Clock::time_point now);
  ~SiteConnection();
  SiteConnection(SiteConnection&& other) noexcept;
  SiteConnection& operator=(SiteConnection&& other) noexcept;

  int socket() const { return socket_; }
  bool wants_to_send() const { return state_ == State::sending; }
  /// After this moment the client is too slow.
  Clock::time_point deadline() const { return deadline_; }

  /// Reads, answers and sends what can be without waiting, for a moment at most: an eager client
  /// takes turns with the others. `space` is memory to work with. Returns
  /// false if the connection is over.
  bool advance(const Answer& answer, std::span<char> space, Clock::time_point now);
  /// Called after the deadline. Returns false if the connection is over.
  bool expire(std::span<char> space, Clock::time_point now);

 private:
  enum class State {
    reading,   ///< the head of a request
    sending,   ///< the answer
    draining,  ///< what a client whose request was refused still sends, so that it sees the answer
    over
  };

  void read(std::span<char> space, Clock::time_point now);
  void take_request(const Answer& answer, Clock::time_point now);
  void start(SiteAnswer answer, Clock::time_point now);
  void send(std::span<char> space, Clock::time_point now);
  bool send_piece(const char* bytes, std::size_t size, std::size_t& sent, Clock::time_point now);
  void finish_answer(Clock::time_point now);
  void drain(std::span<char> space);

  int socket_;
  State state_ = State::reading;
  Clock::time_point deadline_;
  std::string input_;
  SiteAnswer answer_;
  std::size_t head_sent_ = 0, since_deadline_ = 0, drained_ = 0, sent_in_turn_ = 0;
  int requests_ = 0;
};

}  // namespace odin::native
