#include "app/witness/find_mounts.hpp"

#include "actors/host/parse_mountinfo.hpp"
#include "actors/host/parse_numbers.hpp"

#include <algorithm>

namespace pmactor {

std::vector<witnessed_mount> find_witnessed_mounts(std::string_view text) {
  std::vector<witnessed_mount> result;
  std::vector<std::string_view> devices; // mounted many times over, it is one file system
  while (!text.empty()) {
    const auto line = parse_mount(take_line(text));
    if (!line || (!is_fuse(line->type) && !is_remote(line->type, line->source))
        || std::find(devices.begin(), devices.end(), line->device) != devices.end())
      continue;
    devices.push_back(line->device);
    auto& mount = result.emplace_back();
    mount.where = mount_path(line->point);
    mount.device = line->device;
    mount.is = is_fuse(line->type) ? witnessed_mount::type::fuse
               : line->type.starts_with("nfs") ? witnessed_mount::type::nfs
                                               : witnessed_mount::type::other;
    const auto colon = line->device.find(':');
    auto minor = colon == line->device.npos ? std::string_view{} : line->device.substr(colon + 1);
    if (mount.is == witnessed_mount::type::fuse)
      take_number(minor, mount.fuse_device);
  }
  return result;
}

} // namespace pmactor
