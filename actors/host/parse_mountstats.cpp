#include "actors/host/parse_mountstats.hpp"

#include "actors/host/parse_mountinfo.hpp"
#include "actors/host/parse_numbers.hpp"

namespace pmactor {
namespace {

/// @returns the mount point of "device SOURCE mounted on WHERE with fstype TYPE"; empty for any other line.
std::string_view mounted_on(std::string_view line) {
  constexpr std::string_view before = " mounted on ";
  const auto at = line.find(before);
  if (!line.starts_with("device ") || at == line.npos)
    return {};
  line.remove_prefix(at + before.size());
  return take_word(line);
}

/// @returns the requests sent, of "xprt: tcp PORT BINDS CONNECTS CONNECT_TIME IDLE SENDS RECVS…". Over UDP, which has no
/// connections, and over RDMA the first columns are "udp PORT BINDS SENDS" and as for TCP.
std::optional<std::uint64_t> requests_sent(std::string_view line) {
  constexpr std::string_view key = "xprt:";
  const auto at = line.find(key);
  if (at == line.npos)
    return std::nullopt;
  line.remove_prefix(at + key.size());
  while (!line.empty() && line.front() == '\t')
    line.remove_prefix(1);
  std::uint64_t result = 0;
  for (auto columns = take_word(line) == "udp" ? 3 : 6; columns > 0; --columns)
    if (!take_number(line, result))
      return std::nullopt;
  return result;
}

} // namespace

std::optional<std::uint64_t> nfs_requests_sent(std::string_view text, std::string_view where) {
  std::optional<std::uint64_t> result;
  for (bool is_ours = false; !text.empty();) {
    const auto line = take_line(text);
    if (line.starts_with("device "))
      is_ours = mount_path(mounted_on(line)) == where;
    else if (const auto sent = is_ours ? requests_sent(line) : std::nullopt)
      result = result.value_or(0) + *sent;
  }
  return result;
}

} // namespace pmactor
