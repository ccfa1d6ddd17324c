#include "app/command_line/outcome.hpp"

#include "app/views/escape.hpp"

#include <nlohmann/json.hpp>

#include <iostream>

namespace pmactor {

int tell(const outcome& what, bool json) {
  if (json) {
    nlohmann::ordered_json result{{"success", what.code == exit_fine}, {"message", what.message}};
    if (what.pid)
      result["pid"] = *what.pid;
    std::cout << result.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << '\n';
  } else {
    (what.code == exit_fine ? std::cout : std::cerr) << escaped(what.message) << '\n';
  }
  return what.code;
}

} // namespace pmactor
