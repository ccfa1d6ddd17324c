#define CAF_SUITE made_files

#include "app/instance/made_files.hpp"

#include "support/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

/// @returns a name that the pattern stands for.
std::string example_of(std::string_view pattern) {
  std::string result;
  for (const char c : pattern)
    result += c == '*' ? "20260101T000000Z-wal" : c == '?' ? "q" : std::string(1, c);
  return result;
}

/// The package's purge, with its folders below one of the test's own.
struct fixture {
  temporary_folder root;
  fs::path script = root.path / "postrm";

  fixture() {
    std::ifstream in{fs::path{PMACTOR_SOURCE_DIR} / "conf/debian/postrm"};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    for (const std::string folder : {"/var/lib", "/var/log", "/run/pmactor", "/etc/pmactor"})
      for (auto at = text.find(folder); at != std::string::npos;
           at = text.find(folder, at + root.path.native().size() + folder.size()))
        text.insert(at, root.path.native());
    std::ofstream{script} << text;
  }

  fs::path place_of(made_folder folder) const {
    return root.path
           / (folder == made_folder::data  ? "var/lib/pmactor"
              : folder == made_folder::log ? "var/log/pmactor"
                                           : "run/pmactor");
  }

  void make(made_folder where, const std::string& name) const {
    const auto file = place_of(where) / name;
    fs::create_directories(file.parent_path());
    if (name.ends_with('/'))
      std::ofstream{(fs::create_directories(file), file / "one")} << "x";
    else
      std::ofstream{file} << "x";
  }

  void make_all() const {
    for (const auto where : {made_folder::data, made_folder::log, made_folder::runtime})
      for (const auto pattern : made_names(where))
        make(where, example_of(pattern));
  }

  int run(const std::string& word) const {
    return std::system(("/bin/sh " + script.native() + ' ' + word).c_str());
  }
};

} // namespace

CAF_TEST(a name is known by its pattern and no other is) {
  for (const auto* name :
       {"pmactor.db", "pmactor.db-wal", "pmactor.db.corrupt-20260101T000000Z-shm",
        "pmactor.db.unstored-2", "black_box.ring", "jobs.toml.a1B2c3", "events", "runtime"})
    CAF_CHECK(is_made_by_pmactor(made_folder::data, name));
  for (const auto* name :
       {"", "notes.txt", "pmactor.db.bak", "pmactor.db-walrus", "black_box.ring.old",
        "jobs.toml.mine", "event", "pmactor.log", "my-pmactor.db.corrupt-1"})
    CAF_CHECK(!is_made_by_pmactor(made_folder::data, name));
  CAF_CHECK(is_made_by_pmactor(made_folder::log, "pmactor.3.log"));
  CAF_CHECK(!is_made_by_pmactor(made_folder::log, "pmactor.log.save"));
}

CAF_TEST_FIXTURE_SCOPE(purge, fixture)

CAF_TEST(purging the package removes all that is made and nothing else) {
  make_all();
  CAF_CHECK_EQUAL(run("purge"), 0);
  for (const auto where : {made_folder::data, made_folder::log, made_folder::runtime}) {
    CAF_MESSAGE("look into " << place_of(where));
    CAF_CHECK(!fs::exists(place_of(where)));
  }
  make_all();
  const std::vector<std::string> foreign{"notes.txt", "pmactor.db.bak", "jobs.toml.mine", "a b"};
  for (const auto& name : foreign)
    make(made_folder::data, name);
  CAF_CHECK_EQUAL(run("purge"), 0);
  std::size_t left = 0;
  for (const auto& x : fs::directory_iterator{place_of(made_folder::data)})
    left += x.exists() ? 1 : 0;
  CAF_CHECK_EQUAL(left, foreign.size());
}

CAF_TEST(removing the package keeps all that is made) {
  make_all();
  CAF_CHECK_EQUAL(run("remove"), 0);
  CAF_CHECK(fs::exists(place_of(made_folder::data) / "pmactor.db"));
  CAF_CHECK(fs::exists(place_of(made_folder::log) / "pmactor.log"));
}

CAF_TEST_FIXTURE_SCOPE_END()
