#define CAF_SUITE open_history
#include "actors/storage_writer/classify_failure_sqlite.hpp"
#include "actors/storage_writer/edit_history_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"

#include "support/history_fixture.hpp"
#include "support/sample_maker.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>

#include "support/test.hpp"

using namespace pmactor;
namespace fs = std::filesystem;

namespace {

using fixture = history_fixture;

} // namespace

CAF_TEST_FIXTURE_SCOPE(open_history_tests, fixture)

CAF_TEST(the connection that writes is the one with normal synchronisation) {
  CAF_CHECK(contains(open()->opened(), "wal, synchronous NORMAL"));
  CAF_CHECK(contains(open()->opened(), "wal, synchronous NORMAL"));
}

CAF_TEST(a missing data folder is made for this user alone) {
  file = folder.path / "a" / "b" / "pmactor.db";
  open();
  struct stat found{};
  CAF_REQUIRE_EQUAL(::stat(file.parent_path().c_str(), &found), 0);
  CAF_CHECK_EQUAL(found.st_mode & 0777u, 0700u);
}

CAF_TEST(a history of a newer version is refused and left alone) {
  store(*open(), {make_sample(1)});
  execute("PRAGMA user_version = " + std::to_string(history_schema_version + 1));
  const auto [kind, words] = failure([&] { open(); });
  CAF_CHECK_EQUAL(kind, "newer");
  CAF_CHECK(contains(words, "newer pmactor"));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "1");
  CAF_CHECK_EQUAL(failure([&] { history_reader{file}; }).first, "newer");
  CAF_CHECK(files("pmactor.db.corrupt").empty());
}

CAF_TEST(the database of another program is refused and left alone) {
  {
    SQLite::Database db{file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
    db.exec("CREATE TABLE letters(text)");
  }
  const auto before = read_file(file);
  CAF_CHECK_EQUAL(failure([&] { open(); }).first, "foreign");
  CAF_CHECK_EQUAL(failure([&] { history_reader{file}; }).first, "foreign");
  CAF_CHECK(read_file(file) == before);
}

CAF_TEST(a file that is no database is kept aside and a new history begun) {
  const std::string letter = "Dear diary, today the machine froze again. " + std::string(5000, 'z');
  write_file(file, letter);
  auto port = open();
  CAF_CHECK(contains(port->opened(), "kept as"));
  CAF_CHECK(!port->alarm().empty());
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
  const auto kept = files("pmactor.db.corrupt-");
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK(read_file(folder.path / kept[0]) == letter);
  // The second damaged file does not replace the first.
  port.reset();
  write_file(file, "again");
  for (const char* suffix : {"-wal", "-shm"})
    fs::remove(file.string() + suffix);
  open();
  CAF_CHECK_EQUAL(files("pmactor.db.corrupt-").size(), 2u);
}

CAF_TEST(a damaged file is refused as long as it is not to be set aside) {
  write_file(file, "no database" + std::string(5000, 'z'));
  const auto [kind, words] = failure([&] {
    history{history_place{file, "run-1"}, damaged_file::refuse};
  });
  CAF_CHECK_EQUAL(kind, "corrupt");
  CAF_CHECK(files("pmactor.db.corrupt-").empty());
}

CAF_TEST(a truncated history is kept aside) {
  auto port = open();
  for (std::uint64_t tick = 1; tick < 50; ++tick)
    store(*port, {make_sample(tick, 15)});
  port->end();
  port.reset();
  fs::resize_file(file, fs::file_size(file) / 2);
  port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "kept as"));
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
  CAF_CHECK_EQUAL(kept(), 1u);
}

CAF_TEST(damage inside is found after an unclean end) {
  auto port = open();
  for (std::uint64_t tick = 1; tick < 100; ++tick)
    store(*port, {make_sample(tick, 15)});
  port->end();
  port.reset();
  execute("UPDATE daemon_state SET value = 'killed' WHERE key = 'last-start'");
  {
    std::fstream f{file, std::ios::in | std::ios::out | std::ios::binary};
    f.seekp(static_cast<std::streamoff>(fs::file_size(file) / 2));
    f << std::string(8192, '\x5a');
  }
  port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "damaged"));
  CAF_CHECK_EQUAL(kept(), 1u);
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "0");
}

CAF_TEST(a history without its tables is kept aside) {
  open()->end();
  execute("DROP TABLE process_samples");
  auto port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "no such table"));
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
}

CAF_TEST(an empty file is a new history) {
  write_file(file, "");
  auto port = open();
  CAF_CHECK_EQUAL(store(*port, {make_sample(1)}), 1u);
  CAF_CHECK(port->alarm().empty());
  CAF_CHECK(files("pmactor.db.corrupt-").empty());
}

CAF_TEST(the log of a database that is gone is kept) {
  auto port = open();
  store(*port, {make_sample(1)});
  fs::copy_file(file.string() + "-wal", folder.path / "copy");
  port->end();
  port.reset();
  fs::remove(file);
  fs::rename(folder.path / "copy", file.string() + "-wal");
  const auto log = read_file(file.string() + "-wal");
  CAF_REQUIRE(!log.empty());
  port = open("run-2");
  CAF_CHECK(contains(port->alarm(), "log of a database that is gone"));
  const auto kept = files("pmactor.db.corrupt-");
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK(read_file(folder.path / kept[0]) == log);
}

