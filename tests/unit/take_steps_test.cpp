#define CAF_SUITE take_steps

#include "app/service/take_steps.hpp"

#include "support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <sys/stat.h>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

unsigned mode_of(const fs::path& file) {
  return static_cast<unsigned>(fs::status(file).permissions());
}

} // namespace

CAF_TEST(a step that may be tried again is until it succeeds) {
  temporary_folder folder;
  const auto file = folder.path / "tries";
  install_step step;
  step.what = install_step::act::run;
  step.command = {"/bin/sh", "-c", "echo x >>\"$0\"; [ \"$(wc -l <\"$0\")\" -ge 2 ]", file.string()};
  step.tries = 3;
  take_step(step);
  CAF_CHECK_EQUAL(content_of(file), "x\nx\n");
}

CAF_TEST(what is for all lies in folders that are open to all whatever the umask) {
  temporary_folder folder;
  install_step step;
  step.file = folder.path / "lib/systemd/some.catalog";
  step.content = "text";
  step.is_for_all = true;
  const auto before = ::umask(0077);
  take_step(step);
  ::umask(before);
  CAF_CHECK_EQUAL(content_of(step.file), "text");
  CAF_CHECK_EQUAL(mode_of(step.file), 0644u);
  CAF_CHECK_EQUAL(mode_of(folder.path / "lib/systemd"), 0755u);
  CAF_CHECK_EQUAL(mode_of(folder.path / "lib"), 0755u);
}

CAF_TEST(a file that may fail is no reason to stop) {
  temporary_folder folder;
  std::ofstream{folder.path / "file"} << "no folder";
  install_step step;
  step.file = folder.path / "file/some.catalog";
  step.content = "text";
  const auto stops = [&step] {
    try {
      take_step(step);
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  };
  CAF_CHECK(stops());
  step.may_fail = true;
  CAF_CHECK(!stops());
}
