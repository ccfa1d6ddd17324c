#include "app/witness/desktop_wire.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace pmactor {
namespace {

// Both protocols speak in the byte order of the client's choice or of the machine: in ours.
template <class Number>
void append(std::string& to, Number x) {
  std::array<char, sizeof x> room;
  std::memcpy(room.data(), &x, sizeof x);
  to.append(room.data(), room.size());
}

template <class Number, std::size_t N>
Number number_at(const std::array<char, N>& bytes, std::size_t place) {
  Number result{};
  std::memcpy(&result, bytes.data() + place, sizeof result);
  return result;
}

/// Moves bytes from the front of *bytes* to *head*. @returns whether *wanted* of them are there.
template <std::size_t N>
bool fill(std::array<char, N>& head, std::size_t& filled, std::size_t wanted,
          std::string_view& bytes) {
  const auto count = std::min(wanted - filled, bytes.size());
  std::copy_n(bytes.begin(), count, head.begin() + static_cast<std::ptrdiff_t>(filled));
  filled += count;
  bytes.remove_prefix(count);
  return filled == wanted;
}

/// Passes over what is to be skipped. @returns whether it has all come.
bool pass_over(std::uint64_t& skip, std::string_view& bytes) {
  const auto count = std::min<std::uint64_t>(skip, bytes.size());
  skip -= count;
  bytes.remove_prefix(static_cast<std::size_t>(count));
  return skip == 0;
}

constexpr std::string_view cookie_name = "MIT-MAGIC-COOKIE-1";

void append_padded(std::string& to, std::string_view text) {
  to += text;
  to.append((4 - text.size() % 4) % 4, '\0');
}

// Of X11.
constexpr std::uint8_t get_input_focus = 43, an_error = 0, a_reply = 1, generic_event = 35;
constexpr std::size_t setup_bytes = 8; ///< Of its answer; how many follow stands in them.

// Of Wayland.
constexpr std::uint32_t wl_display = 1, our_callback = 2;
constexpr std::uint32_t wl_display_sync = 0;                            ///< A request.
constexpr std::uint32_t wl_display_error = 0, wl_display_delete_id = 1; ///< Events.
constexpr std::size_t wayland_head = 8;

} // namespace

x11_wire::x11_wire(std::string cookie) : cookie_{std::move(cookie)} {
}

std::string x11_wire::question() {
  std::string result;
  if (is_in_) {
    ++asked_;
    append(result, get_input_focus);
    append(result, std::uint8_t{0});
    append(result, std::uint16_t{1}); // of four bytes each
    return result;
  }
  const auto name = cookie_.empty() ? std::string_view{} : cookie_name;
  append(result, std::endian::native == std::endian::little ? 'l' : 'B');
  append(result, std::uint8_t{0});
  append(result, std::uint16_t{11});
  append(result, std::uint16_t{0});
  append(result, static_cast<std::uint16_t>(name.size()));
  append(result, static_cast<std::uint16_t>(cookie_.size()));
  append(result, std::uint16_t{0});
  append_padded(result, name);
  append_padded(result, cookie_);
  return result;
}

desktop_answer x11_wire::take(std::string_view bytes) {
  auto answer = desktop_answer::awaited;
  // What follows the answer in the same bytes is the beginning of the next event.
  while (!bytes.empty() && !is_refused_) {
    if (skip_ > 0) {
      if (pass_over(skip_, bytes) && !is_in_) {
        is_in_ = true;
        answer = desktop_answer::whole;
      }
      continue;
    }
    if (!fill(head_, filled_, is_in_ ? head_.size() : setup_bytes, bytes))
      break;
    filled_ = 0;
    const auto kind = static_cast<std::uint8_t>(head_[0]);
    if (!is_in_) {
      constexpr std::uint8_t success = 1;
      is_refused_ = kind != success;
      skip_ = 4u * number_at<std::uint16_t>(head_, 6);
      if (!is_refused_ && skip_ == 0) {
        is_in_ = true;
        answer = desktop_answer::whole;
      }
      continue;
    }
    if (kind == a_reply || (kind & 0x7f) == generic_event)
      skip_ = std::uint64_t{4} * number_at<std::uint32_t>(head_, 4);
    if ((kind == a_reply || kind == an_error) && number_at<std::uint16_t>(head_, 2) == asked_)
      answer = desktop_answer::whole;
  }
  return is_refused_ ? desktop_answer::refused : answer;
}

std::string wayland_wire::question() {
  std::string result;
  constexpr std::uint32_t size = 12;
  append(result, wl_display);
  append(result, size << 16 | wl_display_sync);
  append(result, our_callback);
  return result;
}

desktop_answer wayland_wire::take(std::string_view bytes) {
  auto answer = desktop_answer::awaited;
  while (!bytes.empty() && !is_refused_) {
    if (skip_ > 0) {
      pass_over(skip_, bytes);
      continue;
    }
    if (filled_ < wayland_head && !fill(head_, filled_, wayland_head, bytes))
      break;
    const auto object = number_at<std::uint32_t>(head_, 0),
               word = number_at<std::uint32_t>(head_, 4);
    const auto size = word >> 16, event = word & 0xffff;
    is_refused_ = size < wayland_head || (object == wl_display && event == wl_display_error);
    if (object == wl_display && event == wl_display_delete_id && size == head_.size()) {
      if (!fill(head_, filled_, head_.size(), bytes))
        break;
      // It follows the callback's own event, and only then may the next one have its number.
      if (number_at<std::uint32_t>(head_, wayland_head) == our_callback)
        answer = desktop_answer::whole;
    } else if (!is_refused_) {
      skip_ = size - wayland_head;
    }
    filled_ = 0;
  }
  return is_refused_ ? desktop_answer::refused : answer;
}

} // namespace pmactor
