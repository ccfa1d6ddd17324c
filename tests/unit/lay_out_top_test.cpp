#define CAF_SUITE lay_out_top

#include "app/top/draw_curves.hpp"
#include "app/top/lay_out_top.hpp"
#include "app/top/rank_processes.hpp"

#include <cmath>
#include <cstdlib>
#include <ctime>

#include "support/expected_text.hpp"
#include "support/hostile_names.hpp"
#include "support/test.hpp"
#include "support/top_processes.hpp"

using namespace pmactor;

namespace {

constexpr double now = 1'767'225'600 + 12 * 3600; // 2026-01-01 12:00:00 UTC

sample_row sample_at(double time) {
  sample_row x;
  const auto wave = 0.5 + 0.5 * std::sin((time - now) / 12);
  const bool is_trouble = time > now - 30 && time < now - 20;
  x[sample_column::timestamp] = time;
  x[sample_column::cpu_pct] = 20 + 60 * wave;
  x[sample_column::load_avg] = 1 + 3 * wave;
  x[sample_column::mem_available] = 6e9 - 1e9 * wave;
  x[sample_column::mem_total] = 8e9;
  x[sample_column::swap_used] = 0;
  x[sample_column::io_read] = 1e6 * wave;
  x[sample_column::io_write] = is_trouble ? 120e6 : 2e6;
  x[sample_column::psi_cpu_some] = 30 * wave;
  x[sample_column::psi_mem_some] = is_trouble ? 45 : 0;
  x[sample_column::psi_io_some] = is_trouble ? 80 : 1;
  x[sample_column::stress_load] = 20 * wave;
  x[sample_column::stress_io] = is_trouble ? 20 : 0;
  x[sample_column::stress_latency] = is_trouble ? 30 : 0;
  x[sample_column::late_beat] = is_trouble ? 2.1 : 0.00012;
  x[sample_column::late_cpu] = 0.02 * wave;
  if (is_trouble)
    x[sample_column::late_disk] = time - (now - 30);
  x[sample_column::stress_total] = 20 * wave + (is_trouble ? 50 : 0);
  return x;
}

/// A machine with a pause half a minute ago, and nothing recorded for some seconds before that.
top_page make_page(double step) {
  top_page page;
  page.step = step;
  page.oldest = now - 86400;
  column_maker maker{step, 7};
  for (double time = now - 130 * step; time <= now; time += std::max(1.0, step / 60))
    if (time < now - 60 || time > now - 48)
      maker.add(sample_at(time));
  page.columns = std::make_shared<const time_columns>(maker.columns());
  page.sample = sample_at(now - 0.5);
  page.processes = four_processes();
  rank_harm(page.processes, page.sample);
  page.processes_at = now;
  page.events = std::make_shared<const std::vector<top_event>>(std::vector<top_event>{
    {11, "sleep", now - 7200, now - 3600, false,
     "   11 2026-01-01 10:00:00 1 h        sleep    -              it was suspended"},
    {12, "stall", now - 31, now - 19, false,
     "   12 2026-01-01 11:59:29 12.0 s     stall    rsync          disk sda did not answer, 1 "
     "pause"},
    {13, "pause", now - 26, now - 24, false,
     "   13 2026-01-01 11:59:34 2.00 s     pause    rsync          pmactor waited for a disk"}});
  page.daemon.is_running = true;
  page.daemon.word = "healthy";
  page.daemon.actors = {{"storage-writer", "running", "812 samples, 1.5 MB", false},
                        {"notifier", "running", "desktop: no user is logged in", true}};
  return page;
}

struct fixture {
  top_state state;
  top_page page;

  fixture() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    page = make_page(1);
  }
  std::string screen(std::size_t width, std::size_t height, bool unicode = true) {
    return lay_out_top(state, page, width, height, now, unicode).text();
  }
  void check(const std::string& file, const std::string& text) {
    CAF_CHECK_EQUAL(text, expected_text(PMACTOR_SOURCE_DIR, file, text));
  }
};

