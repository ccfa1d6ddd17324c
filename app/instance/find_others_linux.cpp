#include "app/instance/find_others.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

constexpr std::size_t most_daemons = 16;
constexpr std::size_t most_bytes = 8192; ///< Of a command line.

/// @returns the words with which the process was started.
std::vector<std::string> words_of(const std::filesystem::path& process) {
  std::ifstream in{process / "cmdline", std::ios::binary};
  std::string text(most_bytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  std::vector<std::string> result;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\0', at), text.size());
    result.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return result;
}

} // namespace

std::vector<other_daemon> list_daemons() {
  std::vector<other_daemon> result;
  std::error_code failed;
  for (std::filesystem::directory_iterator i{"/proc", failed}, end; !failed && i != end && result.size() < most_daemons;
       i.increment(failed)) {
    const auto name = i->path().filename().string();
    other_daemon one;
    const auto* last = name.data() + name.size();
    if (const auto read = std::from_chars(name.data(), last, one.pid);
        read.ec != std::errc{} || read.ptr != last || one.pid == ::getpid())
      continue;
    const auto words = words_of(i->path());
    if (words.size() < 2 || std::filesystem::path{words[0]}.filename() != "pmactor" || words[1] != "run")
      continue;
    struct stat facts {};
    if (::stat(i->path().c_str(), &facts) != 0)
      continue; // it has just ended
    one.uid = facts.st_uid;
    for (std::size_t k = 2; k + 1 < words.size(); ++k)
      if (words[k] == "--data")
        one.data = words[k + 1];
    result.push_back(std::move(one));
  }
  return result;
}

} // namespace pmactor
