#define CAF_SUITE remove_made

#include "app/service/remove_made.hpp"

#include "support/temporary_folder.hpp"

#include <fstream>
#include <string>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

struct fixture {
  temporary_folder root;
  fs::path data = root.path / "data", elsewhere = root.path / "elsewhere";

  fixture() {
    make(data / "pmactor.db");
    make(data / "events/2026-01-20T09-10-13Z-pause/summary.json");
    make(elsewhere / "precious");
  }
  static void make(const fs::path& file) {
    fs::create_directories(file.parent_path());
    std::ofstream{file} << "x";
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(remove_made_tests, fixture)

CAF_TEST(what pmactor made goes and all else stays) {
  make(data / "notes.txt");
  make(data / "pmactor.pid"); // its name in another folder
  remove_made(made_folder::data, data);
  CAF_CHECK(!fs::exists(data / "pmactor.db"));
  CAF_CHECK(!fs::exists(data / "events"));
  CAF_CHECK(fs::exists(data / "notes.txt"));
  CAF_CHECK(fs::exists(data / "pmactor.pid"));
}

CAF_TEST(what a link leads to stays) {
  fs::create_directory_symlink(elsewhere, data / "events/2026-01-20T09-10-13Z-pause/link");
  fs::create_directory_symlink(elsewhere, data / "runtime");
  remove_made(made_folder::data, data);
  CAF_CHECK(fs::is_empty(data));
  CAF_CHECK(fs::exists(elsewhere / "precious"));
  fs::create_directory_symlink(elsewhere, data / "events");
  remove_made(made_folder::data, data);
  CAF_CHECK(fs::is_empty(data));
  CAF_CHECK(fs::exists(elsewhere / "precious"));
}

CAF_TEST(the folder itself may be a link and one that is missing is no problem) {
  fs::create_directory_symlink(data, root.path / "link");
  remove_made(made_folder::data, root.path / "link");
  CAF_CHECK(fs::is_empty(data));
  CAF_CHECK(fs::exists(root.path / "link"));
  remove_made(made_folder::data, root.path / "missing");
}

CAF_TEST_FIXTURE_SCOPE_END()
