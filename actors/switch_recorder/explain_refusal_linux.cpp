#include "actors/switch_recorder/explain_refusal_linux.hpp"

#include "actors/host/file_limit.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/perf_ring_linux.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <unistd.h>

namespace pmactor {
namespace {

/// @returns the remedy for people and, where it is a command, that.
recorder_refusal remedy(int error) {
  if (error == EMFILE)
    return {"more than " + std::to_string(file_limit()) + " files: raise LimitNOFILE= of the unit, or `ulimit -n`"};
  if (error == ENOSYS || error == EOPNOTSUPP || error == ENOENT)
    return {"this kernel has no perf events"};
  if (error != EACCES && error != EPERM)
    return {};
  if (::geteuid() == 0)
    return {"root has no CAP_PERFMON here: a container (`--cap-add PERFMON`) or the service's unit withholds it"};
  if (!restriction_of_perf().empty())
    return {"it takes CAP_PERFMON (`sudo pmactor install --system`) and `sudo sysctl "
            "kernel.perf_event_paranoid=2`",
            "sudo pmactor install --system && sudo sysctl kernel.perf_event_paranoid=2"};
  return {"it takes CAP_PERFMON: `sudo pmactor install --system`, or `sudo setcap cap_perfmon+ep $(command -v pmactor)`",
          "sudo pmactor install --system"};
}

} // namespace

std::string restriction_of_perf() {
  std::array<char, 32> room{};
  auto text = kept_file{"/proc/sys/kernel/perf_event_paranoid"}.read(room);
  std::uint64_t level = 0;
  if (!take_number(text, level) || level <= 2)
    return {};
  return " (kernel.perf_event_paranoid is " + std::to_string(level)
         + ", as Debian sets it; up to 2 it is)";
}

recorder_refusal explain_refusal(const std::system_error& e) {
  const bool is_memory = dynamic_cast<const ring_memory_refused*>(&e) != nullptr;
  auto help = is_memory
                ? recorder_refusal{"it takes more locked memory: raise LimitMEMLOCK= of the unit, or `ulimit -l`"}
                : remedy(e.code().value());
  help.why = help.why.empty() ? std::string{e.what()} : e.code().message() + "; " + help.why;
  return help;
}

} // namespace pmactor
