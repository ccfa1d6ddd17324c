#include "actors/host/parse_mountinfo.hpp"

#include "actors/host/parse_numbers.hpp"

#include <algorithm>
#include <array>

namespace pmactor {

std::optional<mount_line> parse_mount(std::string_view line) {
  mount_line x;
  take_word(line); // its number
  take_word(line); // that of its parent
  x.device = take_word(line);
  x.root = take_word(line);
  x.point = take_word(line);
  const auto middle = line.find(" - "); // behind it is what the file system says of itself
  if (x.point.empty() || middle == line.npos)
    return std::nullopt;
  line.remove_prefix(middle + 3);
  x.type = take_word(line);
  x.source = take_word(line);
  x.options = take_word(line);
  return x;
}

std::string mount_path(std::string_view escaped) {
  std::string result;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const auto digit = [&](std::size_t k) {
      return i + k < escaped.size() && escaped[i + k] >= '0' && escaped[i + k] <= '7' ? escaped[i + k] - '0'
                                                                                       : -1;
    };
    if (escaped[i] == '\\' && digit(1) >= 0 && digit(2) >= 0 && digit(3) >= 0) {
      result += static_cast<char>(digit(1) * 64 + digit(2) * 8 + digit(3));
      i += 3;
    } else {
      result += escaped[i];
    }
  }
  return result;
}

bool is_fuse(std::string_view type) {
  return type == "fuse" || type == "fuseblk" || type.starts_with("fuse.");
}

bool is_remote(std::string_view type, std::string_view source) {
  static constexpr std::array<std::string_view, 13> others{"9p",    "afs",       "ceph",   "cifs",  "coda",
                                                           "davfs", "glusterfs", "gfs2",   "lustre", "ncpfs",
                                                           "ocfs2", "smb3",      "virtiofs"};
  return source.starts_with("//") || source.find(":/") != source.npos || type.starts_with("nfs")
         || std::find(others.begin(), others.end(), type) != others.end();
}

} // namespace pmactor
