#define CAF_SUITE find_patterns

#include "app/patterns/read_patterns.hpp"
#include "app/patterns/render_patterns.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <ctime>
#include <functional>
#include <random>

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double minute = 60, hour = 3600, day = 86400, week = 7 * day;
constexpr double monday = 1'767'571'200; ///< 2026-01-05 00:00 UTC.

struct fixture {
  std::vector<past_event> events;
  std::mt19937_64 chance{1};

  fixture() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
  double uniform(double least, double most) {
    return std::uniform_real_distribution<double>{least, most}(chance);
  }
  void add(double at, const event_traits& traits, double lasted = 2) {
    past_event x;
    x.id = static_cast<std::int64_t>(events.size()) + 1;
    x.at = x.local = at;
    x.lasted = lasted;
    x.traits = traits;
    events.push_back(x);
  }
  /// Events of a habit, each late by up to *jitter*; some fail to appear.
  void habit(const event_traits& traits, double first, double period, double jitter, double length,
             const std::function<bool(double)>& comes = {}) {
    for (auto at = first; at < monday + length; at += period)
      if ((!comes || comes(at)) && uniform(0, 1) < 0.9)
        add(at + uniform(0, jitter), traits, uniform(2, 6));
  }
};

event_traits pause_by(const char* doer, const char* cause = "io") {
  return {"pause", cause, "", "", doer};
}

event_traits stall_of(const char* resource, const char* name, const char* doer = "") {
  return {"stall", resource == std::string{"memory"} ? "memory" : "io", resource, name, doer};
}

