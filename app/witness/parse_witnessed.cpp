#include "app/witness/parse_witnessed.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace pmactor {
namespace {

std::string_view next_word(std::string_view& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == text.npos) {
    text = {};
    return {};
  }
  text.remove_prefix(begin);
  const auto word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

template <class Number>
bool parse_number(std::string_view word, Number& to) {
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), to);
  return problem == std::errc{} && end == word.data() + word.size();
}

/// The kernel writes a space in a path as \040.
std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t n) { return text[i + n] >= '0' && text[i + n] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && octal(1) && octal(2) && octal(3)) {
      result += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      result += text[i];
    }
  }
  return result;
}

/// A file system whose source is on another machine has it as host:/path or //host/share; those that have
/// not are named by their type.
bool is_remote(std::string_view type, std::string_view source) {
  static constexpr std::array<std::string_view, 7> others{"9p",  "afs",    "ceph",    "glusterfs",
                                                          "gfs2", "lustre", "virtiofs"};
  return source.starts_with("//") || source.find(":/") != source.npos || type.starts_with("nfs")
         || std::find(others.begin(), others.end(), type) != others.end();
}

} // namespace

bool parse_disk_line(std::string_view line, named_disk& to) {
  next_word(line);
  next_word(line);
  to.name = next_word(line);
  // The fields of Documentation/admin-guide/iostats.rst, the first being number 1.
  std::array<std::uint64_t, 18> field{};
  std::size_t count = 1;
  for (; count < field.size(); ++count)
    if (const auto word = next_word(line); word.empty() || !parse_number(word, field[count]))
      break;
  if (to.name.empty() || count < 12)
    return false;
  using std::chrono::milliseconds;
  auto& x = to.counters;
  x.reads = field[1];
  x.read_time = milliseconds{field[4]};
  x.in_flight = field[9];
  x.others = field[5] + field[12] + field[16];
  x.other_time = milliseconds{field[8] + field[15] + field[17]};
  return true;
}

std::vector<witnessed_mount> find_witnessed_mounts(std::string_view text) {
  std::vector<witnessed_mount> result;
  std::vector<std::string_view> devices;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    next_word(line);
    next_word(line);
    const auto device = next_word(line);
    next_word(line);
    const auto where = next_word(line);
    const auto dash = line.find(" - ");
    if (device.empty() || where.empty() || dash == line.npos)
      continue;
    line.remove_prefix(dash + 3);
    const auto type = next_word(line);
    const auto source = next_word(line);
    witnessed_mount mount{decoded(where), 0, type == "fuse" || type.starts_with("fuse.") || type == "fuseblk"};
    if (!mount.is_fuse && !is_remote(type, source))
      continue;
    if (std::find(devices.begin(), devices.end(), device) != devices.end())
      continue;
    devices.push_back(device);
    const auto colon = device.find(':');
    unsigned minor = 0;
    if (mount.is_fuse && colon != device.npos && parse_number(device.substr(colon + 1), minor))
      mount.fuse_device = minor;
    result.push_back(std::move(mount));
  }
  return result;
}

} // namespace pmactor
