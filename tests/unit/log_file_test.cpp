#define CAF_SUITE log_file

#include "app/instance/log_file.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <regex>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

struct fixture {
  fs::path folder;
  fs::path file;
  std::unique_ptr<log_file> log;

  fixture() {
    auto name = (fs::temp_directory_path() / "log-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    file = folder / "pmactor.log";
  }
  ~fixture() {
    log.reset();
    fs::remove_all(folder);
  }
  void open(const log_settings& how = {}) {
    log = std::make_unique<log_file>(file, how, log_echo::none);
  }
  void close() {
    log.reset();
  }
  std::vector<std::string> lines(const fs::path& of) const {
    std::vector<std::string> result;
    std::ifstream in{of};
    for (std::string line; std::getline(in, line);)
      result.push_back(line);
    return result;
  }
  std::vector<std::string> lines() const {
    return lines(file);
  }
};

unsigned mode_of(const fs::path& file) {
  struct stat facts {};
  return ::lstat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777u : 0;
}

std::string words_of(const std::string& line) {
  static const std::regex stamp{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d )"};
  std::smatch found;
  return std::regex_search(line, found, stamp, std::regex_constants::match_continuous)
           ? found.suffix().str()
           : "no time: " + line;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(log_file_tests, fixture)

CAF_TEST(a line holds time and level and component and event and sentence) {
  open();
  log_line(log_level::warning, "storage-writer", "database-busy", "The database is locked.");
  close();
  CAF_REQUIRE_EQUAL(lines().size(), 1u);
  CAF_CHECK_EQUAL(words_of(lines()[0]),
                  "warning storage-writer database-busy: The database is locked.");
}

CAF_TEST(each level has its name and lesser ones are dropped) {
  log_settings how;
  how.level = log_level::debug;
  open(how);
  for (const auto level : {log_level::debug, log_level::info, log_level::warning, log_level::error})
    log_line(level, "c", "e", "s");
  close();
  how.level = log_level::error;
  open(how);
  for (const auto level : {log_level::debug, log_level::info, log_level::warning, log_level::error})
    log_line(level, "c", "again", "s");
  close();
  std::string all;
  for (const auto& line : lines())
    all += words_of(line) + '\n';
  CAF_CHECK_EQUAL(all,
                  "debug c e: s\ninfo c e: s\nwarning c e: s\nerror c e: s\nerror c again: s\n");
}

CAF_TEST(a foreign sentence stays one harmless line of bounded length) {
  open();
  log_line(log_level::info, "c", "e", "a\nb\x1b[2J\xff");
  log_line(log_level::info, "c", "e", std::string(100000, 'x'));
  std::string wide;
  while (wide.size() < 100000)
    wide += "画";
  log_line(log_level::info, "c", "e", wide);
  close();
  CAF_REQUIRE_EQUAL(lines().size(), 3u);
  CAF_CHECK_EQUAL(words_of(lines()[0]), "info c e: a\\nb\\x1b[2J\\xff");
  CAF_CHECK(lines()[1].size() < 2100);
  CAF_CHECK(lines()[2].size() < 2100);
  CAF_CHECK_EQUAL(lines()[2].substr(lines()[2].size() - 6), "画…");
}

CAF_TEST(the file is for its owner alone and is not inherited) {
  const auto before = ::umask(0);
  log_settings how;
  how.max_size = 1000;
  how.max_files = 2;
  open(how);
  for (int i = 0; i < 100; ++i)
    log_line(log_level::info, "c", "e", "a line to fill the file with " + std::to_string(i));
  close();
  ::umask(before);
  CAF_CHECK_EQUAL(mode_of(file), 0600u);
  CAF_CHECK_EQUAL(mode_of(folder / "pmactor.1.log"), 0600u);
  open(how);
  int inherited = 0, ours = 0;
  for (int fd = 3; fd < 256; ++fd) {
    const auto flags = ::fcntl(fd, F_GETFD);
    std::error_code none;
    const auto target = fs::read_symlink("/proc/self/fd/" + std::to_string(fd), none);
    if (flags >= 0 && target == file)
      ++ours, inherited += (flags & FD_CLOEXEC) == 0;
  }
#ifdef __linux__
  CAF_CHECK(ours > 0);
#endif
  CAF_CHECK_EQUAL(inherited, 0);
}

CAF_TEST(a full file is kept and the oldest goes) {
  log_settings how;
  how.max_size = 1000;
  how.max_files = 2;
  open(how);
  for (int i = 0; i < 100; ++i)
    log_line(log_level::info, "c", "e", "a line to fill the file with " + std::to_string(i));
  close();
  CAF_CHECK(fs::exists(folder / "pmactor.1.log"));
  CAF_CHECK(fs::exists(folder / "pmactor.2.log"));
  CAF_CHECK(!fs::exists(folder / "pmactor.3.log"));
  CAF_CHECK(fs::file_size(folder / "pmactor.1.log") <= 1000);
  CAF_CHECK_EQUAL(words_of(lines().back()), "info c e: a line to fill the file with 99");
}

CAF_TEST(an open log takes up other settings) {
  open({log_level::warning, 1'000'000, 5});
  log_line(log_level::info, "daemon", "quiet", "This is not important enough.");
  log_line(log_level::warning, "daemon", "first", "This one is.");
  log->follow({log_level::info, 300, 2});
  for (int i = 0; i < 20; ++i)
    log_line(log_level::info, "daemon", "talk", "A line of this log has some eighty bytes, or ninety.");
  close();
  CAF_CHECK(fs::exists(folder / "pmactor.1.log"));
  CAF_CHECK(fs::exists(folder / "pmactor.2.log"));
  CAF_CHECK(!fs::exists(folder / "pmactor.3.log"));
  CAF_CHECK(fs::file_size(file) <= 300);
  CAF_CHECK_EQUAL(mode_of(file), 0600u);
}

CAF_TEST(lines from before stay when an open log takes up other settings) {
  open();
  log_line(log_level::info, "daemon", "first", "One.");
  log->follow({log_level::warning, 1'000'000, 5});
  log_line(log_level::info, "daemon", "quiet", "Two.");
  log_line(log_level::warning, "daemon", "second", "Three.");
  close();
  CAF_REQUIRE_EQUAL(lines().size(), 2u);
  CAF_CHECK(lines()[0].find("first: One.") != std::string::npos);
  CAF_CHECK(lines()[1].find("second: Three.") != std::string::npos);
}

CAF_TEST(a log goes on where the one before ended) {
  open();
  log_line(log_level::info, "c", "first", "s");
  close();
  log_line(log_level::info, "c", "between", "Not kept.");
  open();
  log_line(log_level::info, "c", "second", "s");
  close();
  CAF_REQUIRE_EQUAL(lines().size(), 2u);
  CAF_CHECK_EQUAL(words_of(lines()[1]), "info c second: s");
}

CAF_TEST(a log that is removed while it is open is made anew and says so) {
  open();
  log_line(log_level::info, "c", "first", "s");
  CAF_REQUIRE(log->drain());
  fs::remove(file);
  log_line(log_level::info, "c", "second", "s");
  close();
  CAF_REQUIRE_EQUAL(lines().size(), 2u);
  CAF_CHECK_EQUAL(words_of(lines()[0]).rfind("warning log log-made-anew: ", 0), 0u);
  CAF_CHECK_EQUAL(words_of(lines()[1]), "info c second: s");
  CAF_CHECK_EQUAL(mode_of(file), 0600u);
}

CAF_TEST(a log that is moved keeps its lines and another is begun) {
  open();
  log_line(log_level::info, "c", "first", "s");
  CAF_REQUIRE(log->drain());
  fs::rename(file, folder / "kept");
  log_line(log_level::info, "c", "second", "s");
  close();
  CAF_CHECK_EQUAL(lines(folder / "kept").size(), 1u);
  CAF_CHECK_EQUAL(words_of(lines().back()), "info c second: s");
}

CAF_TEST(a log whose folder is removed is made anew for its owner alone) {
  const auto before = ::umask(0);
  fs::create_directories(folder / "deep/log");
  file = folder / "deep/log/pmactor.log";
  open();
  log_line(log_level::info, "c", "first", "s");
  CAF_REQUIRE(log->drain());
  fs::remove_all(folder / "deep");
  log_line(log_level::info, "c", "second", "s");
  close();
  ::umask(before);
  CAF_CHECK_EQUAL(words_of(lines().back()), "info c second: s");
  CAF_CHECK_EQUAL(mode_of(folder / "deep"), 0700u);
  CAF_CHECK_EQUAL(mode_of(folder / "deep/log"), 0700u);
  CAF_CHECK_EQUAL(mode_of(file), 0600u);
}

CAF_TEST(lines that find no file are counted until there is one again) {
  open();
  fs::remove(file);
  CAF_REQUIRE_EQUAL(::mkfifo(file.c_str(), 0600),
                    0); // which must not be opened: that waits for a reader
  for (int i = 0; i < 3; ++i)
    log_line(log_level::info, "c", "lost", "s");
  CAF_REQUIRE(log->drain());
  fs::remove(file);
  log_line(log_level::info, "c", "back", "s");
  close();
  CAF_REQUIRE_EQUAL(lines().size(), 3u);
  CAF_CHECK_EQUAL(
    words_of(lines()[1]).rfind("warning log log-lines-lost: 3 log lines were lost", 0), 0u);
  CAF_CHECK_EQUAL(words_of(lines()[2]), "info c back: s");
}

CAF_TEST(a log that loses lines says so and recovers without another line) {
  open();
  CAF_CHECK_EQUAL(log->trouble(), "");
  fs::remove(file);
  fs::create_directory(file); // nothing can be written there, not even by root
  log_line(log_level::info, "c", "lost", "s");
  CAF_CHECK(log->drain());
  const auto trouble = log->trouble();
  CAF_CHECK_EQUAL(trouble, "The log " + file.string() + " loses lines, 1 so far: Cannot write the log "
                             + file.string() + ": it is not a regular file; move it away.");
  CAF_CHECK(log->drain());
  fs::remove(file);
  CAF_CHECK_EQUAL(log->trouble(), trouble); // and has the log's thread try again
  CAF_CHECK(log->drain());
  CAF_CHECK_EQUAL(log->trouble(), "");
  close();
  CAF_REQUIRE_EQUAL(lines().size(), 2u);
  CAF_CHECK_EQUAL(words_of(lines()[1]),
                  "warning log log-lines-lost: 1 log lines were lost here, as the disk was full, gone or too slow.");
}

CAF_TEST(a log that cannot be opened is one sentence) {
  file = folder / "none" / "pmactor.log";
  fs::create_directories(folder / "taken/pmactor.log");
  for (const auto& place : {fs::path{"/proc/none/pmactor.log"}, folder / "taken/pmactor.log"}) {
    std::string words;
    try {
      log_file unused{place, {}, log_echo::none};
    } catch (const std::runtime_error& e) {
      words = e.what();
    }
    CAF_CHECK_EQUAL(words.rfind("Cannot write the log " + place.string(), 0), 0u);
  }
}

CAF_TEST(a pipe in the place of the log does not stop the start) {
  CAF_REQUIRE_EQUAL(::mkfifo(file.c_str(), 0600), 0);
  std::string words;
  try {
    log_file unused{file, {}, log_echo::none};
  } catch (const std::runtime_error& e) {
    words = e.what();
  }
  CAF_CHECK(words.find("not a regular file") != std::string::npos);
}

CAF_TEST(lines that find no room on the disk are counted) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  open();
  log_line(log_level::info, "c", "fits", "s");
  close();
  auto full = before;
  full.rlim_cur = fs::file_size(file);
  ::setrlimit(RLIMIT_FSIZE, &full);
  open();
  for (int i = 0; i < 5; ++i)
    log_line(log_level::info, "c", "lost", std::string(1900, 'x'));
  const auto drained = log->drain();
  const auto written = lines().size();
  ::setrlimit(RLIMIT_FSIZE, &before); // the limit binds this test's own output too
  CAF_CHECK(drained);
  CAF_CHECK_EQUAL(written, 1u);
  log_line(log_level::info, "c", "fits", "again");
  close();
  std::string all;
  for (const auto& line : lines())
    all += line.substr(0, 150) + '\n';
  CAF_MESSAGE(all);
  CAF_CHECK(all.find("log-lines-lost") != std::string::npos);
  CAF_CHECK_EQUAL(words_of(lines().back()), "info c fits: again");
}

CAF_TEST(a stuck terminal holds up neither who logs nor the end) {
  std::array<int, 2> pipe{};
  CAF_REQUIRE_EQUAL(::pipe(pipe.data()), 0);
  ::fcntl(pipe[1], F_SETFL, O_NONBLOCK);
  const std::string page(4096, 'x');
  while (::write(pipe[1], page.data(), page.size()) > 0)
    continue;
  ::fcntl(pipe[1], F_SETFL, 0);
  const auto before = ::dup(STDERR_FILENO);
  ::dup2(pipe[1], STDERR_FILENO); // from here on nothing can be said, until the pipe is read
  log = std::make_unique<log_file>(file, log_settings{}, log_echo::terminal);
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 1000; ++i)
    log_line(log_level::info, "c", "e", "Line " + std::to_string(i) + '.');
  const auto logged = std::chrono::steady_clock::now();
  const auto drained = log->drain();
  const auto given_up = std::chrono::steady_clock::now();
  ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
  std::array<char, 65536> room{};
  bool free_again = false;
  while (!free_again) { // the pipe's reader is back
    while (::read(pipe[0], room.data(), room.size()) > 0)
      continue;
    free_again = log->drain();
  }
  close();
  ::dup2(before, STDERR_FILENO);
  for (const auto fd : {before, pipe[0], pipe[1]})
    ::close(fd);
  CAF_CHECK(logged - began < std::chrono::milliseconds{100});
  CAF_CHECK(!drained);
  CAF_CHECK(given_up - logged < std::chrono::milliseconds{500});
  std::string all;
  for (const auto& line : lines())
    all += line + '\n';
  CAF_CHECK(lines().size() < 300);
  CAF_CHECK(all.find("log lines were lost here") != std::string::npos);
  CAF_CHECK_EQUAL(words_of(lines().back()), "info c e: Line 999.");
}

CAF_TEST_FIXTURE_SCOPE_END()
