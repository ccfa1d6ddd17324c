#include "support/daemon.hpp"

#include "app/views/inspect_health.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#ifdef __linux__
#  include <sys/prctl.h>
#endif

namespace pmactor {
namespace {

using namespace std::chrono_literals;

std::string content(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

process_end end_of(int status) {
  process_end result;
  if (WIFEXITED(status))
    result.exit_code = WEXITSTATUS(status);
  else
    result.signal = WTERMSIG(status);
  return result;
}

} // namespace

bool soon(const std::function<bool()>& holds, std::chrono::seconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

test_home::test_home() {
  for (const auto* name : {"config", "state", "share", "runtime", "data"}) {
    std::filesystem::create_directory(folder.path / name);
    ::chmod((folder.path / name).c_str(), 0700);
  }
  const auto set = [this](const char* variable, const char* name) {
    ::setenv(variable, (folder.path / name).c_str(), 1);
  };
  set("XDG_CONFIG_HOME", "config");
  set("XDG_STATE_HOME", "state");
  set("XDG_DATA_HOME", "share");
  set("XDG_RUNTIME_DIR", "runtime");
  ::setenv("TZ", "UTC", 1);
  ::setenv("LC_ALL", "C.UTF-8", 1);
}

places test_home::where() const {
  place_options named;
  named.data = canonical_folder(data);
  return find_places(look_around(), named);
}

daemon_process::daemon_process(const test_home& home, const std::string& settings,
                               const std::vector<std::string>& arguments, const std::string& program)
  : where_(home.where()), data_(home.data) {
  static int number = 0;
  const auto suffix = std::to_string(++number);
  said_ = home.folder.path / ("said-" + suffix);
  const auto config = home.folder.path / ("config-" + suffix + ".toml");
  std::ofstream{config} << settings;
  std::vector<std::string> words{"pmactor", "run", "--data", data_.string(), "--config", config.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (auto& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  const auto test = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0)
    throw std::system_error(errno, std::generic_category(), "cannot fork");
  if (pid_ == 0) {
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that is aborted leaves no daemon behind
    if (::getppid() != test)
      ::_exit(126);
#endif
    const int in = ::open("/dev/null", O_RDONLY);
    const int out = ::open(said_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (in < 0 || out < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0)
      ::_exit(126);
    ::execv(program.empty() ? PMACTOR_PROGRAM : program.c_str(), argv.data());
    ::_exit(127);
  }
}

daemon_process::~daemon_process() {
  kill();
}

health_view daemon_process::view() const {
  return inspect_health(find_health_page(where_));
}

std::optional<actor_report> daemon_process::actor(const std::string& name) const {
  const auto now = view();
  if (now.report)
    for (const auto& x : now.report->actors)
      if (x.name == name)
        return x;
  return std::nullopt;
}

bool daemon_process::has_ended() const {
  siginfo_t end{};
  return pid_ < 0
         || (::waitid(P_PID, static_cast<id_t>(pid_), &end, WEXITED | WNOWAIT | WNOHANG) == 0
             && end.si_pid == pid_);
}

bool daemon_process::wait_until(const std::function<bool(const health_view&)>& wanted,
                                std::chrono::seconds patience) const {
  bool result = false;
  soon(
    [&] {
      const bool ended = has_ended(); // before the look, so that the last one is taken after its end
      const auto now = view();
      // The page of a daemon before this one is none of ours.
      result = now.report && now.report->daemon.pid == pid_ && wanted(now);
      return result || ended;
    },
    patience);
  return result;
}

void daemon_process::wait_until_ready() const {
  const bool ready = wait_until([](const health_view& x) {
    const auto& report = *x.report;
    return report.phase == daemon_phase::running && report.samples_stored > 0
           && std::all_of(report.actors.begin(), report.actors.end(),
                          [](const actor_report& y) { return y.phase == actor_phase::running; });
  });
  if (!ready)
    throw std::runtime_error("the daemon did not become ready; it said:\n" + said() + log());
}

void daemon_process::send(int signal) const {
  if (pid_ > 0)
    ::kill(pid_, signal);
}

std::optional<process_end> daemon_process::wait_for_end(std::chrono::milliseconds patience) {
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    int status = 0;
    const auto took = std::chrono::steady_clock::now() - begin;
    if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
      pid_ = -1;
      auto result = end_of(status);
      result.took = took;
      return result;
    }
    if (pid_ < 0 || took >= patience)
      return std::nullopt;
    std::this_thread::sleep_for(2ms);
  }
}

std::optional<process_end> daemon_process::stop() {
  send(SIGTERM);
  return wait_for_end();
}

void daemon_process::kill() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR)
      ;
    pid_ = -1;
  }
}

std::string daemon_process::said() const {
  return content(said_);
}

std::string daemon_process::log() const {
  return content(where_.log_file());
}

program_result daemon_process::inspect(std::vector<std::string> more) const {
  more.insert(more.begin(), {"inspect", "--data", data_.string()});
  return run_program(more);
}

std::vector<std::vector<std::string>> daemon_process::query(const std::string& sql) const {
  SQLite::Database database{where_.database().string(), SQLite::OPEN_READONLY, 5000};
  SQLite::Statement statement{database, sql};
  std::vector<std::vector<std::string>> result;
  while (statement.executeStep()) {
    auto& row = result.emplace_back();
    for (int i = 0; i < statement.getColumnCount(); ++i)
      row.push_back(statement.getColumn(i).getString());
  }
  return result;
}

std::int64_t daemon_process::count(const std::string& sql) const {
  return std::stoll(query(sql).at(0).at(0));
}

} // namespace pmactor
