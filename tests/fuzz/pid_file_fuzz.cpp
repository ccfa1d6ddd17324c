// A PID file of any bytes, and what is made of it.
#include "fuzz/fuzz.hpp"

#include "app/instance/pid_file.hpp"

using namespace pmactor;
using namespace pmactor::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto parsed = parse_pid_file(bytes);
  must(parsed.daemon.has_value() == parsed.problem.empty(), "there is a daemon or a problem");
  if (parsed.daemon) {
    must(parsed.daemon->pid > 1, "neither 0, nor -1, nor init is a daemon");
    const auto again = parse_pid_file(format_pid_file(*parsed.daemon));
    must(again.daemon == parsed.daemon, "what was read is written back as it was");
  }
  pid_file_look look;
  look.file = "/run/pmactor.pid";
  look.state = static_cast<pid_file_state>(size % 4);
  look.content = bytes;
  if (size % 3 == 0)
    look.living = parsed.daemon;
  const auto verdict = judge_pid_file(look);
  must(verdict.daemon.has_value() == (verdict.presence == daemon_presence::running),
       "it runs if and only if it is known who");
  must(!verdict.daemon || look.living, "only a living process is a daemon");
  return 0;
}
