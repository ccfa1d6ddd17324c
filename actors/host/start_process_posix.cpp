#include "actors/host/start_process.hpp"

#include "actors/host/abandoned_children.hpp"
#include "actors/host/child_setup.hpp"
#include "actors/host/file_limit.hpp"
#include "actors/host/load_program.hpp"
#include "actors/host/owned_pipe.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <grp.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

extern char** environ;

namespace pmactor {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const auto& x : words)
    result.push_back(const_cast<char*>(x.c_str()));
  result.push_back(nullptr);
  return result;
}

constexpr const char* own_link = "/proc/self/exe";

/// Whether it is the file that this process runs, without asking the disk on which it lies.
bool is_our_program(const std::string& file) {
  std::error_code problem;
  return std::filesystem::read_symlink(own_link, problem) == file && !problem;
}

/// @returns the files that a name may stand for, in order. Which of them is there, the child finds out: a
/// folder that does not answer holds up the child alone.
std::vector<std::string> candidates(const std::string& name, std::string_view path) {
  if (name.find('/') != name.npos)
    return {name};
  std::vector<std::string> result;
  while (!path.empty()) {
    const auto folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    if (folder.starts_with('/'))
      result.push_back(std::string{folder} + '/' + name);
  }
  return result;
}

/// Above all that a child is given, so that no dup2() there overwrites another one's source.
constexpr int above_given = 10;

/// A copy of a descriptor that lies above those; none for process_order::nothing.
owned_descriptor raised(int fd) {
  if (fd == process_order::nothing)
    return owned_descriptor{};
  owned_descriptor result{::fcntl(fd, F_DUPFD_CLOEXEC, above_given)};
  if (result.get() < 0)
    throw std::system_error(errno, std::generic_category(), "cannot pass on a descriptor");
  return result;
}

/// Calls setgroups(), which takes another kind of number on each platform.
template <class Count>
int call_with_groups(int (*set)(Count, const gid_t*), const std::vector<gid_t>& groups) {
  return set(static_cast<Count>(groups.size()), groups.data());
}

/// @returns what the child tries to become, in order.
std::vector<std::string> files_to_try(const process_order& x) {
  if (x.work != nullptr)
    return {};
  auto result = candidates(x.command.at(0), x.path);
  if (is_our_program(x.command[0]))
    result.emplace_back(own_link); // which leads to it where its name does not any more
  return result;
}

/// All that the child needs, made before the fork: behind it nothing may be allocated.
struct child_plan {
  explicit child_plan(const process_order& x)
    : order(x), files(files_to_try(x)), programs(pointers(files)), arguments(pointers(x.command)),
      environment(pointers(x.environment)), in(raised(x.in)), out(raised(x.out)), err(raised(x.err)),
      fourth(raised(x.fourth)) {
    sigemptyset(&none);
  }

  const process_order& order;
  const std::vector<std::string> files;
  const std::vector<char*> programs, arguments, environment;
  const owned_descriptor in, out, err, fourth;
  const pid_t parent = ::getpid();
  sigset_t none;
};

// ---- in the child: only what is safe after a fork of a program with threads

[[noreturn]] void give_up(int report) {
  const int problem = errno;
  (void)!::write(report, &problem, sizeof problem);
  ::_exit(127);
}

/// Descriptors 0 to 2, perhaps 3, and behind them the one that exec() closes.
/// @returns the number of that one.
int arrange_descriptors(const child_plan& x, int report) {
  const std::array<int, 3> given{x.in.get(), x.out.get(), x.err.get()};
  for (int i = 0; i < 3; ++i) {
    const int source = given[static_cast<std::size_t>(i)];
    const int from = source >= 0 ? source : ::open("/dev/null", i == 0 ? O_RDONLY : O_WRONLY);
    if (from < 0 || (from != i && ::dup2(from, i) < 0))
      give_up(report);
    if (source < 0 && from > 2)
      ::close(from);
  }
  int next = 3;
  if (x.fourth.get() >= 0 && ::dup2(x.fourth.get(), next++) < 0)
    give_up(report);
  if (::dup2(report, next) < 0)
    give_up(report);
  (void)::fcntl(next, F_SETFD, FD_CLOEXEC);
  close_descriptors(next + 1, INT_MAX);
  return next;
}

