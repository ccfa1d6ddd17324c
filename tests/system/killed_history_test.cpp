#define CAF_SUITE killed_history
#include "actors/storage_writer/history_sqlite.hpp"
#include "actors/storage_writer/read_history_sqlite.hpp"

#include "support/sample_maker.hpp"
#include "support/temporary_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <random>
#include <thread>

#include "support/test.hpp"

using namespace pmactor;

namespace {

/// Stores one sample after the other and says on the pipe which are committed, until it is killed.
[[noreturn]] void store_for_ever(const std::filesystem::path& file, int run, int pipe) {
  try {
    history port{{file, "run-" + std::to_string(run), std::chrono::milliseconds{100}}};
    for (std::uint64_t tick = 1;; ++tick) {
      const history_row row = make_sample(tick, 15);
      port.store({&row, 1});
      if (::write(pipe, &tick, sizeof tick) != sizeof tick)
        break;
    }
  } catch (const std::exception&) {
  }
  ::_exit(1);
}

} // namespace

CAF_TEST(a killed writer leaves a sound history that misses nothing it acknowledged) {
  temporary_folder folder;
  const auto file = folder.path / "pmactor.db";
  std::mt19937 random{42};
  std::uint64_t acknowledged_in_all = 0;
  for (int run = 1; run <= 20; ++run) {
    int ends[2];
    CAF_REQUIRE_EQUAL(::pipe(ends), 0);
    const auto child = ::fork();
    CAF_REQUIRE(child >= 0);
    if (child == 0) {
      ::close(ends[0]);
      store_for_ever(file, run, ends[1]);
    }
    ::close(ends[1]);
    // Some die while they open the file, some while the log is merged in, most in a commit.
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 150});
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    CAF_CHECK(WIFSIGNALED(status));
    std::uint64_t tick = 0;
    std::uint64_t acknowledged = 0;
    while (::read(ends[0], &tick, sizeof tick) == sizeof tick)
      acknowledged = tick;
    ::close(ends[0]);
    acknowledged_in_all += acknowledged;

    // A successor in the same run, to which the sender gives again what was not acknowledged.
    history port{{file, "run-" + std::to_string(run), std::chrono::milliseconds{100}}};
    CAF_CHECK(port.alarm().find("damaged") == std::string::npos);
    for (tick = acknowledged + 1; tick <= acknowledged + 2; ++tick) {
      const history_row row = make_sample(tick, 15);
      port.store({&row, 1});
    }
    acknowledged_in_all += 2;
    SQLite::Database db{file.string(), SQLite::OPEN_READONLY};
    CAF_CHECK_EQUAL(db.execAndGet("PRAGMA integrity_check").getString(), "ok");
    CAF_CHECK_EQUAL(static_cast<std::uint64_t>(
                      db.execAndGet("SELECT count(*) FROM samples").getInt64()),
                    acknowledged_in_all);
    CAF_CHECK_EQUAL(static_cast<std::uint64_t>(
                      db.execAndGet("SELECT count(*) FROM process_samples").getInt64()),
                    acknowledged_in_all * 15);
    // Each run counts from 1 without a gap.
    CAF_CHECK_EQUAL(db.execAndGet("SELECT count(*) FROM samples a JOIN samples b ON b.id = a.id + 1 "
                                  "WHERE b.timestamp - a.timestamp <> 1 AND b.timestamp <> 1700000001")
                      .getInt(),
                    0);
  }
  CAF_CHECK(acknowledged_in_all > 100u);
  CAF_MESSAGE(acknowledged_in_all << " samples over 20 kills");
}

CAF_TEST(the run after a kill says so) {
  temporary_folder folder;
  const auto file = folder.path / "pmactor.db";
  int ends[2];
  CAF_REQUIRE_EQUAL(::pipe(ends), 0);
  const auto child = ::fork();
  CAF_REQUIRE(child >= 0);
  if (child == 0)
    store_for_ever(file, 1, ends[1]);
  std::uint64_t tick = 0;
  CAF_REQUIRE_EQUAL(::read(ends[0], &tick, sizeof tick), static_cast<ssize_t>(sizeof tick));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
  history port{{file, "run-2", std::chrono::milliseconds{100}}};
  CAF_CHECK(port.alarm().find("did not end in good order") != std::string::npos);
  CAF_CHECK(port.alarm().find("is sound") != std::string::npos);
}