std::string rhythm_of(const found_patterns& x, const std::string& doer) {
  for (const auto& one : x.patterns)
    if (one.traits.doer == doer)
      return rhythm_words(one);
  return "none";
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(a rhythm is said as people say it) {
  habit(pause_by("updatedb"), monday + 3 * hour + 10 * minute, day, 5 * minute, 30 * day);
  habit(pause_by("backup"), monday + 9 * hour, week, 15 * minute, 60 * day);
  habit(pause_by("cron"), monday + 17 * minute, hour, 40, 3 * day);
  habit(pause_by("sync"), monday + 5 * minute, 6 * hour, 5 * minute, 30 * day);
  habit(pause_by("meeting"), monday + 8.5 * hour, day, 5 * minute, 40 * day,
        [](double at) { return static_cast<int>((at - monday) / day) % 7 < 5; });
  habit(pause_by("poll"), monday, 15 * minute, 10, day);
  const auto found = find_patterns(events);
  CAF_CHECK(rhythm_of(found, "updatedb").starts_with("daily 03:1"));
  CAF_CHECK(rhythm_of(found, "backup").starts_with("Mondays 09:0"));
  CAF_CHECK(rhythm_of(found, "cron").starts_with("hourly at :17"));
  CAF_CHECK(rhythm_of(found, "sync").starts_with("every 6 h, as at 00:0"));
  CAF_CHECK(rhythm_of(found, "meeting").starts_with("weekdays 08:3"));
  CAF_CHECK_EQUAL(rhythm_of(found, "poll"), "every 15 min");
  CAF_CHECK_EQUAL(found.patterns.size(), 6u);
}

CAF_TEST(moments around midnight are one rhythm) {
  habit(pause_by("logrotate"), monday - 5 * minute, day, 10 * minute, 20 * day);
  const auto found = find_patterns(events);
  CAF_CHECK(rhythm_of(found, "logrotate").starts_with("daily 23:5"));
}

CAF_TEST(a burst is no rhythm and chance is none) {
  for (int i = 0; i < 40; ++i)
    add(monday + 100 * i, pause_by("make"));
  for (int i = 0; i < 60; ++i)
    add(monday + uniform(0, 30 * day), {"pause", "cpu_wait", "", "", ""});
  for (const auto& x : find_patterns(events).patterns)
    CAF_CHECK(!x.beat);
}

CAF_TEST(a habit is found among noise that looks like it) {
  const event_traits plain{"pause", "io", "", "", ""};
  for (int i = 0; i < 60; ++i)
    add(monday + uniform(0, 30 * day), plain);
  habit(plain, monday + 3 * hour, day, 5 * minute, 30 * day);
  const auto found = find_patterns(events);
  CAF_REQUIRE(found.patterns.size() == 1);
  CAF_CHECK_EQUAL(found.patterns[0].beat->period, day);
  CAF_CHECK(found.patterns[0].count() < 36);
  CAF_REQUIRE(found.rest.size() == 1);
}

CAF_TEST(the fingerprint stays when events are added) {
  habit(pause_by("updatedb"), monday + 3 * hour, day, 5 * minute, 10 * day);
  const auto before = find_patterns(events).patterns.at(0).fingerprint;
  habit(pause_by("updatedb"), monday + 10 * day + 3 * hour, day, 5 * minute, 30 * day);
  for (int i = 0; i < 20; ++i)
    add(monday + uniform(0, 30 * day), pause_by("other"));
  bool is_there = false;
  for (const auto& x : find_patterns(events).patterns)
    is_there = is_there || x.fingerprint == before;
  CAF_CHECK(is_there);
  // Of these bytes and no others: programs and people keep them.
  CAF_CHECK_EQUAL(fingerprint_of({"stall", "io", "disk", "sda", "updatedb"}), "4d6fcb4e");
  CAF_CHECK_EQUAL(common_name("kworker/u8:3-flush"), "kworker");
  CAF_CHECK_EQUAL(common_name("/odd"), "/odd");
}

CAF_TEST(an event knows how many are like it) {
  habit(pause_by("updatedb"), monday + 3 * hour, day, 5 * minute, 30 * day);
  add(monday + 31 * day, pause_by("lonely"));
  const auto found = find_patterns(events);
  const auto& last = events[events.size() - 2];
  const auto like = find_likeness(last.id, events, found);
  CAF_CHECK_EQUAL(like.others, events.size() - 2);
  const auto words = likeness_words(like, last.at + 60);
  CAF_CHECK(words.starts_with("like "));
  CAF_CHECK(words.find("; daily 03:0") != words.npos);
  CAF_CHECK_EQUAL(likeness_words(find_likeness(events.back().id, events, found), 0), "");
  CAF_CHECK_EQUAL(find_likeness(12345, events, found).others, 0u);
}

CAF_TEST(a pattern names the unit of the doer where it is the same one) {
  for (int i = 0; i < 6; ++i) {
    add(monday + i * 12345, pause_by("updatedb"));
    events.back().unit = i == 2 ? "" : "updatedb.service";
    add(monday + i * 23456, pause_by("python3"));
    events.back().unit = i == 2 ? "backup.service" : "session.scope";
  }
  const auto found = find_patterns(events);
  CAF_REQUIRE_EQUAL(found.patterns.size() + found.rest.size(), 2u);
  const auto text = render_patterns(found, monday + day, {});
  CAF_CHECK(text.find("by updatedb of updatedb.service") != text.npos);
  CAF_CHECK(text.find("by python3\n") != text.npos || text.find("by python3;") != text.npos);
  const auto json = patterns_json(found);
  CAF_CHECK(json.find("\"unit\":\"updatedb.service\"") != json.npos);
  CAF_CHECK(json.find("session.scope") == json.npos);
}

CAF_TEST(a process that was busy as pmactor was killed is no doer of it) {
  event_row x;
  x.id = 1;
  x.kind = "outage";
  x.started = monday;
  x.cause = "killed";
  x.culprits = R"([{"name":"qemu-system-x86","reason":"used 110 % CPU"}])";
  const auto found = past_event_of(x);
  CAF_REQUIRE(found.has_value());
  CAF_CHECK_EQUAL(found->traits.doer, "");
}

CAF_TEST(a stop in good order is no trouble that may repeat) {
  event_row x;
  x.kind = "outage";
  x.started = monday;
  x.cause = "daemon_stopped";
  CAF_CHECK(!past_event_of(x));
  x.cause = "killed";
  CAF_CHECK(past_event_of(x).has_value());
}

CAF_TEST(the unit is that of the blamed process which leads the culprits) {
  event_row x;
  x.id = 1;
  x.kind = "pause";
  x.started = monday;
  x.cause = "io";
  x.culprits = R"([{"name":"updatedb"}])";
  const auto past = [&x] { return past_event_of(x).value(); };
  x.blame = R"({"doers":[{"name":"busy","unit":"other.service"},)"
            R"({"name":"updatedb","unit":"updatedb.service"}]})";
  const auto with_unit = past();
  CAF_CHECK_EQUAL(with_unit.unit, "updatedb.service");
  x.blame.clear();
  const auto without_unit = past();
  CAF_CHECK_EQUAL(without_unit.unit, "");
  CAF_CHECK_EQUAL(fingerprint_of(with_unit.traits), fingerprint_of(without_unit.traits));
  x.blame = "[[[";
  const auto with_rubbish = past();
  CAF_CHECK_EQUAL(with_rubbish.unit, "");
  x.cause = "unexplained"; // none is accused
  x.blame = R"({"doers":[{"name":"updatedb","unit":"updatedb.service"}]})";
  const auto unexplained = past();
  CAF_CHECK_EQUAL(unexplained.unit, "");
}

CAF_TEST(what came more than once is not said to repeat never) {
  for (const double at : {1000.0, 17'000.0, 95'000.0})
    add(monday + at, pause_by("updatedb"));
  add(monday + 7 * hour, pause_by("lonely"));
  const auto found = find_patterns(events);
  CAF_REQUIRE(found.patterns.empty());
  CAF_REQUIRE_EQUAL(found.rest.size(), 1u);
  const auto text = render_patterns(found, monday + day, {});
  CAF_CHECK(text.find("Nothing repeats") == text.npos);
  CAF_CHECK(text.starts_with("Of 4 events none come at regular times, or oftener than others do.\n"));
  CAF_CHECK(text.find("\nMore than once came\n    3 × ") != text.npos);
  text_style narrow;
  narrow.width = 40;
  narrow.colour = true;
  CAF_CHECK(render_patterns(found, monday + day, narrow).find("regular times,\nor oftener") != std::string::npos);
  const auto none = render_patterns({}, monday, {});
  CAF_CHECK_EQUAL(none, "Nothing repeats among 0 events.\n");
}

CAF_TEST(both forms hold foreign names harmless) {
  for (int i = 0; i < 5; ++i)
    add(monday + i * 12345, pause_by("evil\x1b[2J\xff"));
  const auto found = find_patterns(events);
  const auto text = render_patterns(found, monday + day, {});
  CAF_CHECK(text.find("evil\\x1b[2J\\xff") != text.npos);
  CAF_CHECK(text.find('\x1b') == text.npos);
  const auto json = nlohmann::json::parse(patterns_json(found));
  CAF_CHECK_EQUAL(json["patterns"][0]["count"], 5);
  CAF_CHECK_EQUAL(json["patterns"][0]["events"].size(), 5u);
  CAF_CHECK(json["patterns"][0]["rhythm"].is_null());
}

// Months of a machine with ten habits, and noise of as many events.
CAF_TEST(nine of ten planted habits are found and at most one is invented) {
  std::size_t found_in_all = 0, invented_in_all = 0;
  constexpr std::uint64_t worlds = 20;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    chance.seed(seed);
    events.clear();
    const double length = 60 * day;
    const auto phase = [this](double period) { return monday + uniform(0, period); };
    struct planted {
      event_traits traits;
      double period;
    };
    const std::vector<planted> habits{{stall_of("disk", "sda", "updatedb"), day},
                                      {pause_by("backup"), week},
                                      {pause_by("apt", "cpu_wait"), day},
                                      {stall_of("mount", "/mnt/nas"), day},
                                      {pause_by("snapper"), 6 * hour},
                                      {pause_by("indexer", "memory"), hour},
                                      {pause_by("teams", "cpu_wait"), day},
                                      {stall_of("memory", "", "chromium"), 0},
                                      {pause_by("rsync"), 0},
                                      {{"pause", "stolen", "", "", ""}, day}};
    for (const auto& x : habits)
      if (x.period == 0)
        for (int i = 0; i < 18; ++i)
          add(monday + uniform(0, length), x.traits, uniform(1, 20));
      else if (x.traits.doer == "teams") // on weekdays
        habit(x.traits, monday + uniform(7, 18) * hour, day, 8 * minute, length,
              [](double at) { return static_cast<int>((at - monday) / day) % 7 < 5; });
      else if (x.period == hour) // for some days only
        habit(x.traits, phase(hour), hour, 60, 4 * day);
      else
        habit(x.traits, phase(x.period), x.period, x.period == week ? 40 * minute : 7 * minute,
              length);
    const char* causes[] = {"io", "cpu_wait", "memory", "stolen", "unexplained", "interrupts"};
    for (int i = 0; i < 400; ++i) {
      const auto doer = "process-" + std::to_string(static_cast<int>(uniform(0, 120)));
      const auto* cause = causes[static_cast<int>(uniform(0, 6))];
      const bool is_known = uniform(0, 1) < 0.6;
      if (uniform(0, 1) < 0.2)
        add(monday + uniform(0, length),
            stall_of(
              "disk",
              ("sd" + std::string(1, static_cast<char>('a' + static_cast<int>(uniform(0, 20)))))
                .c_str(),
              is_known ? doer.c_str() : ""));
      else
        add(monday + uniform(0, length), pause_by(is_known ? doer.c_str() : "", cause));
    }
    const auto result = find_patterns(events);
    std::size_t found = 0, invented = 0;
    for (const auto& x : habits)
      found +=
        std::any_of(result.patterns.begin(), result.patterns.end(), [&x](const pattern& one) {
          return one.traits == x.traits && (one.beat ? one.beat->period : 0) == x.period;
        });
    for (const auto& one : result.patterns)
      invented += std::none_of(habits.begin(), habits.end(), [&one](const planted& x) {
        return one.traits == x.traits && (!one.beat || one.beat->period == x.period);
      });
    CAF_CHECK(found >= 9);
    CAF_CHECK(invented <= 1);
    found_in_all += found;
    invented_in_all += invented;
  }
  CAF_MESSAGE("found " << found_in_all << " of " << 10 * worlds << ", invented "
                       << invented_in_all);
}

CAF_TEST_FIXTURE_SCOPE_END()
