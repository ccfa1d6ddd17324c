// A question to a display server that costs it next to nothing, and the answer: the few bytes of
// X11 and of Wayland that this takes. Pure; the answers are foreign bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pmactor {

enum class desktop_answer : std::uint8_t {
  awaited, ///< It has not come yet.
  whole,   ///< It has come.
  refused, ///< There will be none: the server does not let us in, or speaks otherwise.
};

/// One connection's conversation, a question at a time. Keeps a few bytes, whatever the server
/// sends.
class desktop_wire {
public:
  desktop_wire() = default;
  virtual ~desktop_wire() = default;
  desktop_wire(const desktop_wire&) = delete;
  desktop_wire& operator=(const desktop_wire&) = delete;

  /// @returns the bytes of the next question. The answer to the one before is whole.
  virtual std::string question() = 0;

  /// Takes the next bytes from the server, which it may have cut anywhere. Events are passed over.
  virtual desktop_answer take(std::string_view bytes) = 0;
};

/// Asks first to be let in, then which window has the input focus.
class x11_wire final : public desktop_wire {
public:
  /// @param cookie the MIT-MAGIC-COOKIE-1; empty if there is none.
  explicit x11_wire(std::string cookie);
  std::string question() override;
  desktop_answer take(std::string_view bytes) override;

private:
  std::string cookie_;
  bool is_in_ = false; ///< Past the connection setup.
  bool is_refused_ = false;
  std::uint16_t asked_ = 0;     ///< Requests so far; the answer has this number.
  std::array<char, 32> head_{}; ///< What came of the next message.
  std::size_t filled_ = 0;
  std::uint64_t skip_ = 0; ///< Bytes of a message that are still to come, and to be passed over.
};

/// Asks for a callback (wl_display.sync). Its only object is wl_display, so there are no other
/// events.
class wayland_wire final : public desktop_wire {
public:
  std::string question() override;
  desktop_answer take(std::string_view bytes) override;

private:
  std::array<char, 12> head_{};
  std::size_t filled_ = 0;
  std::uint64_t skip_ = 0;
  bool is_refused_ = false;
};

} // namespace pmactor
