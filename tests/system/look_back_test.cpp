// The commands that look back, and the live view on a terminal, as a user has them.
#define CAF_SUITE look_back

#include "actors/storage_writer/history_sqlite.hpp"

#include "app/top/load_top.hpp"

#include "support/daemon.hpp"
#include "support/example_machine.hpp"
#include "support/sample_maker.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

using fixture = example_machine;

/// A program on a terminal of its own.
class on_terminal {
public:
  on_terminal(const std::vector<std::string>& arguments, const char* kind, unsigned short columns,
              unsigned short lines)
    : master_{::posix_openpt(O_RDWR | O_NOCTTY)} {
    CAF_REQUIRE(master_ >= 0 && ::grantpt(master_) == 0 && ::unlockpt(master_) == 0);
    const std::string name = ::ptsname(master_);
    resize(columns, lines);
    std::vector<char*> words{const_cast<char*>("pmactor")};
    for (const auto& x : arguments)
      words.push_back(const_cast<char*>(x.c_str()));
    words.push_back(nullptr);
    pid_ = ::fork();
    CAF_REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::setsid();
      const int slave = ::open(name.c_str(), O_RDWR);
      for (int fd = 0; fd < 3; ++fd)
        ::dup2(slave, fd);
      ::setenv("TERM", kind, 1);
      ::execv(PMACTOR_PROGRAM, words.data());
      ::_exit(127);
    }
  }
  ~on_terminal() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(master_);
  }
  void resize(unsigned short columns, unsigned short lines) {
    struct winsize size {};
    size.ws_col = columns;
    size.ws_row = lines;
    ::ioctl(master_, TIOCSWINSZ, &size);
  }
  void write(const std::string& keys) {
    CAF_CHECK_EQUAL(::write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }
  /// Reads until the text was written, for 15 s at most. @returns whether it was.
  bool shows(const std::string& text) {
    for (int i = 0; i < 150 && !contains(said_, text); ++i) {
      struct pollfd readable {
        master_, POLLIN, 0
      };
      std::array<char, 65536> bytes{};
      if (::poll(&readable, 1, 100) <= 0)
        continue;
      const auto size = ::read(master_, bytes.data(), bytes.size());
      if (size <= 0)
        break;
      said_.append(bytes.data(), static_cast<std::size_t>(size));
    }
    return contains(said_, text);
  }
  void forget() {
    said_.clear();
  }
  const std::string& said() const {
    return said_;
  }
  /// @returns the exit code; -1 if it does not end in time, or by a signal.
  int end() {
    for (int i = 0; i < 300; ++i) {
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
      }
      shows("never written"); // it may wait for us to read
      ::poll(nullptr, 0, 50);
    }
    return -1;
  }

private:
  int master_;
  pid_t pid_ = -1;
  std::string said_;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(explain answers by its exit code too) {
  const auto held = run({"explain", "--at", at(303)});
  CAF_CHECK_EQUAL(held.exit_code, 1);
  CAF_CHECK(held.out.starts_with("Yes: paused 1.00 s."));
  CAF_CHECK(contains(held.out, "rsync"));
  const auto clear = run({"explain", "--from", at(60), "--to", at(120)});
  CAF_CHECK_EQUAL(clear.exit_code, 0);
  CAF_CHECK(contains(clear.out, "lived 100 %"));
  CAF_CHECK_EQUAL(run({"explain", "--at", at(5000)}).exit_code, 4);
  CAF_CHECK_EQUAL(run({"explain", "--at", "nonsense"}).exit_code, 2);
  CAF_CHECK_EQUAL(run({"explain"}).exit_code, 4); // nothing is recorded of the last hour
  CAF_CHECK_EQUAL(run({"explain", "--to", at(60)}).exit_code, 2);
  CAF_CHECK_EQUAL(run({"explain", at(303)}).out, held.out);
  CAF_CHECK(run({"explain", "last"}).out.starts_with("Yes: "));
  CAF_CHECK(run({"explain", "1"}).out.starts_with("Yes: "));
  CAF_CHECK_EQUAL(run({"explain", "nonsense"}).exit_code, 2);
  CAF_CHECK_EQUAL(run({"explain", "4711"}).exit_code, 2);
  CAF_CHECK_EQUAL(run({"explain", "--from", at(120), "--to", at(60)}).exit_code, 2);
  const auto json = nlohmann::json::parse(run({"explain", "--at", at(303), "--json"}).out);
  CAF_CHECK_EQUAL(json["verdict"], "held_up");
  CAF_CHECK_EQUAL(json["events"][0]["who"], "rsync");
}

CAF_TEST(what happened at a moment is listed and reported) {
  CAF_CHECK(contains(run({"events", "--at", at(305)}).out, "8.00 s"));
  const auto near = run({"events", "--at", at(400)});
  CAF_CHECK(contains(near.out, "8.00 s"));
  CAF_CHECK(contains(near.err, "1 min 32 s away"));
  CAF_CHECK(contains(run({"report", "--at", at(305), "-o", "-"}).out, "<h1>Froze 8.00\u00a0s"));
}

