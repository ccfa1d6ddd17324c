#include "app/service/take_steps.hpp"

#include "actors/powermetrics_reader/compose_command.hpp"
#include "actors/powermetrics_reader/default_command.hpp"
#include "actors/host/start_process.hpp"
#include "app/views/escape.hpp"
#include "app/instance/own_program.hpp"
#include "app/instance/places.hpp"
#include "app/settings/read_settings.hpp"
#include "app/instance/write_file.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw std::runtime_error(sentence);
}

std::string joined(const std::vector<std::string>& words) {
  std::string result;
  for (const auto& x : words)
    result += (result.empty() ? "" : " ") + x;
  return result;
}

/// @returns what the file holds; nothing if there is none.
std::optional<std::string> content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

std::string own_name() {
  const auto* entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_name : "";
}

} // namespace

install_request request_here(bool system, const place_flags& where) {
  const auto around = look_around();
  install_request result;
  result.system = system;
  result.program = own_program();
  result.places = where.arguments();
  result.uid = around.uid;
  const fs::path home = around.variable("HOME");
  result.home = home.is_absolute() ? home : around.home;
  const fs::path config = around.variable("XDG_CONFIG_HOME");
  result.config = config.is_absolute() ? config : result.home / ".config";
  result.user = own_name();
  if (system && result.uid != 0)
    refuse("A service of the whole machine can only be installed or removed by root; try `sudo`.");
#ifdef __APPLE__
  result.manager = service_manager::launchd;
  const auto found = where.find();
  const auto read = read_settings(found.settings, found.settings_named);
  auto command = read.values.powermetrics.command;
  if (command.empty())
    command = default_command(read.values.powermetrics.interval, read.values.powermetrics.coalitions);
  // What stands behind `sudo -n` is what needs root.
  if (command.size() > 2 && command[1] == "-n")
    for (const auto& x : with_fallbacks({command.begin() + 2, command.end()}))
      result.privileged.push_back(x);
#endif
  return result;
}

std::string shown_step(const install_step& step) {
  std::string result;
  switch (step.what) {
    case install_step::act::remove:
      return "remove " + step.file.string() + '\n';
    case install_step::act::run:
      return "run    " + joined(step.command) + '\n';
    case install_step::act::check:
    case install_step::act::write:
      break;
  }
  if (content_of(step.file) == step.content)
    return "keep   " + step.file.string() + ", which is as it should be\n";
  result = "write  " + step.file.string()
           + (step.what == install_step::act::check ? ", checked by " + joined(step.command) : "") + ":\n";
  std::string_view text = step.content;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    result.append("       | ").append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

void take_step(const install_step& step) {
  switch (step.what) {
    case install_step::act::write:
      if (content_of(step.file) == step.content)
        return;
      write_file(step.file, step.content, step.mode);
      std::cout << "wrote " << escaped(step.file.string()) << '\n';
      return;
    case install_step::act::check: {
      if (content_of(step.file) == step.content)
        return;
      const auto draft = step.file.string() + ".draft";
      write_file(draft, step.content, step.mode);
      auto command = step.command;
      command.back() = draft;
      if (run_in_foreground(command) != 0) {
        ::unlink(draft.c_str());
        refuse("The rule for sudo is not what visudo takes; nothing was installed.");
      }
      if (::rename(draft.c_str(), step.file.c_str()) != 0)
        refuse("Cannot write " + step.file.string() + ": " + std::strerror(errno) + '.');
      std::cout << "wrote " << escaped(step.file.string()) << '\n';
      return;
    }
    case install_step::act::remove:
      if (::unlink(step.file.c_str()) == 0)
        std::cout << "removed " << escaped(step.file.string()) << '\n';
      else if (errno != ENOENT)
        refuse("Cannot remove " + step.file.string() + ": " + std::strerror(errno) + '.');
      return;
    case install_step::act::run: {
      std::cout << "running " << escaped(joined(step.command)) << std::endl;
      auto code = run_in_foreground(step.command);
      for (auto tries = step.tries; code != 0 && code != 127 && tries > 1; --tries) {
        ::sleep(1);
        code = run_in_foreground(step.command);
      }
      if (code != 0 && !step.may_fail)
        refuse("`" + joined(step.command) + "` failed"
               + (code == 127 ? ": there is no such program here"
                              : " with exit code " + std::to_string(code))
               + "; what was written before it stays. `pmactor uninstall` takes it back.");
      return;
    }
  }
}

bool confirmed(const std::string& question) {
  if (::isatty(STDIN_FILENO) == 0) {
    std::cerr << question << " Nobody can answer here: say --yes to do it, --dry-run to only look.\n";
    return false;
  }
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

} // namespace pmactor
