#include "app/selftest/private_daemon.hpp"

#include "actors/host/own_program.hpp"
#include "actors/host/remove_folder.hpp"
#include "app/instance/places.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <string_view>
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
  if (keep_)
    return;
  const owned_descriptor parent{::open(path_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.get() >= 0)
    remove_tree(parent.get(), path_.filename().string());
}

private_daemon::private_daemon(const fs::path& folder, const test_groups& groups,
                               std::string_view additional) {
  const auto program = own_program().string();
  const auto data = (folder / "data").string();
  const auto output = (folder / "output").string();
  const auto file = (folder / "pmactor.toml").string();
  { // the defaults, whatever the user has set; but without notifications, and without captures, which would
    // delay the next pause
    constexpr std::string_view quiet =
      "[forensics]\nenabled = false\n[notifications]\nenabled = false\n";
    const int settings = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (settings >= 0) {
      for (const auto part : {quiet, additional})
        (void)!::write(settings, part.data(), part.size());
      ::close(settings);
    }
  }
  const int out = ::open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const owned_descriptor owned{out};
  process_order order;
  order.command = {program, "run", "--data", data, "--config", file};
  order.environment = own_environment({"XDG_RUNTIME_DIR"});
  order.environment.push_back("XDG_RUNTIME_DIR=" + folder.string());
  order.out = order.err = out;
  order.as_a = process_order::rank::ours;
  order.groups = groups.members();
  order.ends_with_us = true;
  try {
    process_ = std::make_unique<running_process>(order);
  } catch (const std::system_error& e) {
    throw std::runtime_error{std::string{"Cannot start a daemon: "} + e.what() + '.'};
  }
}

private_daemon::~private_daemon() {
  for (const auto pid : everyone())
    ::kill(pid, SIGCONT);
  ::kill(pid(), SIGTERM);
  for (int i = 0; i < 150; ++i) {
    if (!lives())
      return;
    std::this_thread::sleep_for(20ms);
  }
  for (const auto pid : everyone())
    ::kill(pid, SIGKILL);
  (void)process_->wait();
}

std::vector<pid_t> private_daemon::everyone() const {
  auto result = children_of(pid());
  result.insert(result.begin(), pid());
  return result;
}

bool private_daemon::lives() {
  return !process_->is_over() && !process_->look();
}

} // namespace pmactor
