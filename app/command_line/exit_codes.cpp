#include "app/command_line/exit_codes.hpp"

#include "actors/supervision/judge_health.hpp"
#include "app/instance/pid_file.hpp"
#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"

#include <iostream>
#include <sstream>

namespace pmactor {

int exit_code_of(daemon_presence x) {
  switch (x) {
    case daemon_presence::running:
      return 0;
    case daemon_presence::dead:
      return 1;
    case daemon_presence::not_running:
      return 3;
    case daemon_presence::unknown:
      break;
  }
  return 4;
}

int exit_code_of(health_state x) {
  switch (x) {
    case health_state::healthy:
      return 0;
    case health_state::degraded:
      return 1;
    case health_state::stuck:
    case health_state::stopped:
    case health_state::dead:
      return 2;
    case health_state::not_running:
      return 3;
    case health_state::unknown:
      return 4;
  }
  return 2;
}

int report_outcome(const outcome& what, bool json) {
  if (json) {
    auto result = begin_json();
    result.update({{"success", what.code == exit_fine}, {"message", what.message}});
    if (what.pid)
      result["pid"] = *what.pid;
    std::cout << dumped(result, true) << '\n';
  } else {
    auto& out = what.code == exit_fine ? std::cout : std::cerr;
    std::istringstream lines{what.message};
    for (std::string line; std::getline(lines, line);)
      out << escaped_once(line) << '\n'; // problems of settings come escaped
  }
  return what.code;
}

} // namespace pmactor
