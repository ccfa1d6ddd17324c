#define CAF_SUITE run_tool

#include "actors/forensics_supervisor/run_tool_posix.hpp"
#include "actors/host/process_facts.hpp"

#include "support/daemon.hpp"
#include "support/other_process.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  temporary_folder folder;
  cancellation cancel;
  std::string out;

  tool_end run(const std::string& script, std::uint64_t most = 1 << 20,
               std::chrono::nanoseconds longest = 60s) {
    return run_tool({"/bin/sh", "-c", script}, most, longest, cancel, [this](std::string_view x) { out += x; });
  }
  /// Runs it, and ends it when the script has made the file "up".
  tool_end run_and_stop(const std::string& script, void (cancellation::*how)()) {
    std::thread other{[this, how] {
      soon([this] { return std::filesystem::exists(folder.path / "up"); });
      (cancel.*how)();
    }};
    auto result = run("cd " + folder.path.string() + "; " + script);
    other.join();
    return result;
  }
  /// @returns the pid that a script wrote into this file.
  pid_t pid_in(const char* name) {
    std::ifstream in{folder.path / name};
    pid_t pid = 0;
    in >> pid;
    return pid;
  }
  static bool is_gone(pid_t pid) {
    const auto facts = facts_of(pid);
    return !facts || facts->state == 'Z';
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(run_tool_tests, fixture)

CAF_TEST(a tool that is not ended by us is ended by the kernel) {
  const auto began = std::chrono::steady_clock::now();
  const auto end = run("trap '' TERM; exec sleep 60", 1 << 20, 200ms);
  CAF_CHECK_EQUAL(end.signal, SIGALRM);
  CAF_CHECK(std::chrono::steady_clock::now() - began < 30s);
}

CAF_TEST(what a tool writes is read and what it cost is known) {
  const auto end = run("echo out; echo err >&2; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done");
  CAF_CHECK_EQUAL(end.exit_code, 0);
  CAF_CHECK_EQUAL(out, "out\n");
  CAF_CHECK_EQUAL(end.words, "err\n");
  CAF_CHECK(end.cpu > 0ns);
  CAF_CHECK(!end.cut);
}

CAF_TEST(a tool that fails says why) {
  const auto end = run("echo no such luck >&2; exit 3");
  CAF_CHECK_EQUAL(end.exit_code, 3);
  CAF_CHECK_EQUAL(end.words, "no such luck\n");
}

CAF_TEST(a tool that is not there has failed) {
  const auto end = run_tool({"/no/such/tool"}, 100, 60s, cancel, [](std::string_view) {});
  CAF_CHECK(!end.started);
  CAF_CHECK_EQUAL(end.problem, "It could not be started: No such file or directory.");
  CAF_CHECK_EQUAL(find_program("no-such-tool", program_path()), "");
  CAF_CHECK_EQUAL(find_program("sh", program_path()), "/usr/bin/sh");
  CAF_CHECK_EQUAL(find_program("bin", "/usr"), ""); // a folder, which may be entered, is no program
  CAF_CHECK_EQUAL(find_program("sh", "usr/bin:bin::"), "");
}

CAF_TEST(a tool that floods is cut off and ended) {
  const auto end = run("while :; do echo 0123456789012345678901234567890123456789; done", 10'000);
  CAF_CHECK(end.cut);
  CAF_CHECK_EQUAL(out.size(), 10'000u);
  CAF_CHECK(end.signal != 0);
}

CAF_TEST(a tool that floods its standard error is kept from its end only) {
  const auto end = run("i=0; while [ $i -lt 3000 ]; do echo 01234567890123456789 >&2; i=$((i+1)); done; echo last >&2");
  CAF_CHECK_EQUAL(end.exit_code, 0);
  CAF_CHECK(end.words.size() <= 4096u);
  CAF_CHECK(end.words.ends_with("last\n"));
}

CAF_TEST(a file that a tool writes is bounded as well) {
  const auto file = folder.path / "file";
  const auto end = run_tool({"/bin/sh", "-c", "while :; do echo 0123456789; done > \"$0\"", file.string()}, 50'000, 60s,
                            cancel, [](std::string_view) {}, [&] {
                              std::error_code none;
                              const auto size = std::filesystem::file_size(file, none);
                              return none ? 0 : size;
                            });
  CAF_CHECK(std::filesystem::file_size(file) <= 50'000u);
  CAF_CHECK(end.exit_code != 0);
}

CAF_TEST(a tool that hangs is ended when it is asked to) {
  const auto end = run_and_stop("touch up; sleep 60", &cancellation::stop);
  CAF_CHECK(end.signal == SIGTERM || end.exit_code == 143);
}

CAF_TEST(a tool that ignores every polite word is killed with all it started) {
  const auto began = std::chrono::steady_clock::now();
  const auto end = run_and_stop("trap '' TERM INT HUP; sleep 60 & echo $! > child; (trap '' TERM; while :; do sleep 1; done) & "
                                "echo $! > grandchild; touch up; while :; do sleep 1; done",
                                &cancellation::stop);
  CAF_CHECK_EQUAL(end.signal, SIGKILL);
  CAF_CHECK(std::chrono::steady_clock::now() - began < 20s);
  CAF_CHECK(soon([this] { return is_gone(pid_in("child")) && is_gone(pid_in("grandchild")); }));
}

CAF_TEST(a tool that is stopped is ended too) {
  const auto end = run_and_stop("touch up; kill -STOP $$; sleep 60", &cancellation::stop);
  CAF_CHECK(end.signal != 0 || end.exit_code != 0);
}

CAF_TEST(a killed tool is gone at once) {
  const auto end = run_and_stop("trap '' TERM; touch up; while :; do sleep 1; done", &cancellation::kill);
  CAF_CHECK_EQUAL(end.signal, SIGKILL);
}

CAF_TEST(a tool that was cancelled before is not begun) {
  cancel.kill();
  const auto end = run("echo out");
  CAF_CHECK(!end.started);
  CAF_CHECK_EQUAL(out, "");
}

CAF_TEST(who holds the output open after the tool has ended is not waited for) {
  const auto end = run("sleep 60 & echo $! > " + (folder.path / "child").string() + "; echo done");
  CAF_CHECK_EQUAL(end.exit_code, 0);
  CAF_CHECK_EQUAL(out, "done\n");
  CAF_CHECK(soon([this] { return is_gone(pid_in("child")); }));
}

CAF_TEST(a reader that fails ends the tool) {
  const auto end = run_tool({"/bin/sh", "-c", "while :; do echo x; done"}, 1 << 20, 60s, cancel,
                            [](std::string_view) { throw std::runtime_error("cannot write: No space left."); });
  CAF_CHECK_EQUAL(end.problem, "cannot write: No space left.");
  CAF_CHECK(end.signal != 0);
}

CAF_TEST(a tool gets neither the signals nor the environment of the daemon) {
  ::setenv("PMACTOR_TEST_SECRET", "x", 1);
  run("env; kill -TERM $$; echo survived");
  CAF_CHECK(out.find("PMACTOR_TEST_SECRET") == std::string::npos);
  CAF_CHECK(out.find("survived") == std::string::npos);
}

#ifdef __linux__
CAF_TEST(a crash of the daemon ends its tools) {
  const auto file = (folder.path / "tool").string();
  other_process daemon{[file] {
    std::thread{[file] {
      cancellation own;
      run_tool({"/bin/sh", "-c", "echo $$ > \"$0\"; exec sleep 60", file}, 1000, 60s, own, [](std::string_view) {});
    }}.detach();
    return soon([file] { return std::filesystem::exists(file) && std::filesystem::file_size(file) > 0; });
  }};
  const auto pid = pid_in("tool");
  CAF_REQUIRE(pid > 0);
  CAF_CHECK(!is_gone(pid));
  daemon.kill();
  CAF_CHECK(soon([pid] { return is_gone(pid); }));
}
#endif

CAF_TEST_FIXTURE_SCOPE_END()