void limit(int resource, rlim_t most) {
  rlimit x{};
  if (::getrlimit(resource, &x) != 0)
    return;
  x.rlim_max = x.rlim_max == RLIM_INFINITY ? most : std::min(x.rlim_max, most);
  x.rlim_cur = x.rlim_max;
  (void)::setrlimit(resource, &x);
}

void enter_groups(const process_order& order) {
  for (const auto& file : order.groups) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0)
      continue; // what needs the group finds that we are not in it
    (void)!::write(fd, "0", 1); // the writer itself
    ::close(fd);
  }
}

void set_standing(const child_plan& x, int report) {
  const auto& order = x.order;
  if (order.with == process_order::company::own_group)
    (void)::setpgid(0, 0);
  else if (order.with == process_order::company::own_session)
    (void)::setsid();
  if (order.ends_with_us && !end_with_parent(x.parent))
    ::_exit(127);
  if (order.as_a != process_order::rank::ours)
    become_ordinary();
  if (order.as_a == process_order::rank::yielding)
    lower_process_priority();
  if (order.most_file_bytes)
    limit(RLIMIT_FSIZE, static_cast<rlim_t>(*order.most_file_bytes));
  restore_file_limit();
  if (!order.leaves_core)
    limit(RLIMIT_CORE, 0);
  // Kept across exec(): what nothing ends with a daemon that crashed does not outlive it for long.
  if (order.alarm.count() > 0)
    ::alarm(static_cast<unsigned>(order.alarm.count()));
  if (order.mask)
    ::umask(*order.mask);
  if (order.as
      && (call_with_groups(::setgroups, order.as->groups) != 0 || ::setgid(order.as->group) != 0
          || ::setuid(order.as->user) != 0))
    give_up(report);
  if (!order.folder.empty() && ::chdir(order.folder.c_str()) != 0)
    give_up(report);
}

[[noreturn]] void become(const child_plan& x, int report) {
  for (int number = 1; number < NSIG; ++number)
    (void)::signal(number, SIG_DFL);
  enter_groups(x.order);
  report = arrange_descriptors(x, report);
  set_standing(x, report);
  (void)::sigprocmask(SIG_SETMASK, &x.none, nullptr);
  if (x.order.work != nullptr) {
    ::close(report); // it has begun
    x.order.work(x.order.about);
    ::_exit(0);
  }
  int telling = ENOENT; // as execvp() does: one that we may not run says more than one that is not there
  for (auto* const* file = x.programs.data(); *file != nullptr; ++file) {
    ::execve(*file, x.arguments.data(), x.environment.data());
    if (errno != ENOENT && errno != ENOTDIR)
      telling = errno;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
      break;
  }
  errno = telling;
  give_up(report);
}

} // namespace

running_process::running_process(const process_order& order)
  : with_{order.with}, is_our_program_{!order.command.empty() && is_our_program(order.command[0])} {
  abandoned_children::all().reap();
  if (order.command.empty() && order.work == nullptr)
    throw std::system_error(EINVAL, std::generic_category(), "cannot start a process without a command");
  const child_plan plan{order};
  auto report = open_pipe();
  pid_ = ::fork();
  if (pid_ < 0)
    throw std::system_error(errno, std::generic_category(),
                            "cannot start " + (order.work == nullptr ? order.command[0] : "a copy of this process"));
  if (pid_ == 0)
    become(plan, report.write.get());
  if (with_ == process_order::company::own_group)
    (void)::setpgid(pid_, pid_); // as the child does, whichever of the two comes first
  (void)::fcntl(report.read.get(), F_SETFL, O_NONBLOCK);
  problem_ = std::move(report.read);
  end_ = watch_end(pid_);
}

running_process::~running_process() {
  leave_behind();
}

bool running_process::is_begun() {
  if (problem_.get() < 0)
    return problem_number_ == 0;
  int number = 0;
  const auto count = ::read(problem_.get(), &number, sizeof number);
  if (count < 0)
    return false;
  // At its end without a word exec() has closed the other one: the program runs, or has been killed.
  problem_number_ = count == sizeof number ? number : 0;
  problem_.reset();
  if (problem_number_ == 0 && is_our_program_)
    load_program();
  return problem_number_ == 0;
}

