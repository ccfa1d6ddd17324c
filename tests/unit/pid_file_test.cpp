#define CAF_SUITE pid_file

#include "app/command_line/exit_codes.hpp"
#include "app/instance/pid_file.hpp"

#include "support/other_process.hpp"
#include "support/temporary_folder.hpp"

#include <fcntl.h>
#include <fstream>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

const process_identity somebody{4711, 123456, "6f1c1d9a-0000-4000-8000-000000000001"};

std::string problem_of(std::string_view bytes) {
  const auto parsed = parse_pid_file(bytes);
  CAF_CHECK(!parsed.daemon);
  return parsed.problem;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

places in_folder(const fs::path& folder) {
  places where;
  where.data = folder / "data";
  where.log = folder / "log";
  where.runtime = folder / "run";
  return where;
}

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream{file, std::ios::binary} << bytes;
}

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

pid_file_look look(pid_file_state state, std::string content) {
  pid_file_look result;
  result.file = "/run/pmactor.pid";
  result.state = state;
  result.content = std::move(content);
  return result;
}

struct fixture {
  temporary_folder folder;
  fs::path file = folder.path / "pmactor.pid";

  daemon_verdict judge() const {
    return judge_pid_file(look_at_pid_file(file));
  }
  std::string refusal() const {
    try {
      pid_file::claim(file);
    } catch (const std::runtime_error& e) {
      return e.what();
    }
    return "no refusal";
  }
};

} // namespace

CAF_TEST(what is written is read again) {
  CAF_CHECK(parse_pid_file(format_pid_file(somebody)).daemon == somebody);
  auto bootless = somebody;
  bootless.boot_id.clear();
  CAF_CHECK(parse_pid_file(format_pid_file(bootless)).daemon == bootless);
}

CAF_TEST(numbers that would signal everybody are no daemon) {
  const std::string rest = "\n123456\nabc\n";
  CAF_CHECK_EQUAL(problem_of("0" + rest), "names 0, which is never a daemon");
  CAF_CHECK_EQUAL(problem_of("-1" + rest), "names -1, which is never a daemon");
  CAF_CHECK_EQUAL(problem_of("1" + rest), "names 1, which is never a daemon");
  CAF_CHECK_EQUAL(problem_of("-4711" + rest), "names -4711, which is never a daemon");
}

CAF_TEST(numbers that no process can have are reported) {
  const std::string rest = "\n123456\nabc\n";
  const std::string problem = "names a number that no process can have";
  CAF_CHECK_EQUAL(problem_of("2147483648" + rest), problem);
  CAF_CHECK_EQUAL(problem_of("4294971007" + rest), problem); // 4711 in 32 bits
  CAF_CHECK_EQUAL(problem_of("99999999999999999999999" + rest), problem);
  CAF_CHECK_EQUAL(problem_of("-99999999999999999999999" + rest), problem);
}

CAF_TEST(foreign bytes are no daemon) {
  for (const std::string bytes :
       {"x", "\n", "4711", "4711x\n1\nabc\n", " 4711\n1\nabc\n", "+4711\n1\nabc\n", "4711\r\n1\r\nabc\r\n",
        "0x1267\n1\nabc\n", "4711 4712\n1\nabc\n", "4.7e3\n1\nabc\n", "\xff\xfe"})
    CAF_CHECK_EQUAL(problem_of(bytes), "holds something else than a process");
  CAF_CHECK_EQUAL(problem_of(std::string("4711\0\n1\nabc\n", 12)), "holds something else than a process");
  CAF_CHECK_EQUAL(problem_of(""), "is empty");
  CAF_CHECK_EQUAL(problem_of(std::string(257, '1')), "is too long to be one");
}

CAF_TEST(a pid without its start is not enough) {
  for (const std::string bytes :
       {"4711\n", "4711\n1\n", "4711\n1\nabc", "4711\n0\nabc\n", "4711\n-1\nabc\n", "4711\nx\nabc\n",
        "4711\n99999999999999999999999\nabc\n", "4711\n1\nabc\nmore\n", "4711\n1\n../..\n", "4711\n\n\n"})
    CAF_CHECK_EQUAL(problem_of(bytes), "does not say when process 4711 was started");
  CAF_CHECK(holds(problem_of("4711\n1\n" + std::string(65, 'a') + "\n"), "does not say"));
}

