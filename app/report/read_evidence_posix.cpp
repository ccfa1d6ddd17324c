#include "app/report/read_evidence.hpp"

#include "actors/host/owned_descriptor.hpp"
#include "actors/host/transfer_fully.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace pmactor {
namespace {

bool is_plain_name(const std::string& x) {
  return !x.empty() && x.size() <= 128 && x.front() != '.' && x.find('/') == x.npos
         && x.find('\0') == x.npos;
}

} // namespace

std::optional<report_file> read_evidence(const std::filesystem::path& data, const std::string& folder,
                                         const std::string& name, std::size_t most) {
  constexpr std::string_view lead = "events/";
  if (!folder.starts_with(lead) || !is_plain_name(folder.substr(lead.size())) || !is_plain_name(name))
    return std::nullopt;
  constexpr int as_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const owned_descriptor events{::open((data / "events").c_str(), as_folder)};
  if (events.get() < 0)
    return std::nullopt;
  const owned_descriptor event{::openat(events.get(), folder.substr(lead.size()).c_str(), as_folder)};
  if (event.get() < 0)
    return std::nullopt;
  // A fifo with that name must not keep us waiting.
  const owned_descriptor file{::openat(event.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
  struct stat facts {};
  if (file.get() < 0 || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return std::nullopt;
  report_file result;
  result.name = name;
  result.bytes = static_cast<std::uint64_t>(facts.st_size);
  result.text.resize(most);
  result.text.resize(read_fully(file.get(), result.text.data(), most).size);
  return result;
}

} // namespace pmactor
