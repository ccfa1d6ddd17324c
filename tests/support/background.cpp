#include "support/background.hpp"

#include "actors/host/process_facts.hpp"

#include "support/daemon.hpp"

#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace pmactor {
namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

background_home::background_home() {
  fs::create_directory(folder.path / "run");
  fs::permissions(folder.path / "run", fs::perms::owner_all);
  ::setenv("XDG_RUNTIME_DIR", (folder.path / "run").c_str(), 1);
  ::setenv("TZ", "UTC", 1);
  place_options named;
  named.data = canonical_folder(data);
  where = find_places(look_around(), named);
}

background_home::~background_home() {
  call({"stop", "--timeout", "1"});
  for (const auto pid : daemons())
    ::kill(pid, SIGKILL);
}

program_result background_home::call(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"--data", data.string()});
  return run_program(arguments);
}

std::set<pid_t> background_home::daemons() const {
  std::set<pid_t> result;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto pid = std::atoi(entry.path().filename().c_str());
    const auto line = content_of(entry.path() / "cmdline");
    if (pid > 1 && holds(line, data.string()) && holds(line, std::string("run\0", 4))
        && identity_of(pid))
      result.insert(pid);
  }
  return result;
}

pid_t background_home::start(const std::vector<std::string>& more) const {
  std::vector<std::string> words{"start", "--timeout", "60", "--json"};
  words.insert(words.end(), more.begin(), more.end());
  const auto result = call(words);
  const auto said = nlohmann::json::parse(result.out, nullptr, false);
  if (result.exit_code != 0 || !said.is_object() || !said.contains("pid"))
    throw std::runtime_error("the daemon could not be started: " + result.out + result.err);
  return said["pid"].get<pid_t>();
}

int background_home::status() const {
  return call({"status"}).exit_code;
}

void background_home::crash(pid_t pid) {
  ::kill(pid, SIGKILL);
  if (!soon([pid] { return !identity_of(pid); }, std::chrono::seconds{10}))
    throw std::runtime_error("a killed daemon does not end");
}

} // namespace pmactor