CAF_TEST(nothing there is not running) {
  const auto verdict = judge_pid_file(look(pid_file_state::missing, ""));
  CAF_CHECK(verdict.presence == daemon_presence::not_running);
  CAF_CHECK(!verdict.daemon);
}

CAF_TEST(the process that holds the file runs) {
  auto seen = look(pid_file_state::held, format_pid_file(somebody));
  seen.holder = somebody.pid;
  seen.living = somebody;
  const auto verdict = judge_pid_file(seen);
  CAF_CHECK(verdict.presence == daemon_presence::running);
  CAF_CHECK(verdict.daemon == somebody);
  CAF_CHECK_EQUAL(verdict.sentence, "pmactor runs as process 4711.");
}

CAF_TEST(the lock counts and not what the file says) {
  auto other = somebody;
  other.pid = 99;
  auto seen = look(pid_file_state::held, format_pid_file(other));
  seen.holder = somebody.pid;
  seen.living = somebody;
  CAF_CHECK(judge_pid_file(seen).daemon == somebody);
  CAF_CHECK_EQUAL(judge_pid_file(seen).sentence,
                  "pmactor runs as process 4711, though its PID file names another, 99.");
  seen.content = "-1\n";
  CAF_CHECK(judge_pid_file(seen).daemon == somebody);
  seen.content = "";
  CAF_CHECK(judge_pid_file(seen).daemon == somebody); // just starting
}

CAF_TEST(a file without a lock belongs to no daemon) {
  // The very process that it names is alive, but is a stranger.
  auto seen = look(pid_file_state::free, format_pid_file(somebody));
  seen.living = somebody;
  CAF_CHECK(judge_pid_file(seen).presence == daemon_presence::dead);
  CAF_CHECK(!judge_pid_file(seen).daemon);
  seen.living->start += 1;
  CAF_CHECK(holds(judge_pid_file(seen).sentence, "a number that another process has now"));
  seen.living.reset();
  CAF_CHECK(holds(judge_pid_file(seen).sentence, "left its PID file behind"));
  seen.content = "rubbish";
  CAF_CHECK(judge_pid_file(seen).presence == daemon_presence::dead);
}

CAF_TEST(where the holder is not reported the file must name it) {
  auto seen = look(pid_file_state::held, format_pid_file(somebody));
  seen.living = somebody;
  CAF_CHECK(judge_pid_file(seen).daemon == somebody);
  seen.living->start += 1;
  CAF_CHECK(judge_pid_file(seen).presence == daemon_presence::unknown);
  seen.living->start = somebody.start;
  seen.living->boot_id = "another";
  CAF_CHECK(judge_pid_file(seen).presence == daemon_presence::unknown);
  seen.living.reset();
  CAF_CHECK(judge_pid_file(seen).presence == daemon_presence::unknown);
  seen.content = "0\n";
  CAF_CHECK(judge_pid_file(seen).presence == daemon_presence::unknown);
}

CAF_TEST(a holder about which nothing is known is unknown) {
  auto seen = look(pid_file_state::held, format_pid_file(somebody));
  seen.holder = somebody.pid;
  CAF_CHECK(judge_pid_file(seen).presence == daemon_presence::unknown);
}

CAF_TEST(exit codes follow LSB) {
  CAF_CHECK_EQUAL(exit_code_of(daemon_presence::running), 0);
  CAF_CHECK_EQUAL(exit_code_of(daemon_presence::dead), 1);
  CAF_CHECK_EQUAL(exit_code_of(daemon_presence::not_running), 3);
  CAF_CHECK_EQUAL(exit_code_of(daemon_presence::unknown), 4);
}

CAF_TEST_FIXTURE_SCOPE(on_a_real_file, fixture)

