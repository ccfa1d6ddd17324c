// A journal whose tool is a script of the test.
#define CAF_SUITE follow_journal_linux

#include "actors/kernel_log/follow_journal_linux.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  temporary_folder folder;
  clock_sample now{1000s, 1000s, 1'700'000'000s};

  std::string tool(const std::string& script) {
    const auto path = folder.path / "journalctl";
    std::ofstream{path} << "#!/bin/sh\n" << script;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
  }
  /// @returns what came within the patience, until there are so many lines.
  std::vector<program_line> read(program_log& aut, std::size_t count, std::chrono::milliseconds patience = 10s) {
    std::vector<program_line> result;
    for (auto waited = 0ms; waited < patience && result.size() < count; waited += 10ms) {
      for (auto& x : aut.read(now))
        result.push_back(std::move(x));
      std::this_thread::sleep_for(10ms);
    }
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(follow_journal_tests, fixture)

CAF_TEST(lines of the kernel are distinguished from those of programs) {
  journal_follower aut{
    tool("echo '1700000000.250000 host kernel: nvme nvme0: controller is down; will reset'\n"
         "echo 'no line of a journal'\n"
         "echo '1700000001.000000 host systemd-logind[7]: Lid closed.'\n"
         "printf '1700000002.000000 host kernel: half a li'\nsleep 100\n")};
  const auto found = read(aut, 2);
  CAF_REQUIRE_EQUAL(found.size(), 2u);
  CAF_CHECK(found[0].is_kernel);
  CAF_CHECK_EQUAL(found[0].text, "nvme nvme0: controller is down; will reset");
  CAF_CHECK(found[0].wall == 1'700'000'000'250ms);
  CAF_CHECK(!found[1].is_kernel);
  CAF_CHECK_EQUAL(found[1].text, "systemd-logind[7]: Lid closed.");
  CAF_CHECK_EQUAL(aut.skipped(), 0u);
}

CAF_TEST(it asks for what the journal itself knows to be true) {
  const auto seen = (folder.path / "arguments").string();
  journal_follower aut{tool("echo \"$@\" > " + seen + "\necho '1700000000.0 host kernel: x'\n")};
  read(aut, 1);
  std::string arguments;
  std::getline(std::ifstream{seen}, arguments);
  CAF_CHECK(arguments.find("--follow --lines=0 --output=short-unix _TRANSPORT=kernel + "
                           "_SYSTEMD_UNIT=systemd-oomd.service")
            != std::string::npos);
}

CAF_TEST(a flood is dropped and counted) {
  journal_follower aut{tool("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); "
                            "echo \"1700000000.0 host kernel: line $i\"; done\nsleep 100\n")};
  aut.read(now);
  for (int i = 0; i < 2000 && aut.skipped() < 20'000 - journal_follower::most_lines; ++i)
    std::this_thread::sleep_for(10ms);
  CAF_CHECK_EQUAL(aut.skipped(), 20'000 - journal_follower::most_lines);
  CAF_CHECK_EQUAL(aut.read(now).size(), journal_follower::most_lines);
}

CAF_TEST(a tool that ends is started again after a while) {
  journal_follower aut{tool("echo '1700000000.0 host kernel: x'\n")};
  CAF_CHECK_EQUAL(read(aut, 1).size(), 1u);
  CAF_CHECK(aut.read(now).empty());
  std::size_t found = 0;
  for (int i = 0; i < 500 && found == 0; ++i) { // until it has quite ended, it is not started again
    now.awake += 31s;
    found = read(aut, 1, 10ms).size();
  }
  CAF_CHECK_EQUAL(found, 1u);
}

CAF_TEST(a tool that is not there is no fault) {
  journal_follower aut{(folder.path / "nothing").string()};
  CAF_CHECK(aut.read(now).empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
