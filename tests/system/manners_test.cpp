#include <sstream>
// What commands answer to people who ask for something that is not there, not theirs, or not so.
#define CAF_SUITE manners

#include "actors/storage_writer/history_sqlite.hpp"

#include "support/daemon.hpp"
#include "support/sample_maker.hpp"

#include <csignal>
#include <fstream>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

constexpr unsigned another_user = 65534;

/// @returns the text in one line: where a line ends depends on how long paths are.
std::string flowed(const std::string& text) {
  std::istringstream words{text};
  std::string result;
  for (std::string word; words >> word;)
    result += (result.empty() ? "" : " ") + word;
  return result;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct fixture {
  test_home home;

  program_result ask(std::vector<std::string> words, unsigned user = 0) {
    words.insert(words.end(), {"--data", home.data.string()});
    auto result = run_program(words, user);
    CAF_MESSAGE(result.out + result.err);
    return result;
  }

  /// Two pauses, and a sample of 2023.
  void fill() {
    history aut{history_place{home.where().database(), "run-1"}};
    std::vector<history_row> rows;
    for (const auto started : {1'700'000'000s, 1'700'000'100s}) {
      event_record x;
      x.event.id = mint_event_id(event_kind::pause, started);
      x.event.started = started;
      x.event.ended = started + 2s;
      x.event.duration = 2s;
      x.event.cause = pause_cause::io;
      x.event.sure = confidence::high;
      x.event.book[pause_cause::io].length = 2s;
      rows.push_back(x);
    }
    auto sample = make_sample(1);
    sample.system.at.wall = 1'700'000'000s;
    rows.push_back(sample);
    aut.store(rows);
    aut.end();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(manners_tests, fixture)

CAF_TEST(a filter that none passes is not called an empty history) {
  fill();
  CAF_CHECK(has(ask({"events", "--cause", "memory"}).out, "No event matches; there are 2 others, which `pmactor events` shows"));
  CAF_CHECK(has(ask({"events", "--since", "1h"}).out, "there are 2 others"));
  CAF_CHECK_EQUAL(ask({"events", "--since", "1h", "--json"}).out, "[\n]\n");
  const auto samples = ask({"history", "--since", "1h"});
  CAF_CHECK_EQUAL(samples.exit_code, 0);
  CAF_CHECK(has(samples.err, "No sample matches; there is 1 other"));
}

CAF_TEST(a moment of which nothing is stored has no sample) {
  fill();
  CAF_CHECK_EQUAL(ask({"history", "--at", "2023-11-14T22:13:25Z"}).exit_code, 0);
  const auto far = ask({"history", "--at", "2023-11-15T08:13:25Z"});
  CAF_CHECK_EQUAL(far.exit_code, 1);
  CAF_CHECK_EQUAL(far.out, "");
  CAF_CHECK(has(far.err, "the nearest sample is of 2023-11-1"));
}

CAF_TEST(what another user keeps is a question of rights) {
  if (::getuid() != 0) {
    CAF_MESSAGE("SKIPPED: only root can be two users");
    return;
  }
  fill();
  std::filesystem::permissions(home.folder.path, std::filesystem::perms::all);
  std::filesystem::permissions(home.data, std::filesystem::perms::owner_all);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"events"}, {"history"}, {"report"}, {"status"}, {"inspect"}, {"logs"}, {"events", "show", "1"}}) {
    const auto result = ask(words, another_user);
    CAF_CHECK(result.exit_code != 0);
    CAF_CHECK(has(flowed(result.out + result.err), "is for root (user 0) alone, and you are "));
    CAF_CHECK(!has(result.out + result.err, "none yet"));
    CAF_CHECK(!has(result.out + result.err, "not running"));
  }
  CAF_CHECK_EQUAL(ask({"status"}, another_user).exit_code, 4);
  CAF_CHECK_EQUAL(ask({"inspect"}, another_user).exit_code, 4);
}

CAF_TEST(a daemon that runs elsewhere is named) {
  daemon_process daemon{home, "[notifications]\ndesktop = false\n"};
  daemon.wait_until_ready();
  for (const char* word : {"status", "inspect", "events"}) {
    const auto result = run_program({word});
    const auto said = result.out + result.err;
    CAF_MESSAGE(said);
    CAF_CHECK(has(flowed(said), "Process " + std::to_string(daemon.pid()) + " is a daemon of yours with its data in "));
  }
  daemon.send(SIGSTOP);
  CAF_CHECK(soon([&] { return ask({"status"}).exit_code == 4; }));
  daemon.send(SIGCONT);
  CAF_CHECK(soon([&] { return ask({"status"}).exit_code == 0; }));
}

CAF_TEST(several lines of trouble are several lines) {
  const auto file = home.folder.path / "bad.toml";
  std::ofstream{file} << "[log]\nmax_files = 0\nmax_size = 0\n";
  const auto result = ask({"start", "--config", file.string()});
  CAF_CHECK_EQUAL(result.exit_code, 1);
  CAF_CHECK(!has(result.err, "\\n"));
  CAF_CHECK(has(result.err, "log.max_files") && has(result.err, "log.max_size"));
}

CAF_TEST(help is given where it is asked for) {
  const auto bare = run_program({});
  CAF_CHECK_EQUAL(bare.exit_code, 0);
  CAF_CHECK_EQUAL(bare.out, run_program({"--help"}).out);
  CAF_CHECK_EQUAL(run_program({"help"}).out, bare.out);
  CAF_CHECK_EQUAL(run_program({"help", "events", "show"}).out, run_program({"events", "show", "--help"}).out);
  CAF_CHECK_EQUAL(run_program({"help", "evnets"}).exit_code, 2);
  CAF_CHECK_EQUAL(run_program({"version"}).out, run_program({"-V"}).out);
  CAF_CHECK(run_program({"version"}).out.starts_with("pmactor 0."));
}

CAF_TEST(a log that has no such component fails) {
  daemon_process daemon{home, "[notifications]\ndesktop = false\n"};
  daemon.wait_until_ready();
  const auto none = ask({"logs", "--component", "foo"});
  CAF_CHECK_EQUAL(none.exit_code, 1);
  CAF_CHECK(has(none.err, "no line of foo, but of "));
  CAF_CHECK_EQUAL(ask({"logs", "--component", "daemon"}).exit_code, 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
