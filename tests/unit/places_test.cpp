#define CAF_SUITE places

#include "app/instance/places.hpp"

#include <fstream>
#include <map>
#include <set>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

/// A user with these variables, and only these folders usable.
struct somebody {
  std::map<std::string, std::string> variables;
  std::map<fs::path, folder_state> folders{{"/dev/shm/pmactor-1000", folder_state::makeable},
                                           {"/dev/shm/pmactor-0", folder_state::makeable},
                                           {"/run/pmactor", folder_state::makeable},
                                           {"/tmp/pmactor-1000", folder_state::makeable}};
  std::set<fs::path> memory{"/dev/shm", "/run", "/run/user/1000"};
  std::uint32_t uid = 1000;
  fs::path home = "/home/by-password-database";

  places find(const place_options& options = {}) const {
    surroundings around;
    around.variable = [this](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? "" : found->second;
    };
    around.state_of = [this](const fs::path& folder) {
      const auto found = folders.find(folder);
      return found == folders.end() ? folder_state::unusable : found->second;
    };
    around.in_memory = [this](const fs::path& folder) { return memory.count(folder) > 0; };
    around.uid = uid;
    around.home = home;
    return find_places(around, options);
  }
};

/// A scratch folder that goes with the test.
struct scratch {
  fs::path root;
  scratch() {
    auto name = (fs::temp_directory_path() / "places-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  ~scratch() {
    std::error_code ignored;
    fs::permissions(root, fs::perms::owner_all, ignored);
    fs::remove_all(root, ignored);
  }
  places where() const {
    places result;
    result.data = root / "share/pmactor";
    result.log = root / "state/pmactor";
    result.runtime = root / "run/pmactor";
    return result;
  }
};

unsigned mode_of(const fs::path& file) {
  struct stat facts {};
  return ::lstat(file.c_str(), &facts) == 0 ? facts.st_mode & 07777u : 0;
}

/// @returns what is wrong in words; empty if nothing is.
std::string complaint(const places& where) {
  try {
    make_folders(where);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST(the XDG variables decide) {
  somebody user;
  user.variables = {{"HOME", "/home/ann"},
                    {"XDG_CONFIG_HOME", "/c"},
                    {"XDG_DATA_HOME", "/d"},
                    {"XDG_STATE_HOME", "/s"},
                    {"XDG_RUNTIME_DIR", "/r"}};
  user.folders["/r"] = folder_state::ours;
  const auto found = user.find();
  CAF_CHECK_EQUAL(found.settings, fs::path{"/c/pmactor/config.toml"});
  CAF_CHECK_EQUAL(found.database(), fs::path{"/d/pmactor/pmactor.db"});
  CAF_CHECK_EQUAL(found.log_file(), fs::path{"/s/pmactor/pmactor.log"});
  CAF_CHECK_EQUAL(found.health_page(), fs::path{"/r/pmactor/health"});
  CAF_CHECK(!found.settings_named);
  CAF_CHECK(!found.data_named);
}

CAF_TEST(without them everything is in the home folder) {
  somebody user;
  user.variables = {{"HOME", "/home/ann"}};
  const auto found = user.find();
  CAF_CHECK_EQUAL(found.settings, fs::path{"/home/ann/.config/pmactor/config.toml"});
  CAF_CHECK_EQUAL(found.data, fs::path{"/home/ann/.local/share/pmactor"});
  CAF_CHECK_EQUAL(found.log, fs::path{"/home/ann/.local/state/pmactor"});
}

CAF_TEST(relative values are ignored) {
  somebody user;
  user.variables = {{"HOME", "home"}, {"XDG_DATA_HOME", "data"}, {"XDG_RUNTIME_DIR", "run"}};
  user.folders["run"] = folder_state::ours;
  const auto found = user.find();
  CAF_CHECK_EQUAL(found.data, fs::path{"/home/by-password-database/.local/share/pmactor"});
  CAF_CHECK_EQUAL(found.runtime, fs::path{"/dev/shm/pmactor-1000"});
}

CAF_TEST(without any home a data folder must be named) {
  somebody user;
  user.home.clear();
  std::string words;
  try {
    user.find();
  } catch (const std::runtime_error& e) {
    words = e.what();
  }
  CAF_CHECK(holds(words, "set HOME or name a folder with --data"));
  const auto found = user.find({{}, "/srv/pm"});
  CAF_CHECK_EQUAL(found.data, fs::path{"/srv/pm"});
  CAF_CHECK_EQUAL(found.settings, fs::path{});
}

CAF_TEST(root means the folders of a service unless it names others) {
  somebody root;
  root.uid = 0;
  root.variables = {{"HOME", "/root"}};
  const auto found = root.find();
  CAF_CHECK_EQUAL(found.settings, fs::path{"/etc/pmactor/config.toml"});
  CAF_CHECK_EQUAL(found.data, fs::path{"/var/lib/pmactor"});
  CAF_CHECK_EQUAL(found.log, fs::path{"/var/log/pmactor"});
  root.variables["XDG_DATA_HOME"] = "/d";
  CAF_CHECK_EQUAL(root.find().data, fs::path{"/d/pmactor"});
}

CAF_TEST(the runtime folder falls back to what lies in memory) {
  somebody user;
  user.variables = {{"HOME", "/h"}, {"XDG_RUNTIME_DIR", "/run/user/7"}};
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/dev/shm/pmactor-1000"}); // another user's
  user.folders["/run/user/1000"] = folder_state::makeable; // only the login manager makes it
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/dev/shm/pmactor-1000"});
  user.folders["/run/user/1000"] = folder_state::ours;
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/run/user/1000/pmactor"});
  user.uid = 0;
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/run/pmactor"});
  user.folders["/run/user/7"] = folder_state::makeable;
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/run/user/7/pmactor"});
}

CAF_TEST(the runtime folder avoids the disk) {
  somebody user;
  user.folders["/run/user/1000"] = folder_state::ours;
  user.memory = {"/dev/shm"};
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/dev/shm/pmactor-1000"});
  user.uid = 0;
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/dev/shm/pmactor-0"});
  user.memory.clear(); // there is none to be had
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/run/pmactor"});
  user.uid = 1000;
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/tmp/pmactor-1000"});
  user.memory = {"/dev/shm"};
  user.folders["/dev/shm/pmactor-1000"] = folder_state::unusable; // somebody else took the name
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/tmp/pmactor-1000"});
}

CAF_TEST(where other users stand in the way everywhere the runtime folder lies beside the data) {
  somebody user;
  user.variables = {{"HOME", "/h"}, {"XDG_RUNTIME_DIR", "/run/user/7"}};
  user.folders.clear();
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/h/.local/share/pmactor/run"});
  user.uid = 0;
  CAF_CHECK_EQUAL(user.find().runtime, fs::path{"/var/lib/pmactor/run"});
  CAF_CHECK_EQUAL(user.find({{}, "/srv/pm"}).runtime, fs::path{"/srv/pm/run"});
}

CAF_TEST(a link of another user and a full file system are no place for the runtime folder) {
  const auto state_of = look_around().state_of;
  scratch here;
  fs::create_directory(here.root / "folder");
  const auto link = here.root / "link", dangling = here.root / "dangling";
  fs::create_directory_symlink(here.root / "folder", link);
  fs::create_directory_symlink(here.root / "none", dangling);
  CAF_CHECK(state_of(here.root / "folder") == folder_state::ours);
  CAF_CHECK(state_of(here.root / "none") == folder_state::makeable);
  CAF_CHECK(state_of(link) == folder_state::ours); // of our own making
  if (::geteuid() != 0) {
    CAF_MESSAGE("only root can make the link of another user");
    return;
  }
  CAF_CHECK(state_of("/proc") == folder_state::unusable); // it has no room for anything
  const uid_t other = 64002;
  CAF_CHECK_EQUAL(::lchown(link.c_str(), other, other), 0);
  CAF_CHECK_EQUAL(::lchown(dangling.c_str(), other, other), 0);
  CAF_CHECK(state_of(link) == folder_state::unusable);
  CAF_CHECK(state_of(dangling) == folder_state::unusable);
}

CAF_TEST(each named data folder has a runtime folder of its own) {
  somebody user;
  user.variables = {{"HOME", "/h"}};
  const auto usual = user.find();
  const auto one = user.find({{}, "/srv/one"});
  const auto two = user.find({{}, "/srv/two"});
  CAF_CHECK_EQUAL(one.log, fs::path{"/srv/one/log"});
  CAF_CHECK_EQUAL(one.runtime.parent_path(), usual.runtime);
  CAF_CHECK_EQUAL(two.runtime.parent_path(), usual.runtime);
  CAF_CHECK_NOT_EQUAL(one.runtime, two.runtime);
  CAF_CHECK_EQUAL(one.runtime, user.find({{}, "/srv/one"}).runtime);
}

CAF_TEST(naming the usual data folder changes no runtime folder) {
  somebody user;
  user.variables = {{"HOME", "/h"}};
  CAF_CHECK_EQUAL(user.find({{}, "/h/.local/share/pmactor"}).runtime, user.find().runtime);
}

CAF_TEST(a named settings file must be there) {
  somebody user;
  const auto found = user.find({"/etc/mine.toml", {}});
  CAF_CHECK_EQUAL(found.settings, fs::path{"/etc/mine.toml"});
  CAF_CHECK(found.settings_named);
}

CAF_TEST(a folder is the same however it is written) {
  scratch here;
  fs::create_directories(here.root / "a/b");
  fs::create_directory_symlink(here.root / "a", here.root / "link");
  CAF_CHECK_EQUAL(canonical_folder(here.root / "link/b/"), canonical_folder(here.root / "a/./b"));
  CAF_CHECK_EQUAL(canonical_folder(here.root / "none/yet/"),
                  canonical_folder(here.root / "none/yet"));
}

CAF_TEST(folders are made for their owner alone) {
  scratch here;
  const auto where = here.where();
  CAF_CHECK_EQUAL(complaint(where), "");
  for (const auto& folder : {where.data, where.log, where.runtime, where.data.parent_path()})
    CAF_CHECK_EQUAL(mode_of(folder), 0700u);
  CAF_CHECK_EQUAL(complaint(where), ""); // the second start
}

CAF_TEST(an open folder in the usual place is closed and a named one is left alone) {
  scratch here;
  auto where = here.where();
  fs::create_directories(where.data);
  ::chmod(where.data.c_str(), 0755);
  where.data_named = true;
  CAF_CHECK_EQUAL(complaint(where), "");
  CAF_CHECK_EQUAL(mode_of(where.data), 0755u);
  where.data_named = false;
  CAF_CHECK_EQUAL(complaint(where), "");
  CAF_CHECK_EQUAL(mode_of(where.data), 0700u);
}

CAF_TEST(a named folder that everybody may write to is refused) {
  scratch here;
  auto where = here.where();
  where.data_named = true;
  fs::create_directories(where.data);
  ::chmod(where.data.c_str(), 0777);
  CAF_CHECK(holds(complaint(where), "everybody may write to it"));
}

CAF_TEST(a file in the place of a folder is named) {
  scratch here;
  auto where = here.where();
  std::ofstream{here.root / "share"} << "a file";
  auto words = complaint(where);
  CAF_CHECK(holds(words, "Cannot use the data folder " + where.data.string()));
  CAF_CHECK(holds(words, (here.root / "share").string() + " is not a folder"));
  fs::remove(here.root / "share");
  fs::create_directories(here.root / "share");
  std::ofstream{where.data} << "a file";
  CAF_CHECK(holds(complaint(where), "it is not a folder"));
}

CAF_TEST(the runtime folder is never a link) {
  scratch here;
  auto where = here.where();
  fs::create_directories(here.root / "elsewhere");
  fs::create_directories(where.runtime.parent_path());
  fs::create_directory_symlink(here.root / "elsewhere", where.runtime);
  CAF_CHECK(holds(complaint(where), "Cannot use the runtime folder"));
}

CAF_TEST(a link of another user in the place of the runtime folder is passed over) {
  if (::geteuid() != 0)
    return; // only root can give a link away
  scratch here;
  const auto state_of = look_around().state_of;
  fs::create_directories(here.root / "ours");
  for (const auto* target : {"nowhere", "ours"}) {
    const auto link = here.root / ("to-" + std::string{target});
    fs::create_directory_symlink(here.root / target, link);
    CAF_REQUIRE_EQUAL(::lchown(link.c_str(), 4711, 4711), 0);
    CAF_CHECK(state_of(link) == folder_state::unusable);
  }
  CAF_CHECK(state_of(here.root / "ours") == folder_state::ours);
}

CAF_TEST(a folder of another user is refused) {
  if (::geteuid() != 0)
    return; // only root can give a folder away
  scratch here;
  auto where = here.where();
  fs::create_directories(where.log);
  CAF_REQUIRE_EQUAL(::chown(where.log.c_str(), 4711, 4711), 0);
  CAF_CHECK(holds(complaint(where), "it belongs to user 4711"));
}

CAF_TEST(a folder that cannot be written to is refused) {
  scratch here;
  auto where = here.where();
  where.data_named = true;
  where.data = "/proc/pmactor";
  CAF_CHECK(holds(complaint(where), "it is not there and cannot be made"));
  if (::geteuid() == 0)
    return; // root may write anywhere
  where.data = here.root / "closed";
  fs::create_directories(where.data);
  ::chmod(where.data.c_str(), 0500);
  CAF_CHECK(holds(complaint(where), "it is not writable"));
}

CAF_TEST(the health page is found from another environment) {
  scratch here;
  const auto daemon = here.where();
  make_folders(daemon);
  link_runtime_folder(daemon);
  auto reader = daemon;
  reader.runtime = here.root / "another";
  CAF_CHECK_EQUAL(find_health_page(reader), reader.health_page()); // there is none yet
  std::ofstream{daemon.health_page()} << "page";
  CAF_CHECK_EQUAL(find_health_page(reader), daemon.health_page());
  CAF_CHECK_EQUAL(find_health_page(daemon), daemon.health_page());
  fs::create_directories(reader.runtime);
  std::ofstream{reader.health_page()} << "nearer";
  CAF_CHECK_EQUAL(find_health_page(reader), reader.health_page());
}

#ifdef __linux__
CAF_TEST(nothing is locked for a question where the lock would not lie in memory) {
  places where;
  where.runtime = "/proc/self"; // as little as a disk
  CAF_CHECK_EQUAL(question_folder(where), "");
  where.runtime = "/dev/shm";
  CAF_CHECK_EQUAL(question_folder(where), lies_in_memory("/dev/shm") ? "/dev/shm" : "");
}
#endif