CAF_TEST(history shows the pause between its rows) {
  const auto out = run({"history", "--since", at(290), "--until", at(320)}).out;
  CAF_CHECK(contains(out, "pause 1, 8.00 s: pmactor waited for a disk"));
  CAF_CHECK(!contains(out, "nothing is recorded"));
  CAF_CHECK(
    !contains(run({"history", "--since", at(290), "--until", at(320), "--csv"}).out, "pause"));
}

CAF_TEST(history says of a moment within a pause that the machine stood still) {
  const auto out = run({"history", "--at", at(304)}).out;
  CAF_CHECK(contains(out, "At that time the machine stood still from 2023-11-1"));
  CAF_CHECK(contains(out, "`pmactor events show 1`"));
  const auto json = nlohmann::json::parse(run({"history", "--at", at(304), "--json"}).out);
  CAF_REQUIRE_EQUAL(json.size(), 1u);
  CAF_REQUIRE_EQUAL(json[0]["events"].size(), 1u);
  CAF_CHECK_EQUAL(json[0]["events"][0]["kind"].get<std::string>(), "pause");
  CAF_CHECK(!contains(run({"history", "--at", at(200)}).out, "At that time"));
}

CAF_TEST(a summary is a page) {
  const auto page = run({"report", "--since", at(0)});
  CAF_CHECK_EQUAL(page.exit_code, 0);
  CAF_CHECK(contains(page.out, "1 pause, 0 stalls"));
  CAF_CHECK(contains(page.out, "rsync"));
  CAF_CHECK(page.out.ends_with("</html>\n"));
}

CAF_TEST(patterns are none of one event) {
  CAF_CHECK(contains(run({"patterns", "--since", at(0)}).out, "Nothing repeats among 1 event."));
}

CAF_TEST(one screen is text without a terminal) {
  const auto screen = run({"top", "--once", "--at", at(303), "--size", "100x30"});
  CAF_CHECK_EQUAL(screen.exit_code, 0);
  CAF_CHECK(contains(screen.out, "no daemon: history only"));
  CAF_CHECK(contains(screen.out, "PPPPPPPP"));
  CAF_CHECK_EQUAL(run({"top", "--once", "--size", "3x3"}).exit_code, 2);
  const auto early = run({"top", "--once", "--at", at(-86400)});
  CAF_CHECK_EQUAL(early.exit_code, 0);
  CAF_CHECK(contains(early.out, " is before the history, which begins "));
}

CAF_TEST(the live view goes to the event and opens it and gives the terminal back) {
  for (const char* kind : {"vt100"}) {
    on_terminal aut{{"top", "--data", home.data.string()}, kind, 80, 24};
    CAF_CHECK(aut.shows("no daemon"));
    CAF_CHECK(aut.shows("? help"));
    aut.write("\t\t"); // the list of events, which are read after the first screen
    CAF_CHECK(aut.shows("rsync"));
    aut.write("\t\t");
    aut.forget();
    aut.write("g" + at(0) + "\r");
    aut.write("n\r");
    CAF_CHECK(aut.shows("Pause 1, "));
    CAF_CHECK(aut.shows("rsync"));
    aut.resize(120, 40);
    aut.write("q");
    aut.forget();
    CAF_CHECK(aut.shows("PPPPPPPP"));
    aut.write("q");
    CAF_CHECK_EQUAL(aut.end(), 0);
  }
}

CAF_TEST(the live view shows the end of a stall however many events came since) {
  SQLite::Database db{home.where().database().string(), SQLite::OPEN_READWRITE};
  db.exec("INSERT INTO events(id, kind, started, cause, confidence, scope, evidence, "
          "culprits, status, stall) VALUES(100, 'stall', 1700000400, 'io', 'high', 'system', "
          "'[]', '[]', 'new', '{\"resource\":\"disk\",\"name\":\"sda\",\"over\":false}')");
  for (int i = 0; i < 20; ++i)
    db.exec("INSERT INTO events(kind, started, ended, duration, cause, confidence, scope, ledger, "
            "evidence, culprits, status) VALUES('pause', 1700000410, 1700000411, 1, 'io', 'high', "
            "'system', '{\"io\":1}', '[]', '[]', 'new')");
  top_loader aut{home.where(), 7, [] {}};
  top_wish wish;
  wish.moment = static_cast<double>(begin) + 410;
  wish.last = begin + 420;
  wish.opened = 100;
  aut.want(wish);
  const auto text = [&aut] {
    std::string result;
    for (const auto& line : *aut.page()->lines)
      result += line + '\n';
    return result;
  };
  const auto stall = [&aut]() -> std::optional<top_event> {
    for (const auto& x : *aut.page()->events)
      if (x.id == 100)
        return x;
    return std::nullopt;
  };
  CAF_CHECK(soon([&] { return stall() && stall()->lasts && contains(text(), "does not answer"); }));
  db.exec("UPDATE events SET ended = 1700000415, duration = 15, notes = 'it was the cable', "
          "stall = '{\"resource\":\"disk\",\"name\":\"sda\",\"over\":true}' WHERE id = 100");
  CAF_CHECK(soon([&] { return stall() && !stall()->lasts && stall()->to < 1.8e9; }));
  // What is opened is read again as well, also when it is opened anew.
  CAF_CHECK(soon([&] { return contains(text(), "it was the cable"); }));
  wish.opened.reset();
  aut.want(wish);
  CAF_CHECK(soon([&] { return !aut.page()->opened; }));
  db.exec("UPDATE events SET notes = 'it was the power supply' WHERE id = 100");
  wish.opened = 100;
  aut.want(wish);
  CAF_CHECK(soon([&] { return contains(text(), "it was the power supply"); }));
  db.exec("DELETE FROM events WHERE id = 100");
  CAF_CHECK(soon([&] { return contains(text(), "This event is gone."); }));
}

