#include "app/instance/runtime_files.hpp"

#include "app/instance/write_file.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/stat.h>
#include <utility>

namespace pmactor {
namespace {

bool is_folder(const std::filesystem::path& x) {
  struct stat facts {};
  return ::stat(x.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode);
}

} // namespace

runtime_files::runtime_files(places where, pid_file claim, std::vector<std::filesystem::path> kept)
  : where_(std::move(where)), claim_(std::move(claim)) {
  for (auto& x : kept)
    kept_.emplace(std::move(x), std::string{});
  remember();
}

std::string runtime_files::check() {
  if (claim_.is_in_place()) {
    remember();
    return {};
  }
  const bool was_gone = !is_folder(where_.runtime);
  if (was_gone)
    make_runtime_folder(where_);
  // The data folder stays locked meanwhile, so there is no other daemon that could have made the file.
  auto fresh = pid_file::claim(where_.pid_file());
  if (!fresh)
    throw std::runtime_error("Cannot use the PID file " + where_.pid_file().string()
                             + ": another process has locked it.");
  {
    std::lock_guard guard{mutex_};
    claim_ = std::move(*fresh);
  }
  // With the folder there: one that is gone by itself was removed by `pmactor enable`.
  if (was_gone)
    for (const auto& [file, content] : kept_)
      if (!content.empty())
        write_file(file, content, 0600);
  return was_gone ? "the runtime folder " + where_.runtime.string() + " was gone"
                  : "the PID file " + where_.pid_file().string() + " was gone";
}

void runtime_files::remove_pid_file() {
  // A process that ends by force does not wait for the thread that may be what hangs.
  if (const std::unique_lock guard{mutex_, std::try_to_lock}; guard)
    claim_.remove();
}

void runtime_files::remember() {
  constexpr std::size_t largest = 64 * 1024;
  for (auto& [file, content] : kept_) {
    std::ifstream in{file, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (text.size() <= largest)
      content = std::move(text);
  }
}

} // namespace pmactor
