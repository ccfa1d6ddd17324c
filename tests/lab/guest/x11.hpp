// The few messages of the X11 protocol that a round trip consists of, in the host's byte order.
#pragma once

#include <cstdint>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct x11_hello {
  std::uint8_t byte_order; ///< 'l': least significant byte first.
  std::uint8_t unused;
  std::uint16_t major, minor;
  std::uint16_t name_bytes, data_bytes; ///< Of the authorization.
  std::uint16_t padding;
};
static_assert(sizeof(x11_hello) == 12);

struct x11_setup {
  std::uint8_t success, unused;
  std::uint16_t major, minor, words; ///< Words of four bytes that follow the first eight bytes.
  std::uint32_t release, resource_base, resource_mask, motion_buffer;
  std::uint16_t vendor_bytes, longest_request;
  std::uint8_t screens, pixmap_formats, image_order, bitmap_order, bitmap_unit, bitmap_pad;
  std::uint8_t least_keycode, most_keycode;
  std::uint32_t padding;
};
static_assert(sizeof(x11_setup) == 40);

struct x11_screen {
  std::uint32_t root, colormap, white, black, masks;
  std::uint16_t width, height, width_mm, height_mm, least_maps, most_maps;
  std::uint32_t visual;
  std::uint8_t backing_stores, save_unders, depth, depths;
};
static_assert(sizeof(x11_screen) == 40);

struct x11_depth {
  std::uint8_t depth, unused;
  std::uint16_t visuals;
  std::uint32_t padding;
};

struct x11_visual {
  std::uint32_t id;
  std::uint8_t kind, bits;
  std::uint16_t entries;
  std::uint32_t red, green, blue, padding;
};
static_assert(sizeof(x11_visual) == 24);

struct x11_request {
  std::uint8_t what, detail;
  std::uint16_t words; ///< Of four bytes, this head included.
};

/// A reply, also an error or an event: all that this program's requests lead to are 32 bytes long.
struct x11_reply {
  std::uint8_t kind, detail;
  std::uint16_t sequence;
  std::uint32_t words;
  std::uint8_t content[24];
};
static_assert(sizeof(x11_reply) == 32);

constexpr std::uint8_t get_input_focus = 43; ///< What clients ask when they only want an answer.

constexpr std::size_t padded(std::size_t bytes) {
  return (bytes + 3) / 4 * 4;
}

/// Where display :0 listens.
inline sockaddr_un display_address() {
  sockaddr_un result{};
  result.sun_family = AF_UNIX;
  std::strcpy(result.sun_path, "/tmp/.X11-unix/X0");
  return result;
}