CAF_TEST(what follows goes on with what comes) {
  SQLite::Database db{home.where().database().string(), SQLite::OPEN_READWRITE};
  on_terminal events{{"events", "--follow", "--data", home.data.string()}, "vt100", 100, 30};
  CAF_CHECK(events.shows("rsync"));
  db.exec("INSERT INTO events(kind, started, cause, confidence, scope, evidence, culprits, "
          "status, stall) VALUES('stall', 1700000500, 'io', 'high', 'system', '[]', '[]', "
          "'new', '{\"resource\":\"disk\",\"name\":\"sdx\",\"over\":false}')");
  CAF_CHECK(events.shows("disk sdx does not answer"));
  events.forget();
  db.exec("UPDATE events SET ended = 1700000521, duration = 21, "
          "stall = '{\"resource\":\"disk\",\"name\":\"sdx\",\"over\":true}' "
          "WHERE stall LIKE '%sdx%'");
  CAF_CHECK(events.shows("disk sdx did not answer"));
  on_terminal history{{"history", "--follow", "--data", home.data.string()}, "vt100", 100, 30};
  CAF_CHECK(history.shows("22:23:1")); // of the newest samples
  history.forget();
  db.exec("INSERT INTO samples(timestamp, interval, cpu_pct, load_avg, stress_total) "
          "VALUES(1700000601, 1, 77.7, 66.6, 55)");
  CAF_CHECK(history.shows("66.6"));
}

CAF_TEST(no line is none for all that list) {
  for (const auto& words : {std::vector<std::string>{"events"}, {"events", "--at", at(303)}, {"events", "--otlp"},
                            {"history"}, {"history", "--since", at(0)}, {"history", "--step", "1m"}}) {
    auto asked = words;
    asked.insert(asked.end(), {"-n", "0"});
    const auto said = run(asked);
    CAF_CHECK_EQUAL(said.exit_code, 0);
    CAF_CHECK_EQUAL(said.out, "");
  }
  CAF_CHECK_EQUAL(nlohmann::json::parse(run({"history", "-n", "0", "--json"}).out).size(), 0u);
  CAF_CHECK(nlohmann::json::parse(run({"history", "-n", "all", "--json"}).out).size() > 20u);
}

CAF_TEST(events are exported for a collector all or those that are named) {
  const auto records = [](const std::string& text) {
    const auto line = nlohmann::json::parse(text); // so few are one line
    return line["resourceLogs"][0]["scopeLogs"][0]["logRecords"].size();
  };
  const auto events = nlohmann::json::parse(run({"events", "--json", "--parts", "--limit", "all"}).out).size();
  CAF_CHECK_EQUAL(records(run({"export", "--otlp"}).out), events);
  CAF_CHECK_EQUAL(records(run({"events", "--otlp", "--parts", "--limit", "all"}).out), events);
  CAF_CHECK_EQUAL(records(run({"export", "1", "--otlp"}).out), 1u);
  const auto file = home.folder.path / "events.jsonl";
  CAF_CHECK_EQUAL(run({"export", "--otlp", "-o", file.string()}).exit_code, 0);
  CAF_CHECK(std::filesystem::file_size(file) > 0);
  CAF_CHECK_EQUAL(run({"export", "77", "--otlp"}).exit_code, 1);
}

CAF_TEST(a terminal without a movable cursor gets one screen) {
  on_terminal aut{{"top", "--data", home.data.string()}, "dumb", 80, 24};
  CAF_CHECK(aut.shows("no terminal here whose cursor can be moved"));
  CAF_CHECK_EQUAL(aut.end(), 0);
  CAF_CHECK(!contains(aut.said(), "\x1b"));
}

CAF_TEST(a day on a terminal is drawn and long output goes to the pager) {
  ::setenv("PAGER", "sed s/^/paged:/", 1);
  on_terminal drawn{{"history", "--since", at(0), "--until", at(600), "--data", home.data.string()},
                    "vt100",
                    100,
                    40};
  CAF_CHECK(drawn.shows("stress"));
  CAF_CHECK(drawn.shows("PP"));
  CAF_CHECK_EQUAL(drawn.end(), 0);
  on_terminal paged{{"events", "--data", home.data.string()}, "vt100", 100, 40};
  CAF_CHECK(paged.shows("paged: 1 2023-11-14"));
  CAF_CHECK_EQUAL(paged.end(), 0);
  ::unsetenv("PAGER");
}

CAF_TEST_FIXTURE_SCOPE_END()
