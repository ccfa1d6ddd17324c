#include "support/run_program.hpp"

#include "support/temporary_folder.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

std::string content(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

program_result run_program(const std::vector<std::string>& arguments, unsigned user) {
  // Into files, not pipes: a program that says more than a pipe holds must not wait for us.
  const temporary_folder folder;
  const auto out = folder.path / "out", err = folder.path / "err";
  std::vector<char*> words{const_cast<char*>("pmactor")};
  for (const auto& x : arguments)
    words.push_back(const_cast<char*>(x.c_str()));
  words.push_back(nullptr);
  const auto pid = ::fork();
  if (pid < 0)
    throw std::system_error(errno, std::generic_category(), "cannot fork");
  if (pid == 0) {
    const auto redirect = [](const char* file, int flags, int descriptor) {
      const int fd = ::open(file, flags, 0600);
      if (fd < 0 || ::dup2(fd, descriptor) < 0)
        ::_exit(126);
    };
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    if (user > 0 && ::setuid(user) != 0)
      ::_exit(126);
    ::execv(PMACTOR_PROGRAM, words.data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
    ;
  program_result result;
  if (WIFEXITED(status))
    result.exit_code = WEXITSTATUS(status);
  else
    result.signal = WTERMSIG(status);
  result.out = content(out);
  result.err = content(err);
  return result;
}

} // namespace pmactor