std::optional<process_exit> running_process::look() {
  siginfo_t what{};
  if (is_over_)
    return std::nullopt;
  (void)is_begun();
  if (::waitid(P_PID, static_cast<id_t>(pid_), &what, WEXITED | WNOHANG | WNOWAIT) != 0) {
    if (errno != ECHILD)
      return std::nullopt;
    release(); // something else in this process has reaped it: how it ended is not known
    return process_exit{process_exit::how::left_behind, 0, {}};
  }
  return what.si_pid == 0 ? std::nullopt : std::optional{reap(what.si_code, what.si_status)};
}

process_exit running_process::wait() {
  siginfo_t what{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &what, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  return reap(what.si_code, what.si_status);
}

process_exit running_process::reap(int code, int status) {
  std::lock_guard guard{reaping_};
  // Not yet reaped, it still keeps its group's number from being another's: all that it started goes too.
  if (with_ != process_order::company::ours)
    ::kill(-pid_, SIGKILL);
  int unused = 0;
  rusage used{};
  (void)::wait4(pid_, &unused, 0, &used);
  is_over_ = true;
  process_exit result;
  const auto span = [](const timeval& x) {
    return std::chrono::seconds{x.tv_sec} + std::chrono::microseconds{x.tv_usec};
  };
  result.cpu = span(used.ru_utime) + span(used.ru_stime);
  result.what = code == CLD_EXITED ? process_exit::how::exited : process_exit::how::killed;
  result.number = status;
  (void)is_begun();
  if (problem_number_ != 0) {
    result.what = process_exit::how::not_started;
    result.number = problem_number_;
  }
  return result;
}

bool running_process::signal(int number) {
  std::lock_guard guard{reaping_};
  if (is_over_) // the pid may be another's by now
    return true;
  const auto to = with_ == process_order::company::ours ? pid_ : -pid_;
  if (::kill(to, number) == 0)
    return true;
  if (errno == ESRCH) // it has not made its own group yet
    (void)::kill(pid_, number);
  if (errno != EPERM)
    return true;
  // A child that sudo made root's. sudo itself gets our signal and passes on what it can; killed, it would part
  // from its child.
  return ::kill(pid_, number == SIGKILL ? SIGTERM : number) == 0 && number != SIGKILL;
}

void running_process::release() {
  std::lock_guard guard{reaping_};
  is_over_ = true;
}

void running_process::leave_behind() {
  (void)signal(SIGKILL);
  std::lock_guard guard{reaping_};
  if (!std::exchange(is_over_, true))
    abandoned_children::all().add(pid_);
}

std::vector<std::string> own_environment(const std::vector<std::string>& without) {
  static constexpr std::string_view ours_alone[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                                    "LISTEN_FDS",    "LISTEN_PID",    "LISTEN_FDNAMES"};
  std::vector<std::string> result;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text{*variable};
    const auto name = text.substr(0, text.find('='));
    if (std::find(std::begin(ours_alone), std::end(ours_alone), name) == std::end(ours_alone)
        && std::find(without.begin(), without.end(), name) == without.end())
      result.emplace_back(text);
  }
  return result;
}

int run_in_foreground(const std::vector<std::string>& command) {
  process_order order;
  order.command = command;
  const auto* path = std::getenv("PATH");
  order.path = path != nullptr ? path : "/usr/bin:/bin";
  order.environment = own_environment();
  order.in = STDIN_FILENO;
  order.out = STDOUT_FILENO;
  order.err = STDERR_FILENO;
  order.with = process_order::company::ours;
  order.as_a = process_order::rank::ours;
  order.folder.clear();
  order.mask.reset();
  const auto end = running_process{order}.wait();
  return end.what == process_exit::how::exited        ? end.number
         : end.what == process_exit::how::not_started ? 127
                                                     : 128;
}

std::string program_path() {
  const auto* given = std::getenv("PATH");
  return std::string{"/usr/bin:/bin:/usr/sbin:/sbin:"} + (given != nullptr ? given : "");
}

std::string find_program(const std::string& name, std::string_view path) {
  for (const auto& file : candidates(name, path)) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && ::access(file.c_str(), X_OK) == 0)
      return file;
  }
  return {};
}

} // namespace pmactor