/// The lines that are wider than the screen.
std::size_t too_wide(const std::string& text, std::size_t width) {
  std::size_t result = 0, begin = 0;
  while (begin < text.size()) {
    const auto end = text.find('\n', begin);
    result += width_of(text.substr(begin, end - begin)) > width ? 1 : 0;
    begin = end + 1;
  }
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(the screens are those that are kept) {
  check("top_80x24.txt", screen(80, 24));
  check("top_120x40.txt", screen(120, 40));
  check("top_80x24_ascii.txt", screen(80, 24, false));
  state.cursor = now - 25;
  state.right = now;
  page.moment = state.cursor;
  state.list = top_list::events;
  check("top_80x24_past.txt", screen(80, 24));
  state.list = top_list::units;
  state.filter = "SERVICE";
  state.order = top_order::disk;
  check("top_80x24_units.txt", screen(80, 24));
  state = {};
  page.moment.reset();
  state.list = top_list::actors;
  page.daemon.is_running = false;
  page.daemon.actors.clear();
  page.daemon.sentence = "pmactor is not running";
  check("top_80x24_no_daemon.txt", screen(80, 24));
  state.shows_help = true;
  check("top_80x24_help.txt", screen(80, 24));
  state = {};
  page = {};
  page.trouble =
    "Cannot read the history /home/ann/pmactor.db: there is none yet. Start the daemon first.";
  check("top_80x24_nothing.txt", screen(80, 24));
}

CAF_TEST(where not each second has a sample the screen says so if there is room) {
  const auto take_each = [this](double apart) {
    column_maker maker{1, 7};
    for (double time = now - 60; time < now; time += apart) {
      page.sample = sample_at(time);
      maker.add(*page.sample);
    }
    page.columns = std::make_shared<const time_columns>(maker.columns());
  };
  take_each(5);
  CAF_CHECK(screen(120, 24).find("1 column = 1 s, 1 sample per 5 s\n") != std::string::npos);
  CAF_CHECK(screen(40, 24).find("1 column = 1 s\n") != std::string::npos);
  take_each(1);
  CAF_CHECK(screen(120, 24).find("1 column = 1 s\n") != std::string::npos);
}

CAF_TEST(the stress above the curves is that of the cursor as behind them) {
  state.cursor = now - 25;
  state.right = now;
  const auto at = column_maker::number_of(*state.cursor, 1);
  page.known_from = at - 50;
  page.known_to = at + 25;
  CAF_CHECK(screen(120, 24).find("\nstress 51 = load 1 + late 30 + disk 20 ") != std::string::npos);
  state.cursor = now - 55; // nothing was recorded then
  CAF_CHECK(screen(120, 24).find("\nnothing is recorded of this moment") != std::string::npos);
  state.cursor = now - 500; // beyond what was read so far
  state.right = now - 480;
  CAF_CHECK(screen(120, 24).find("\nreading the history ...") != std::string::npos);
  state.cursor = now; // the sample of this second is yet to come
  state.right = now;
  page.columns = std::make_shared<const time_columns>([] {
    column_maker maker{1, 7};
    maker.add(sample_at(now - 3));
    return maker.columns();
  }());
  page.pending = {{static_cast<std::int64_t>(now) - 2, static_cast<std::int64_t>(now)}};
  const auto text = screen(120, 24);
  CAF_CHECK(text.find("\nthe sample of this moment is yet to come ") != std::string::npos);
  CAF_CHECK(text.find("B/s\n") == std::string::npos); // no figures of an older one
}

CAF_TEST(live as well the processes of another sample have their time) {
  CAF_CHECK(screen(80, 24).find(" of 12:00:00 by harm\n") == std::string::npos);
  page.has_other_processes = true;
  CAF_CHECK(screen(80, 24).find(" of 12:00:00 by harm\n") != std::string::npos);
}

CAF_TEST(an event of which nothing is recorded is described with the processes before it) {
  state.cursor = page.moment = now - 55;
  state.right = now;
  page.known_from = static_cast<std::int64_t>(now) - 60;
  page.known_to = static_cast<std::int64_t>(now);
  page.processes_at = now - 61;
  page.has_other_processes = true;
  page.events = std::make_shared<const std::vector<top_event>>(std::vector<top_event>{
    {3, "pause", now - 58, now - 53, false, "a pause",
     "pause 3, 4.56 s: a signal stopped pmactor (pmactor alone)"}});
  const auto text = screen(80, 24);
  CAF_CHECK(text.find("\npause 3, 4.56 s: a signal stopped pmactor (pmactor alone) · Enter opens it\n")
            != std::string::npos);
  CAF_CHECK(text.find(" of 11:58:59 by harm\n") != std::string::npos);
  CAF_CHECK(text.find("rsync") != std::string::npos);
  page.processes_at = now - 86400;
  CAF_CHECK(screen(80, 24).find(" of 12-31 12:00:00 by harm\n") != std::string::npos);
}

CAF_TEST(an event of which something is recorded stands beside the stress) {
  state.cursor = page.moment = now - 25;
  state.right = now;
  page.events = std::make_shared<const std::vector<top_event>>(std::vector<top_event>{
    {12, "stall", now - 31, now - 19, false, "a stall", "stall 12, 12.0 s: disk sda did not answer"}});
  CAF_CHECK(screen(80, 24).find("\nstress 51 · stall 12, 12.0 s: disk sda did not answer ") != std::string::npos);
  CAF_CHECK(screen(120, 24).find("\nstress 51 = load 1 + late 30 + disk 20 · stall 12, 12.0 s: disk")
            != std::string::npos);
}

CAF_TEST(live figures are of the newest sample with its age and those of the past the worst of the column) {
  state.zoom = 4; // 5 min
  page = make_page(300);
  page.sample = sample_at(now - 9);
  (*page.sample)[sample_column::cpu_pct] = 7.0;
  auto text = screen(80, 24);
  CAF_CHECK(text.find("  live, sample of 9 s ago ") != std::string::npos);
  CAF_CHECK(text.find(" 7.0 %\n") != std::string::npos);
  CAF_CHECK(text.find("1 column = 5 min") != std::string::npos);
  state.cursor = page.moment = now - 3000;
  state.right = now;
  text = screen(80, 24);
  CAF_CHECK(text.find(" 7.0 %\n") == std::string::npos);
  CAF_CHECK(text.find("1 column = worst of 5 min") != std::string::npos);
}

CAF_TEST(what has no room beside the stress is cut between words) {
  state.cursor = page.moment = now - 25;
  state.right = now;
  const std::string about = "pause 12, 12.0 s: the disks and the file system of the backup did not answer for long enough";
  page.events = std::make_shared<const std::vector<top_event>>(
    std::vector<top_event>{{12, "pause", now - 31, now - 19, false, "a pause", about}});
  const auto text = screen(80, 24);
  const auto begin = text.find('\n') + 1;
  const auto line = text.substr(begin, text.find('\n', begin) - begin);
  const auto cut = line.find("\u2026");
  CAF_REQUIRE(cut != std::string::npos);
  const std::string front = "stress 51 \u00b7 ";
  CAF_REQUIRE(line.starts_with(front));
  CAF_CHECK(about.starts_with(line.substr(front.size(), cut - front.size()) + ' '));
  CAF_CHECK(line.ends_with(" 1 column = 1 s"));
  CAF_CHECK_EQUAL(width_of(line), 80u);
  page = make_page(60);
  page.events = std::make_shared<const std::vector<top_event>>(
    std::vector<top_event>{{12, "pause", now - 31, now - 19, false, "a pause", about}});
  page.moment = state.cursor;
  state.zoom = 3;
  CAF_CHECK(screen(80, 24).find(" 1 column = worst of 1 min\n") != std::string::npos);
}

CAF_TEST(a filter is always seen) {
  state.filter = "rsync";
  CAF_CHECK(screen(80, 24).find(" by harm with 'rsync'\n") != std::string::npos);
  for (std::size_t width : {40u, 60u, 80u, 120u})
    for (int list = 0; list < 4; ++list) {
      state.list = static_cast<top_list>(list);
      CAF_CHECK(screen(width, 12).find("'rsync'") != std::string::npos);
    }
}

CAF_TEST(on a narrow screen names stay and numbers go) {
  const auto text = screen(40, 16);
  CAF_CHECK(text.find("\n    PID   CPU%   MEM   HARM NAME\n") != std::string::npos);
  CAF_CHECK(text.find("! rsync\n") != std::string::npos);
}

CAF_TEST(the note of an actor is cut between words and what is opened has all of it) {
  page.daemon.actors = {{"notifier", "running", "desktop: notify-send is not installed on this machine at all", true}};
  state.list = top_list::actors;
  const auto text = screen(80, 24);
  CAF_CHECK(text.find("notify-send is not installed on this\u2026\n") != std::string::npos);
  state.detail = surroundings_of(state, page, 80, 24, now).selected_detail;
  CAF_CHECK(screen(80, 24).find("on this machine at all\n") != std::string::npos);
}

CAF_TEST(how far apart samples lie is known beside a break as well) {
  column_maker maker{1, 7, std::make_shared<const std::vector<recording_break>>(
                             std::vector<recording_break>{{now - 20, now - 3, false}})};
  for (double time = now - 60; time < now - 20; time += 5)
    maker.add(sample_at(time));
  maker.add(sample_at(now - 1));
  page.columns = std::make_shared<const time_columns>(maker.columns());
  page.sample = sample_at(now - 1);
  CAF_CHECK(screen(120, 24).find("1 column = 1 s, 1 sample per 5 s\n") != std::string::npos);
}

CAF_TEST(figures that are old have their age whatever became of the daemon) {
  page.sample = sample_at(now - 10);
  page.daemon.is_held_up = true;
  page.daemon.word = "stopped";
  auto text = screen(80, 24);
  CAF_CHECK(text.find("  sample of 10 s ago ") != std::string::npos);
  CAF_CHECK(text.find("live,") == std::string::npos);
  CAF_CHECK(text.find(" 2.0MB/s\n") != std::string::npos);
  page.daemon.is_held_up = page.daemon.is_running = false;
  text = screen(80, 24);
  CAF_CHECK(text.find("  newest sample of 10 s ago ") != std::string::npos);
  CAF_CHECK(text.find(" no daemon\n") != std::string::npos);
  CAF_CHECK(screen(40, 24).find("  10 s ago\n") != std::string::npos);
}

CAF_TEST(what is recorded without a value has a sign in the curve) {
  auto row = sample_at(now - 3);
  row[sample_column::late_beat].reset();
  column_maker maker{1, 7};
  maker.add(sample_at(now - 4));
  maker.add(row);
  page.columns = std::make_shared<const time_columns>(maker.columns());
  page.pending = {{static_cast<std::int64_t>(now) - 2, static_cast<std::int64_t>(now)}};
  page.events = std::make_shared<const std::vector<top_event>>();
  CAF_CHECK(screen(80, 40).find("\u2581\u00b7\u00b7\u00b7\u00b7    120 ") != std::string::npos);
  CAF_CHECK(marks_of(page, 6, static_cast<std::int64_t>(now)) == " .....");
  page.daemon.is_running = false; // then nothing is to come
  CAF_CHECK(marks_of(page, 6, static_cast<std::int64_t>(now)) == " ..   ");
}

CAF_TEST(of several events in a column it is said which is shown) {
  state.cursor = page.moment = now - 25;
  state.right = now;
  state.chosen = 13;
  page.events = std::make_shared<const std::vector<top_event>>(
    std::vector<top_event>{{12, "stop", now - 25, now - 24, false, "a stop", "stop 12"},
                           {13, "critical", now - 25, now - 20, false, "a peak", "critical 13"}});
  CAF_CHECK(screen(80, 24).find(" 2 of 2 here: critical 13 ") != std::string::npos);
}

CAF_TEST(the processes of another moment are not shown) {
  state.cursor = now - 25;
  state.right = now;
  auto text = screen(80, 24);
  CAF_CHECK(text.find("rsync") == std::string::npos);
  CAF_CHECK(text.find("reading the history ...") != std::string::npos);
  CAF_CHECK_EQUAL(surroundings_of(state, page, 80, 24, now).list_size, 0u);
  page.moment = now - 26; // of the column beside it: they stay until others are read
  CAF_CHECK(screen(80, 24).find("rsync") != std::string::npos);
  state.cursor.reset();
  CAF_CHECK(screen(80, 24).find("rsync") == std::string::npos);
}

CAF_TEST(every curve is seen however little room there is) {
  std::string seen;
  for (int i = 0; i < 4; ++i, ++state.turned)
    seen += screen(80, 24);
  for (const auto* name : {"cpu ", "psi disk", "mem free", "late ", "cpu late", "dsk late", "load pts", "late pts"})
    CAF_CHECK(seen.find(std::string{"\n"} + name) != std::string::npos);
  CAF_CHECK(seen.find("gui late") == std::string::npos); // this machine has no desktop
}

CAF_TEST(any size is filled and none is overrun) {
  for (std::size_t width : {1u, 39u, 40u, 59u, 60u, 80u, 133u, 300u})
    for (std::size_t height : {1u, 11u, 12u, 16u, 24u, 50u, 120u})
      for (const bool unicode : {true, false})
        for (int list = 0; list < 4; ++list) {
          state.list = static_cast<top_list>(list);
          const auto text = screen(width, height, unicode);
          CAF_CHECK_EQUAL(std::count(text.begin(), text.end(), '\n'),
                          static_cast<std::ptrdiff_t>(height));
          CAF_CHECK_EQUAL(too_wide(text, width), 0u);
        }
}

CAF_TEST(without Unicode there is only ASCII) {
  page.processes[1].sample.name = "b\u00e4h\u6f22\u5b57";
  const auto text = screen(120, 40, false);
  CAF_CHECK(std::all_of(text.begin(), text.end(),
                        [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); }));
  CAF_CHECK(text.find("b?h????") != text.npos);
}

