#include "app/instance/private_daemon.hpp"

#include "app/instance/own_program.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace pmactor {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

private_folder::private_folder(bool keep) : keep_{keep} {
  auto pattern = (fs::temp_directory_path() / "pmactor-selftest-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error{"Cannot make a folder like " + pattern + ": " + std::strerror(errno)
                             + ". Make room there, or set TMPDIR."};
  path_ = pattern;
}

private_folder::~private_folder() {
  std::error_code failed;
  if (!keep_)
    fs::remove_all(path_, failed);
}

private_daemon::private_daemon(const fs::path& folder, const test_groups& groups) {
  const auto program = own_program().string();
  const auto data = (folder / "data").string();
  const auto output = (folder / "output").string();
  const auto file = (folder / "pmactor.toml").string();
  { // the defaults, whatever the user has set; but nobody is told, and no capture is in the next
    // one's way
    constexpr std::string_view quiet =
      "[forensics]\nenabled = false\n[notifications]\nenabled = false\n";
    const int settings = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (settings >= 0) {
      (void)!::write(settings, quiet.data(), quiet.size());
      ::close(settings);
    }
  }
  ::setenv("XDG_RUNTIME_DIR", folder.c_str(), 1);
  pid_ = ::fork();
  if (pid_ < 0)
    throw std::runtime_error{std::string{"Cannot start a daemon: "} + std::strerror(errno) + '.'};
  if (pid_ == 0) {
    groups.enter();
    const int out = ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (out >= 0) {
      ::dup2(out, STDOUT_FILENO);
      ::dup2(out, STDERR_FILENO);
    }
    ::setpgid(0, 0); // Ctrl-C is for the test, which then ends it
    ::execl(program.c_str(), program.c_str(), "run", "--data", data.c_str(), "--config",
            file.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
}

private_daemon::~private_daemon() {
  for (const auto pid : everyone())
    ::kill(pid, SIGCONT);
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 150; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_)
      return;
    std::this_thread::sleep_for(20ms);
  }
  for (const auto pid : everyone())
    ::kill(pid, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::vector<pid_t> private_daemon::everyone() const {
  auto result = children_of(pid_);
  result.insert(result.begin(), pid_);
  return result;
}

bool private_daemon::lives() const {
  return ::waitpid(pid_, nullptr, WNOHANG) == 0;
}

} // namespace pmactor