CAF_TEST(a claim names this process to others) {
  other_process other{[this] {
    static auto claim = pid_file::claim(file);
    return claim.has_value();
  }};
  const auto verdict = judge();
  CAF_CHECK(verdict.presence == daemon_presence::running);
  CAF_CHECK_EQUAL(verdict.daemon->pid, other.pid());
  CAF_CHECK(verdict.daemon == identity_of(other.pid()));
  CAF_CHECK(!pid_file::claim(file));
  CAF_CHECK(!pid_file::adopt(file));
  CAF_CHECK(parse_pid_file(content_of(file)).daemon == verdict.daemon); // untouched by the refused
  other.kill();
  CAF_CHECK(judge().presence == daemon_presence::dead);
  CAF_CHECK(pid_file::claim(file).has_value());
}

CAF_TEST(a claim is private and goes with its owner) {
  {
    const auto claim = pid_file::claim(file);
    struct stat facts {};
    CAF_CHECK_EQUAL(::stat(file.c_str(), &facts), 0);
    CAF_CHECK_EQUAL(facts.st_mode & 0777u, 0600u);
    CAF_CHECK(parse_pid_file(content_of(file)).daemon == own_identity());
  }
  CAF_CHECK(!fs::exists(file));
}

CAF_TEST(an owner leaves alone what another put in its place) {
  {
    const auto claim = pid_file::claim(file);
    fs::remove(file);
    write(file, "another's");
  }
  CAF_CHECK_EQUAL(content_of(file), "another's");
}

CAF_TEST(a longer file left behind leaves no rest) {
  write(file, std::string(200, '9'));
  const auto claim = pid_file::claim(file);
  CAF_CHECK(parse_pid_file(content_of(file)).daemon == own_identity());
}

CAF_TEST(a file naming a living stranger is not its own) {
  other_process stranger;
  write(file, format_pid_file(*identity_of(stranger.pid())));
  const auto verdict = judge();
  CAF_CHECK(verdict.presence == daemon_presence::dead);
  CAF_CHECK(!verdict.daemon);
  CAF_CHECK(holds(verdict.sentence, "does not hold it"));
}

CAF_TEST(a held file that was overwritten with a stranger names its holder) {
  other_process stranger;
  other_process other{[this] {
    static auto claim = pid_file::claim(file);
    return claim.has_value();
  }};
  write(file, format_pid_file(*identity_of(stranger.pid())));
  CAF_CHECK(judge().daemon == identity_of(other.pid()));
}

CAF_TEST(a lock of another kind of program is not taken for a daemon) {
  write(file, "");
  other_process other{[this] { return ::flock(::open(file.c_str(), O_RDONLY), LOCK_EX) == 0; }};
  CAF_CHECK(!judge().daemon);
  CAF_CHECK(!pid_file::claim(file));
}

CAF_TEST(a link is refused and not followed) {
  write(folder.path / "precious", "keep me");
  fs::create_symlink(folder.path / "precious", file);
  CAF_CHECK(judge().presence == daemon_presence::unknown);
  CAF_CHECK(holds(judge().sentence, "is a link"));
  CAF_CHECK(holds(refusal(), "is a link"));
  CAF_CHECK_EQUAL(content_of(folder.path / "precious"), "keep me");
}

CAF_TEST(a folder in its place is refused) {
  fs::create_directory(file);
  CAF_CHECK(holds(judge().sentence, "is a folder"));
  CAF_CHECK(holds(refusal(), "is a folder"));
}

CAF_TEST(a pipe in its place does not block) {
  ::mkfifo(file.c_str(), 0600);
  CAF_CHECK(holds(judge().sentence, "is not a regular file"));
  CAF_CHECK(holds(refusal(), "is not a regular file"));
}

CAF_TEST(a file of another user is refused) {
  if (::geteuid() != 0) {
    CAF_MESSAGE("needs root to make one");
    return;
  }
  write(file, format_pid_file(somebody));
  CAF_CHECK_EQUAL(::chown(file.c_str(), 12345, 12345), 0);
  CAF_CHECK(holds(judge().sentence, "belongs to user 12345"));
  CAF_CHECK(holds(refusal(), "belongs to user 12345"));
  CAF_CHECK(parse_pid_file(content_of(file)).daemon == somebody);
}

CAF_TEST(a missing folder is not running and cannot be claimed) {
  file = folder.path / "missing/pmactor.pid";
  CAF_CHECK(judge().presence == daemon_presence::not_running);
  CAF_CHECK(holds(refusal(), "cannot be opened"));
}

