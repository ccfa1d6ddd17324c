// The stand-ins for the tools of a user's session: osascript, launchctl, caffeinate.
#include "support/mac_tools.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

namespace pmactor::mac {

int osascript(const words& arguments) {
  // Options end at the first word that is none; what follows reaches the script's run handler.
  const auto asked = parse("osascript", arguments,
                           {{"-e", takes::text}, {"-l", takes::text}, {"-s", takes::text},
                            {"-i", takes::nothing}},
                           {}, true);
  if (!asked.has("-e"))
    refuse("osascript: this stand-in wants its script by -e");
  return 0;
}

int launchctl(const words& arguments, const std::string& folder) {
  if (arguments.empty())
    refuse("Usage: launchctl <subcommand> ...", 1);
  const auto& verb = arguments[0];
  if (verb == "load" || verb == "unload")
    refuse("launchctl: " + verb + " is of the past; bootstrap and bootout took its place");
  if (verb == "asuser") {
    if (arguments.size() < 3 || !is_number(arguments[1]))
      refuse("Usage: launchctl asuser <UID> <program> ...");
    must_be_root("Could not switch to audit session: Operation not permitted");
    become({arguments.begin() + 2, arguments.end()}, folder);
  }
  const auto is_domain = [](const std::string& x) {
    return x == "system" || ((x.starts_with("gui/") || x.starts_with("user/")) && is_number(x.substr(x.find('/') + 1)));
  };
  const auto is_service = [&](const std::string& x) {
    const auto slash = x.rfind('/');
    return slash != x.npos && slash + 1 < x.size() && is_domain(x.substr(0, slash));
  };
  auto rest = words{arguments.begin() + 1, arguments.end()};
  if (verb == "bootstrap") {
    if (rest.size() != 2 || !is_domain(rest[0]) || !rest[1].ends_with(".plist"))
      refuse("Usage: launchctl bootstrap <domain-target> [service-path ...]");
    if (!std::ifstream{rest[1]})
      refuse("Bootstrap failed: 5: Input/output error", 5);
  } else if (verb == "kickstart" || verb == "bootout" || verb == "print" || verb == "enable"
             || verb == "disable") {
    if (verb == "kickstart")
      while (!rest.empty() && is_one_of(rest[0], {"-k", "-p"}))
        rest.erase(rest.begin());
    if (rest.size() != 1 || !is_service(rest[0]))
      refuse("Unrecognized target specifier.");
  } else {
    refuse("Unrecognized subcommand: " + verb);
  }
  return 0;
}

int caffeinate(const words& arguments) {
  const auto asked = parse("caffeinate", arguments,
                           {{"-d", takes::nothing}, {"-i", takes::nothing}, {"-m", takes::nothing},
                            {"-s", takes::nothing}, {"-u", takes::nothing}, {"-t", takes::number},
                            {"-w", takes::number}},
                           {}, true);
  // Bound to a process it goes with that; else it would stay for ever.
  while (asked.has("-w") && ::kill(static_cast<pid_t>(std::stol(asked.value("-w"))), 0) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  return 0;
}

} // namespace pmactor::mac
