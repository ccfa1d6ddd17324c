// Whatever a command writes must arrive, or it says so and fails.
#define CAF_SUITE output

#include "support/daemon.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// Runs it by a shell, with its standard output as the redirection says.
program_result run_with(const std::string& arguments, const std::string& redirection) {
  temporary_folder folder;
  const auto said = folder.path / "said";
  const auto line = std::string{PMACTOR_PROGRAM} + ' ' + arguments + ' ' + redirection + " 2>" + said.string();
  const int status = std::system(line.c_str());
  program_result result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::FILE* in = std::fopen(said.c_str(), "r");
  char text[4096];
  if (in != nullptr) {
    result.err.assign(text, std::fread(text, 1, sizeof text, in));
    std::fclose(in);
  }
  return result;
}

} // namespace

CAF_TEST(output that does not arrive is a sentence and a failure) {
  test_home home;
  for (const std::string arguments : {"--version", "--help", "config default", "config path", "install --dry-run"})
    for (const std::string redirection : {">/dev/full", ">&-"}) {
      const auto result = run_with(arguments, redirection);
      CAF_MESSAGE(arguments + ' ' + redirection + ": " + result.err);
      CAF_CHECK_EQUAL(result.exit_code, 1);
      CAF_CHECK(result.err.find("Cannot write all of it to the standard output: ") != std::string::npos);
    }
}

CAF_TEST(output that a command writes by itself fails with the word of the system) {
  test_home home;
  {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    daemon.kill();
  }
  const auto data = " --data " + home.data.string();
  for (const auto* command : {"history -n all --csv", "history -n all --json", "history", "events"}) {
    const auto result = run_with(command + data, ">/dev/full");
    CAF_MESSAGE(command << ": " << result.err);
    CAF_CHECK_EQUAL(result.exit_code, 1);
    CAF_CHECK(result.err.find("standard output: No space left on device") != std::string::npos);
  }
}

CAF_TEST(output that arrives is no failure) {
  CAF_CHECK_EQUAL(run_with("--version", ">/dev/null").exit_code, 0);
  CAF_CHECK_EQUAL(run_with("--version", "| cat >/dev/null").exit_code, 0);
}
