#define CAF_SUITE keep_damaged_file

#include "actors/storage_writer/keep_damaged_file_posix.hpp"

#include "support/history_fixture.hpp"

#include "support/test.hpp"

using namespace pmactor;

CAF_TEST_FIXTURE_SCOPE(keep_damaged_file_tests, history_fixture)

CAF_TEST(a database is moved with its two companions) {
  for (const char* suffix : {"", "-wal", "-shm"})
    write_file(beside(file, suffix), std::string{"database"} + suffix);
  const auto kept = keep_aside(file);
  CAF_CHECK(files("pmactor.db-").empty());
  CAF_CHECK(!std::filesystem::exists(file));
  for (const char* suffix : {"", "-wal", "-shm"})
    CAF_CHECK_EQUAL(read_file(beside(kept, suffix)), std::string{"database"} + suffix);
}

CAF_TEST(a log whose database is gone has a name of its own) {
  write_file(beside(file, "-wal"), "first");
  const auto first = keep_aside(file);
  write_file(beside(file, "-wal"), "second");
  const auto second = keep_aside(file);
  CAF_CHECK(first < second);
  CAF_CHECK_EQUAL(read_file(beside(first, "-wal")), "first");
  CAF_CHECK_EQUAL(read_file(beside(second, "-wal")), "second");
}

CAF_TEST(of many damaged files the oldest and the newest are kept) {
  for (int i = 0; i < 20; ++i) {
    write_file(file, "damage " + std::to_string(i) + '.');
    keep_aside(file);
  }
  std::string contents;
  for (const auto& name : files("pmactor.db.corrupt-"))
    contents += read_file(folder.path / name);
  CAF_CHECK_EQUAL(contents, "damage 0.damage 18.damage 19.");
}

CAF_TEST_FIXTURE_SCOPE_END()