CAF_TEST(a folder in its place is a sentence) {
  fs::create_directory(file);
  const auto [kind, words] = failure([&] { open(); });
  CAF_CHECK_EQUAL(kind, "denied");
  CAF_CHECK(contains(words, "it is a folder"));
}

CAF_TEST(a FIFO in its place is a sentence and nothing waits for it) {
  CAF_REQUIRE_EQUAL(::mkfifo(file.c_str(), 0600), 0);
  for (const auto& words : {failure([&] { open(); }).second, failure([&] { history_reader{file}; }).second,
                            failure([&] { history_editor{file}; }).second})
    CAF_CHECK(contains(words, "it is a special file"));
}

CAF_TEST(a file in the place of the data folder is a sentence) {
  write_file(folder.path / "data", "x");
  file = folder.path / "data" / "pmactor.db";
  const auto [kind, words] = failure([&] { open(); });
  CAF_CHECK_EQUAL(kind, "denied");
  CAF_CHECK(contains(words, "Not a directory"));
}

CAF_TEST(what may not be written is a sentence and left alone) {
  open()->end();
  ::chmod(file.c_str(), 0400);
  ::chmod(folder.path.c_str(), 0500);
  // Root may write anything, so another user tries.
  const auto user = ::geteuid();
  if (user == 0)
    CAF_REQUIRE_EQUAL(::seteuid(65534), 0);
  const auto [kind, words] = failure([&] { open("run-2"); });
  if (user == 0)
    CAF_REQUIRE_EQUAL(::seteuid(0), 0);
  ::chmod(folder.path.c_str(), 0700);
  CAF_CHECK_EQUAL(kind, "denied");
  CAF_CHECK(contains(words, "Permission denied"));
  CAF_CHECK(files("pmactor.db.corrupt-").empty());
}

CAF_TEST(each failure of a file is advised on as what it is) {
  CAF_CHECK(contains(advice(storage_failure::denied, EROFS, file), "file system is read-only"));
  CAF_CHECK(contains(advice(storage_failure::denied, EIO, file), "Look at the disk"));
  CAF_CHECK(contains(advice(storage_failure::denied, EACCES, file), "Give this user the right"));
  CAF_CHECK_EQUAL(to_string(failure_of_errno(EIO)), "io");
  CAF_CHECK_EQUAL(to_string(failure_of_errno(EROFS)), "denied");
  CAF_CHECK_EQUAL(to_string(failure_of(SQLITE_CANTOPEN, EIO)), "io");
}

CAF_TEST(only damage is damage) {
  auto kind = [](int code, int system_errno = 0) { return to_string(failure_of(code, system_errno)); };
  CAF_CHECK_EQUAL(kind(SQLITE_CORRUPT), "corrupt");
  CAF_CHECK_EQUAL(kind(SQLITE_CORRUPT_INDEX), "corrupt");
  CAF_CHECK_EQUAL(kind(SQLITE_NOTADB), "corrupt");
  CAF_CHECK_EQUAL(kind(SQLITE_BUSY_SNAPSHOT), "busy");
  CAF_CHECK_EQUAL(kind(SQLITE_LOCKED), "busy");
  CAF_CHECK_EQUAL(kind(SQLITE_FULL), "full");
  CAF_CHECK_EQUAL(kind(SQLITE_IOERR_FSYNC, EIO), "io");
  CAF_CHECK_EQUAL(kind(SQLITE_IOERR_SHMSIZE, ENOSPC), "full");
  CAF_CHECK_EQUAL(kind(SQLITE_IOERR_WRITE, EDQUOT), "full");
  CAF_CHECK_EQUAL(kind(SQLITE_CANTOPEN, EACCES), "denied");
  CAF_CHECK_EQUAL(kind(SQLITE_READONLY), "denied");
  CAF_CHECK_EQUAL(kind(SQLITE_READONLY_DBMOVED), "moved");
  CAF_CHECK_EQUAL(kind(SQLITE_CONSTRAINT_NOTNULL), "refused");
  CAF_CHECK_EQUAL(kind(SQLITE_TOOBIG), "refused");
  CAF_CHECK_EQUAL(kind(SQLITE_NOMEM), "other");
}

CAF_TEST(only a run that was not ended is reported) {
  auto port = open("run-1");
  CAF_CHECK(port->alarm().empty());
  store(*port, {make_sample(1)});
  port = open("run-1");
  CAF_CHECK(port->alarm().empty());
  port->end();
  port = open("run-2");
  CAF_CHECK(port->alarm().empty());
  port = open("run-3");
  CAF_CHECK(contains(port->alarm(), "did not end in good order"));
  CAF_CHECK(contains(port->alarm(), "Its last sample is of 20"));
}

CAF_TEST(an orderly end leaves one file) {
  auto port = open();
  store(*port, {make_sample(1)});
  port->end();
  CAF_CHECK_EQUAL(files("pmactor.db"), (std::vector<std::string>{"pmactor.db"}));
  CAF_CHECK_EQUAL(ask("SELECT count(*) FROM samples"), "1");
}

CAF_TEST_FIXTURE_SCOPE_END()
