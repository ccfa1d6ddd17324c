#include "app/instance/note_drives.hpp"

#include "actors/black_box/collect_traces.hpp"
#include "actors/black_box/drive_list.hpp"
#include "actors/host/process_facts.hpp"
#include "app/instance/write_file.hpp"

#include <cerrno>
#include <chrono>
#include <exception>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds patience{5};

int ask_and_write(const std::filesystem::path& file) {
  try {
    write_file(file, compose_drive_list(read_drive_counters(), own_identity().boot_id), 0600);
    return 0;
  } catch (const std::exception&) {
    return 1;
  }
}

} // namespace

bool note_drives(const std::filesystem::path& file) {
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto child = ::fork();
  if (child < 0)
    return false;
  if (child == 0)
    ::_exit(ask_and_write(file));
  for (int status = 0; std::chrono::steady_clock::now() < until;) {
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child)
      return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (ended < 0 && errno != EINTR)
      return false;
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

} // namespace pmactor