CAF_TEST(a daemon of another environment is found by the link) {
  const auto where = in_folder(folder.path);
  auto reader = where;
  reader.runtime = folder.path / "elsewhere";
  make_folders(where);
  link_runtime_folder(where);
  CAF_CHECK(find_daemon(reader).presence == daemon_presence::not_running);
  other_process other{[&] {
    static auto claim = pid_file::claim(where.pid_file());
    return claim.has_value();
  }};
  CAF_CHECK(find_daemon(reader).daemon == identity_of(other.pid()));
  other.kill();
  CAF_CHECK(find_daemon(reader).presence == daemon_presence::dead);
}

CAF_TEST(a daemon whose PID file was removed is named by the lock of its data) {
  const auto where = in_folder(folder.path);
  make_folders(where);
  other_process other{[&] {
    static auto lock = pid_file::claim(where.lock_file());
    return lock.has_value();
  }};
  CAF_CHECK(find_daemon(where).daemon == identity_of(other.pid()));
  other.kill();
  // Left behind it says nothing: after a loss of power there is no PID file either.
  CAF_CHECK(find_daemon(where).presence == daemon_presence::not_running);
}

CAF_TEST(what holds the data without a name is no daemon) {
  const auto where = in_folder(folder.path);
  make_folders(where);
  write(where.lock_file(), format_pid_file(somebody));
  other_process other{[&] {
    static auto lock = pid_file::claim(where.lock_file(), false);
    return lock.has_value();
  }};
  CAF_CHECK_EQUAL(fs::file_size(where.lock_file()), 0u);
  const auto found = look_for_daemon(where);
  CAF_CHECK(found.presence == daemon_presence::unknown);
  CAF_CHECK(holds(found.sentence, std::to_string(other.pid())));
}

CAF_TEST(whether a daemon runs is unknown where its lock cannot be looked at) {
  const auto where = in_folder(folder.path);
  make_folders(where);
  fs::create_directory(where.lock_file());
  const auto found = look_for_daemon(where);
  CAF_CHECK(found.presence == daemon_presence::unknown);
  CAF_CHECK(holds(found.sentence, "is a folder"));
}

CAF_TEST(whether a daemon runs is unknown to a user who may not read its lock) {
  if (::geteuid() != 0)
    return; // only root can be another user
  const auto where = in_folder(folder.path);
  make_folders(where);
  ::chmod(folder.path.c_str(), 0755);
  ::chmod(where.data.c_str(), 0755);
  const auto lock = pid_file::claim(where.lock_file());
  auto theirs = where;
  theirs.runtime = folder.path / "theirs";
  other_process other{[&] {
    if (::setuid(65534) != 0)
      return false;
    const auto found = look_for_daemon(theirs);
    return found.presence == daemon_presence::unknown && holds(found.sentence, "cannot be seen");
  }};
}

CAF_TEST(another user cannot lock what a daemon must lock) {
  if (::geteuid() != 0)
    return; // only root can be another user
  const auto where = in_folder(folder.path);
  make_folders(where);
  ::chmod(folder.path.c_str(), 0755);
  ::chmod(where.data.c_str(), 0755); // as a user may have it
  write(where.lock_file(), "");      // left behind by a daemon that was killed
  ::chmod(where.lock_file().c_str(), 0600);
  other_process other{[&] {
    const auto lock = [](const fs::path& x) {
      const int fd = ::open(x.c_str(), O_RDONLY);
      return fd >= 0 && ::flock(fd, LOCK_EX) == 0;
    };
    return ::setuid(65534) == 0 && lock(where.data) && !lock(where.lock_file());
  }};
  CAF_CHECK(pid_file::claim(where.lock_file()).has_value());
}

CAF_TEST(a file that others can open is closed to them as it is claimed) {
  write(file, "");
  ::chmod(file.c_str(), 0644);
  const auto claim = pid_file::claim(file);
  CAF_REQUIRE(claim.has_value());
  struct stat facts {};
  CAF_REQUIRE_EQUAL(::stat(file.c_str(), &facts), 0);
  CAF_CHECK_EQUAL(facts.st_mode & 07777u, 0600u);
}

CAF_TEST_FIXTURE_SCOPE_END()
