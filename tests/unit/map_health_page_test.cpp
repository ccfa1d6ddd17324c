#define CAF_SUITE map_health_page

#include "actors/supervision/map_health_page.hpp"

#include "support/new_health_page.hpp"
#include "support/temporary_folder.hpp"

#include <atomic>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

struct fixture {
  temporary_folder folder;
  std::filesystem::path file = folder.path / "health";

  void write(const std::string& bytes) {
    std::ofstream{file, std::ios::binary | std::ios::trunc} << bytes;
  }

  /// @returns what opening the page complains of, or "".
  std::string problem() const {
    try {
      open_health_page(file);
    } catch (const std::exception& e) {
      return e.what();
    }
    return {};
  }
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(map_health_page_tests, fixture)

CAF_TEST(a reader sees what the writer wrote and nothing that came later) {
  auto& page = new_health_page(file);
  page.pid = 42;
  page.slots[23].note.write("last of all");
  page.mark = health_page::magic;
  const auto copy = open_health_page(file);
  page.pid = 43;
  CAF_CHECK_EQUAL(copy->pid.load(), 42);
  CAF_CHECK_EQUAL(copy->slots[23].note.read(), "last of all");
}

CAF_TEST(a page of the version before is read and lacks what that did not write) {
  health_page page;
  page.pid = 42;
  page.settings_refused = 3;
  page.slots[0].handler_thread = 43;
  page.slots[0].hang_limit_ns = 44;
  page.slots[0].handler_since_ns = 45;
  page.slots[0].handler.write("scored_sample");
  page.slots[23].note.write("last of all");
  page.settings_problems.write("not of that version");
  page.mark = health_page::former_magic;
  const auto bytes_of = [](const void* from, std::size_t begin, std::size_t end) {
    return std::string(static_cast<const char*>(from) + begin, end - begin);
  };
  auto bytes = bytes_of(&page, 0, offsetof(health_page, slots));
  for (const auto& slot : page.slots)
    bytes += bytes_of(&slot, 0, former_gap_begin) + bytes_of(&slot, former_gap_end, sizeof slot);
  write(bytes);
  CAF_CHECK_EQUAL(problem(), "");
  const auto copy = open_health_page(file);
  CAF_CHECK_EQUAL(copy->pid.load(), 42);
  CAF_CHECK_EQUAL(copy->settings_refused.load(), 3u);
  CAF_CHECK_EQUAL(copy->slots[0].handler_thread.load(), 43);
  CAF_CHECK_EQUAL(copy->slots[0].hang_limit_ns.load(), 0);
  CAF_CHECK_EQUAL(copy->slots[0].handler_since_ns.load(), 45); // by which `inspect` judges it
  CAF_CHECK_EQUAL(copy->slots[0].handler.read(), "scored_sample");
  CAF_CHECK_EQUAL(copy->slots[23].note.read(), "last of all");
  CAF_CHECK_EQUAL(copy->settings_problems.read(), "");
  CAF_CHECK_EQUAL(copy->supplements[23].shortfall_command.read(), "");
  write(bytes_of(&page, 0, sizeof page)); // its mark on a page of this version
  CAF_CHECK(says(problem(), "not one of this version"));
  page.mark = health_page::magic;
  write(bytes_of(&page, 0, former_page_size)); // one of this version that was cut
  CAF_CHECK(says(problem(), "not one of this version"));
}

CAF_TEST(a page has its memory from the start) {
  new_health_page(file);
  struct stat facts {};
  CAF_REQUIRE_EQUAL(::stat(file.c_str(), &facts), 0);
  CAF_CHECK(facts.st_blocks * 512 >= static_cast<off_t>(sizeof(health_page)));
}

CAF_TEST(a new page does not disturb the readers of the old one) {
  auto& old_page = new_health_page(file);
  old_page.mark = health_page::magic;
  new_health_page(file);
  CAF_CHECK_EQUAL(old_page.mark.load(), health_page::magic);
  CAF_CHECK(says(problem(), "not one of this version"));
}

CAF_TEST(no other user may read the page) {
  new_health_page(file);
  struct stat facts {};
  CAF_CHECK_EQUAL(::stat(file.c_str(), &facts), 0);
  CAF_CHECK_EQUAL(facts.st_mode & 0777u, 0600u);
}

CAF_TEST(a page that is gone or replaced is made anew with what it says) {
  health_page_keeper keeper{file};
  using outcome = health_page_keeper::outcome;
  keeper.page().mark = health_page::magic;
  keeper.page().slots[23].note.write("last of all");
  CAF_CHECK(keeper.check() == outcome::in_place);
  std::filesystem::remove(file);
  CAF_CHECK(keeper.check() == outcome::made_anew);
  CAF_CHECK(keeper.check() == outcome::in_place);
  CAF_CHECK_EQUAL(open_health_page(file)->slots[23].note.read(), "last of all");
  keeper.page().pid = 43; // the mapping is the new file's
  CAF_CHECK_EQUAL(open_health_page(file)->pid.load(), 43);
  std::filesystem::rename(file, folder.path / "moved");
  write("something else");
  CAF_CHECK(keeper.check() == outcome::made_anew);
  CAF_CHECK_EQUAL(open_health_page(file)->pid.load(), 43);
}

CAF_TEST(a page that is cut short ends no writer and is made anew) {
  health_page_keeper keeper{file};
  using outcome = health_page_keeper::outcome;
  const auto cut = [&](std::uintmax_t size) {
    keeper.page().mark = health_page::magic;
    std::filesystem::resize_file(file, size);
  };
  cut(0);
  keeper.page().samples_stored.fetch_add(1); // a bus error but for the guard
  keeper.page().slots[23].note.write("still here");
  CAF_CHECK(keeper.check() == outcome::content_lost);
  CAF_CHECK_EQUAL(keeper.page().samples_stored.load(), 0u);
  CAF_CHECK_EQUAL(std::filesystem::file_size(file), sizeof(health_page));
  cut(4096);
  CAF_CHECK(keeper.check() == outcome::content_lost); // before any write came upon it
  cut(0);
  std::filesystem::resize_file(file, sizeof(health_page));
  CAF_CHECK(keeper.check() == outcome::content_lost); // written over with zeros
  keeper.page().mark = health_page::magic;
  keeper.page().pid = 44;
  CAF_CHECK(keeper.check() == outcome::in_place);
  CAF_CHECK_EQUAL(open_health_page(file)->pid.load(), 44);
}

CAF_TEST(a page whose folder is gone goes on in memory until it can be made anew) {
  const auto below = folder.path / "below";
  std::filesystem::create_directory(below);
  health_page_keeper keeper{below / "health"};
  keeper.page().mark = health_page::magic;
  std::filesystem::remove_all(below);
  std::string why;
  try {
    keeper.check();
  } catch (const std::system_error& e) {
    why = e.what();
  }
  CAF_CHECK(says(why, "cannot create the health page"));
  keeper.page().pid = 45;
  std::filesystem::create_directory(below);
  CAF_CHECK(keeper.check() == health_page_keeper::outcome::made_anew);
  CAF_CHECK_EQUAL(open_health_page(below / "health")->pid.load(), 45);
}

CAF_TEST(a missing page is distinguished from a strange one) {
  try {
    open_health_page(file);
    CAF_ERROR("opened nothing");
  } catch (const std::system_error& e) {
    CAF_CHECK(e.code() == std::errc::no_such_file_or_directory);
  }
}

CAF_TEST(files that are no page are refused) {
  for (const auto size : {std::size_t{0}, std::size_t{1}, former_page_size, sizeof(health_page) - 1, sizeof(health_page),
                          sizeof(health_page) + 1}) {
    write(std::string(size, 'x'));
    CAF_CHECK(says(problem(), "not one of this version"));
  }
  write("");
  std::filesystem::resize_file(file, std::uintmax_t{1} << 40);
  CAF_CHECK(says(problem(), "not one of this version"));
}

CAF_TEST(a folder or a pipe or a link is no page) {
  std::filesystem::create_directory(file);
  CAF_CHECK(says(problem(), "not one of this version"));
  std::filesystem::remove(file);
  CAF_CHECK_EQUAL(::mkfifo(file.c_str(), 0600), 0);
  CAF_CHECK(says(problem(), "not one of this version")); // and does not wait for a writer
  std::filesystem::remove(file);
  auto& elsewhere = new_health_page(folder.path / "elsewhere");
  elsewhere.mark = health_page::magic;
  std::filesystem::create_symlink("elsewhere", file);
  CAF_CHECK(says(problem(), "cannot open"));
}

CAF_TEST(the page of another user is refused unless root asks) {
  if (::geteuid() != 0) {
    CAF_MESSAGE("only root can make the file of another user");
    return;
  }
  auto& page = new_health_page(file);
  page.mark = health_page::magic;
  std::filesystem::permissions(folder.path, std::filesystem::perms::all);
  std::filesystem::permissions(file, std::filesystem::perms::all);
  const uid_t owner = 64001, other = 64002;
  CAF_CHECK_EQUAL(::chown(file.c_str(), owner, owner), 0);
  CAF_CHECK_EQUAL(problem(), "");
  CAF_CHECK_EQUAL(::seteuid(other), 0);
  const auto refused = problem();
  CAF_CHECK_EQUAL(::seteuid(0), 0);
  CAF_CHECK(says(refused, "belongs to another user (64001)"));
}

CAF_TEST(a text that changes while it is copied is never seen half) {
  auto& page = new_health_page(file);
  page.mark = health_page::magic;
  std::atomic<bool> over{false};
  std::thread writer{[&] {
    const std::string a(200, 'a'), b(250, 'b');
    while (!over) {
      page.slots[3].note.write(a);
      page.slots[3].note.write(b);
      std::this_thread::sleep_for(std::chrono::microseconds{50});
    }
  }};
  for (int i = 0; i < 300; ++i) {
    const auto text = open_health_page(file)->slots[3].note.read();
    CAF_REQUIRE(text.find_first_not_of(text.substr(0, 1)) == std::string::npos);
    CAF_REQUIRE(text.empty() || text.size() == (text[0] == 'a' ? 200u : 250u));
  }
  over = true;
  writer.join();
}

CAF_TEST_FIXTURE_SCOPE_END()
