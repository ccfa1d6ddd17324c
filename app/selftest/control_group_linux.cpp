#include "app/selftest/control_group_linux.hpp"

#include <chrono>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace pmactor {

namespace fs = std::filesystem;

std::string read_kernel_file(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool write_kernel_file(const fs::path& file, std::string_view text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  if (fd < 0)
    return false;
  const bool done = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return done;
}

fs::path make_group(const fs::path& hierarchy, std::string_view name) {
  std::error_code failed;
  if (!fs::exists(hierarchy / "cgroup.procs", failed))
    return {};
  auto folder = hierarchy / ("pmactor-selftest-" + std::string{name} + std::to_string(::getpid()));
  return fs::create_directory(folder, failed) && !failed ? folder : fs::path{};
}

void remove_group(const fs::path& folder) {
  if (folder.empty())
    return;
  for (int attempt = 0; attempt < 50 && ::rmdir(folder.c_str()) != 0; ++attempt) {
    std::ifstream members{folder / "cgroup.procs"};
    for (std::string pid; std::getline(members, pid);)
      write_kernel_file(folder.parent_path() / "cgroup.procs", pid);
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
}

} // namespace pmactor