CAF_TEST(hostile names do no harm) {
  page.processes.clear();
  std::int64_t pid = 1;
  for (const auto& name : hostile_names()) {
    page.processes.push_back(listed_process(++pid, "", "", 1, 1, 1));
    page.processes.back().sample.name = name;
    page.processes.back().unit = name;
  }
  for (int list = 0; list < 2; ++list) {
    state.list = static_cast<top_list>(list);
    const auto text = screen(100, 110);
    CAF_CHECK_EQUAL(too_wide(text, 100), 0u);
    CAF_CHECK(std::none_of(text.begin(), text.end(), [](char c) {
      return c != '\n' && (static_cast<unsigned char>(c) < ' ' || c == 0x7f);
    }));
  }
}

CAF_TEST(the gravest event of a column is marked and what is not recorded is blank) {
  const auto marks = marks_of(page, 60, static_cast<std::int64_t>(now));
  const auto at = [&marks](double before) { return marks[59 - static_cast<std::size_t>(before)]; };
  CAF_CHECK_EQUAL(at(0), '.');
  CAF_CHECK_EQUAL(at(30), 'S');
  CAF_CHECK_EQUAL(at(25), 'P');
  CAF_CHECK_EQUAL(at(52), ' ');
}

CAF_TEST(a stop in good order has a mark and a word of its own) {
  page.events = std::make_shared<const std::vector<top_event>>(
    std::vector<top_event>{{14, "stop", now - 58, now - 50, false, "a stop"}});
  const auto marks = marks_of(page, 60, static_cast<std::int64_t>(now));
  CAF_CHECK_EQUAL(marks[59 - 55], 'x');
  CAF_CHECK_EQUAL(legend_of(marks), "Marks: x stop, . recorded, blank not recorded");
}

CAF_TEST(the present of a daemon that runs alone is live) {
  CAF_CHECK(screen(80, 24).find("  live ") != std::string::npos);
  page.daemon.is_running = false;
  CAF_CHECK(screen(80, 24).find("live") == std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
