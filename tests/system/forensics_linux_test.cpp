#define CAF_SUITE forensics_linux

#include "actors/storage_writer/read_events_sqlite.hpp"
#include "actors/host/process_facts.hpp"

#include "support/daemon.hpp"
#include "support/other_process.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <thread>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct fixture {
  test_home home;

  static void stop_for(daemon_process& daemon, std::chrono::milliseconds length) {
    daemon.send(SIGSTOP);
    while (facts_of(daemon.pid()).value().state != 'T')
      std::this_thread::yield();
    std::this_thread::sleep_for(length);
    daemon.send(SIGCONT);
  }

  /// Waits for the event that a signal made, with the end of its capture.
  std::optional<event_row> captured() {
    std::optional<event_row> result;
    soon([&] {
      event_reader{home.where().database()}.events({}, [&](const event_row& x) {
        if (x.cause == "stopped" && !x.capture.empty())
          result = x;
        return true;
      });
      return result.has_value();
    }, 30s);
    return result;
  }

  static json read(const fs::path& file) {
    std::ifstream in{file};
    return json::parse(in, nullptr, false);
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(forensics_linux_tests, fixture)

CAF_TEST(a stopped daemon captures its pause at once while it samples on) {
  // Names that would do harm where somebody takes them for more than names.
  const other_process evil{[] { return ::prctl(PR_SET_NAME, "\x1b[31m<b>&\n\";") == 0; }};
  const other_process option{[] { return ::prctl(PR_SET_NAME, "-n") == 0; }};
  daemon_process daemon{home};
  daemon.wait_until_ready();
  std::this_thread::sleep_for(6s); // a snapshot of the counters comes every 5 s
  const auto samples = daemon.count("SELECT count(*) FROM samples");
  const auto woke = to_seconds(read_clocks().wall) + 3;
  stop_for(daemon, 3s);
  const auto event = captured();
  CAF_REQUIRE(event);
  const auto capture = json::parse(event->capture);
  CAF_CHECK_EQUAL(capture["status"], "complete");
  const auto began = capture["artifacts"][0]["began"].get<double>();
  const auto took = capture["bill"]["took"].get<double>();
  CAF_MESSAGE("first artifact " << began * 1000 << " ms after waking, complete after " << took << " s, "
                                << capture["bill"]["cpu"] << " s of CPU, " << capture["bill"]["bytes"] << " bytes");
  CAF_CHECK(began <= 0.25);
  CAF_CHECK(took <= 10);
  CAF_CHECK(capture["bill"]["cpu"].get<double>() > 0);
  const auto folder = home.data / event->event_dir;
  CAF_CHECK(event->event_dir.ends_with("Z-pause"));
  for (const auto& x : capture["artifacts"])
    if (const auto file = x["file"].get<std::string>(); !file.empty()) {
      CAF_CHECK_EQUAL(fs::file_size(folder / file), x["bytes"].get<std::uint64_t>());
      if (file.ends_with(".json"))
        CAF_CHECK(!read(folder / file).is_discarded());
    }
  const auto metadata = read(folder / "metadata.json");
  CAF_CHECK_EQUAL(metadata["event"]["id"], std::to_string(event->event_id.value_or(0)));
  CAF_CHECK_EQUAL(read(folder / "summary.json"), capture);
  int hostile = 0;
  const auto processes = read(folder / "processes.json");
  for (const auto& x : processes["processes"])
    hostile += x["name"] == "\x1b[31m<b>&\n\";" || x["name"] == "-n" ? 1 : 0;
  CAF_CHECK_EQUAL(hostile, 2);
  const auto counters = read(folder / "counters.json");
  CAF_CHECK(counters["elapsed"].get<double>() >= 3);
  for (const auto& file : fs::directory_iterator{folder}) {
    std::ifstream in{file.path()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    CAF_CHECK(text.find('\x1b') == std::string::npos);
  }
  // It went on sampling meanwhile, and was not late again by its own doing.
  CAF_CHECK(soon([&] {
    return daemon.count("SELECT count(*) FROM samples WHERE timestamp > " + std::to_string(woke)) >= 2;
  }));
  CAF_CHECK(daemon.count("SELECT count(*) FROM samples") > samples);
  CAF_CHECK_EQUAL(daemon.count("SELECT count(*) FROM events WHERE cause = 'own_work'"), 0);
  const auto end = daemon.stop();
  CAF_REQUIRE(end);
  CAF_CHECK_EQUAL(end->exit_code, 0);
}

CAF_TEST(what a killed daemon was capturing is finished as incomplete at the next start) {
  {
    daemon_process daemon{home};
    daemon.wait_until_ready();
    stop_for(daemon, 2500ms);
    CAF_REQUIRE(soon([&] {
      std::error_code none; // on a busy machine it may be complete, and renamed, before this looks again
      for (const auto& x : fs::directory_iterator{home.data / "events", none})
        if (x.path().filename().string().find("pause") != std::string::npos)
          return true;
      return false;
    }));
    daemon.kill();
  }
  daemon_process daemon{home};
  daemon.wait_until_ready();
  const auto event = captured();
  CAF_REQUIRE(event);
  const auto capture = json::parse(event->capture);
  // It may have been quicker than the signal.
  CAF_CHECK(capture["status"] == "incomplete" || capture["status"] == "complete");
  CAF_CHECK(fs::exists(home.data / event->event_dir / "summary.json"));
  for (const auto& x : fs::directory_iterator{home.data / "events"})
    CAF_CHECK(!x.path().filename().string().starts_with("."));
}

CAF_TEST(a full disk and one that is read only stop no sampling and leave nothing half) {
  fs::create_directory(home.data);
  if (::geteuid() != 0 || ::mount("tmpfs", home.data.c_str(), "tmpfs", 0, "size=6m,mode=0700") != 0) {
    CAF_MESSAGE("skipped: only root can mount a small disk");
    return;
  }
  {
    daemon_process daemon{home, "[forensics]\nleast_disk = 0\ncooldown = 0\n"};
    daemon.wait_until_ready();
    const auto handled = [&] {
      const auto x = daemon.actor("system-metrics");
      return x ? x->handled : 0;
    };
    const auto refused = [&](const char* why) {
      stop_for(daemon, 2500ms);
      const bool said = soon([&] {
        const auto x = daemon.actor("forensics-supervisor");
        return x && x->degraded.find(why) != std::string::npos;
      }, 30s);
      CAF_CHECK(said);
      std::error_code none;
      CAF_CHECK(fs::directory_iterator(home.data / "events", none) == fs::directory_iterator{});
      const auto before = handled();
      CAF_CHECK(soon([&] { return handled() > before + 2; }));
    };
    {
      std::ofstream filler{home.data / "filler"};
      while (filler << std::string(4096, 'x') && filler.flush()) {
      }
    }
    refused("No space left");
    fs::remove(home.data / "filler");
    CAF_REQUIRE(::mount("tmpfs", home.data.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "") == 0
                || errno == EBUSY);
    const bool is_readonly = ::access(home.data.c_str(), W_OK) != 0;
    if (is_readonly) {
      refused("Read-only");
      ::mount("tmpfs", home.data.c_str(), "tmpfs", MS_REMOUNT, "size=6m");
    } else {
      CAF_MESSAGE("skipped: a disk with a file open for writing cannot be made read-only here");
    }
    // And what could not be stored meanwhile is stored now, with the reason.
    CAF_CHECK(soon([&] {
      return daemon.count("SELECT count(*) FROM events WHERE json_extract(capture, '$.status') = 'skipped'")
             == (is_readonly ? 2 : 1);
    }, 30s));
    stop_for(daemon, 2500ms);
    CAF_CHECK(soon([&] { return daemon.count("SELECT count(*) FROM events WHERE event_dir IS NOT NULL") == 1; },
                   30s));
  }
  ::umount2(home.data.c_str(), MNT_DETACH);
}

CAF_TEST(a pause that is too short or forensics that are off leave no folder) {
  daemon_process daemon{home, "[forensics]\nenabled = false\n"};
  daemon.wait_until_ready();
  stop_for(daemon, 2500ms);
  CAF_CHECK(soon([&] { return daemon.count("SELECT count(*) FROM events WHERE cause = 'stopped'") == 1; }));
  CAF_CHECK(!fs::exists(home.data / "events"));
  CAF_CHECK_EQUAL(daemon.count("SELECT count(*) FROM events WHERE capture IS NOT NULL"), 0);
}

CAF_TEST_FIXTURE_SCOPE_END()
