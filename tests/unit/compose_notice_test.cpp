#define CAF_SUITE compose_notice

#include "actors/notifier/clean_text.hpp"
#include "actors/notifier/compose_desktop.hpp"
#include "actors/notifier/encode_notice.hpp"
#include "actors/notifier/test_message.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "support/hostile_names.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

notice freeze(const std::string& suspect = "rsync", const std::string& reason = "wrote 298 MB/s, in D state") {
  notice x;
  x.pauses = 1;
  x.total = 12300ms;
  event_record longest;
  longest.event.duration = 12300ms;
  longest.event.cause = pause_cause::io;
  longest.event.sure = confidence::high;
  longest.event.scope = pause_scope::system;
  longest.culprits = {{4711, std::nullopt, suspect, reason}};
  x.longest = longest;
  x.first = 1'700'000'000s;
  x.last = x.first + 12300ms;
  return x;
}

std::string value_of(const notice_message& x, const std::string& name) {
  for (const auto& fact : x.facts)
    if (fact.name == name)
      return fact.value;
  return "(none)";
}

bool is_clean(const std::string& text) {
  return clean_text(text, 10'000) == text;
}

} // namespace

CAF_TEST(a freeze is reported with length and cause and suspect) {
  const auto x = compose_notice(freeze());
  CAF_CHECK_EQUAL(x.line, "Froze 12.3 s, stalled on I/O; suspect: rsync, 298 MB/s");
  CAF_CHECK_EQUAL(x.title, "Froze 12.3 s, stalled on I/O");
  CAF_CHECK_EQUAL(x.body, "Suspect: rsync, 298 MB/s.");
  CAF_CHECK(x.is_urgent);
  CAF_CHECK_EQUAL(value_of(x, "duration"), "12.300");
  CAF_CHECK_EQUAL(value_of(x, "cause"), "io");
  CAF_CHECK_EQUAL(value_of(x, "suspect"), "rsync");
  CAF_CHECK_EQUAL(value_of(x, "suspect_pid"), "4711");
}

CAF_TEST(of several processes of one name a message says how many they are) {
  const auto x = compose_notice(freeze("stress-ng", "5 processes used 450 % of a CPU meanwhile, mostly process 20"));
  CAF_CHECK_EQUAL(x.body, "Suspect: stress-ng, 5 processes used 450 % of a CPU meanwhile.");
}

CAF_TEST(a cause that is not sure is reported as perhaps) {
  auto x = freeze();
  x.longest->event.sure = confidence::low;
  CAF_CHECK_EQUAL(compose_notice(x).title, "Froze 12.3 s, perhaps stalled on I/O");
  x.longest->event.cause = pause_cause::unexplained;
  CAF_CHECK_EQUAL(compose_notice(x).title, "Froze 12.3 s, no counter explains it");
}

CAF_TEST(a busy process is not suspected where it is not known why) {
  auto x = freeze();
  x.longest->event.cause = pause_cause::unexplained;
  const auto words = compose_notice(x);
  CAF_CHECK_EQUAL(words.line, "Froze 12.3 s, no counter explains it");
  CAF_CHECK_EQUAL(words.body, "Busy then: rsync, 298 MB/s.");
  CAF_CHECK_EQUAL(value_of(words, "suspect"), "(none)");
  CAF_CHECK_EQUAL(value_of(words, "busy"), "rsync");
}

CAF_TEST(what befell pmactor alone is not called a freeze of the machine) {
  auto x = freeze();
  x.longest->event.scope = pause_scope::daemon_only;
  x.longest->event.cause = pause_cause::stopped;
  x.longest->culprits.clear();
  const auto words = compose_notice(x);
  CAF_CHECK_EQUAL(words.line, "pmactor alone was held up for 12.3 s, stopped by a signal");
  CAF_CHECK_EQUAL(words.body, "Its sampler ran on meanwhile, so the machine itself was fine.");
}

CAF_TEST(what reached pmactor and its sampler alone is not called a freeze of the machine) {
  auto x = freeze();
  x.longest->event.scope = pause_scope::daemon_and_sampler;
  x.longest->event.cause = pause_cause::frozen;
  x.longest->culprits.clear();
  const auto words = compose_notice(x);
  CAF_CHECK_EQUAL(words.line,
                  "pmactor and its sampler were held up for 12.3 s, its control group was frozen");
  CAF_CHECK_EQUAL(words.body, "Other processes need not have been.");
}

CAF_TEST(what no second witness saw is a freeze only if its cause reaches others) {
  auto x = freeze();
  x.longest->culprits.clear();
  x.longest->event.scope = pause_scope::unknown;
  for (const auto cause : {pause_cause::stopped, pause_cause::frozen, pause_cause::traced, pause_cause::quota,
                           pause_cause::own_work}) {
    x.longest->event.cause = cause;
    const auto words = compose_notice(x);
    CAF_CHECK_EQUAL(words.title, "pmactor was held up for 12.3 s, " + cause_in_title(cause, x.longest->event.sure));
    CAF_CHECK_EQUAL(words.body, "No second witness saw if other processes ran on.");
  }
  x.longest->event.cause = pause_cause::stolen;
  CAF_CHECK(compose_notice(x).title.starts_with("Froze 12.3 s, "));
  x.longest->event.cause = pause_cause::stopped;
  x.pauses = 2;
  x.total = 15s;
  CAF_CHECK_EQUAL(compose_notice(x).title, "pmactor was held up 2 times, 15.0 s together, stopped by a signal");
}

CAF_TEST(that no single process held the CPUs is said only where it is recorded what ran on them) {
  auto x = freeze();
  x.longest->event.cause = pause_cause::cpu_wait;
  x.longest->culprits.clear();
  auto& blame = x.longest->event.blame.emplace();
  blame.source = blame_source::recorded;
  blame.harm = 4s;
  blame.uncharged = 4s;
  CAF_CHECK_EQUAL(compose_notice(x).body, "No single process held the CPUs.");
  blame.uncharged = 100ms;
  blame.unknown = 3900ms;
  CAF_CHECK_EQUAL(compose_notice(x).body, "");
}

CAF_TEST(many pauses are reported as one freeze) {
  auto x = freeze();
  x.pauses = 3;
  x.total = 15s;
  x.last = x.first + 20s;
  const auto words = compose_notice(x);
  CAF_CHECK_EQUAL(words.title, "Froze 3 times, 15.0 s together, stalled on I/O");
  CAF_CHECK_EQUAL(words.body, "The longest lasted 12.3 s, all within 20.0 s. Suspect: rsync, 298 MB/s.");
}

CAF_TEST(evidence that was captured is named) {
  auto x = freeze();
  x.folder = "events/2026-01-20T09-10-13Z-pause";
  x.event = {1768900213250000000};
  x.finding = "Two processes waited for the disk.";
  const auto evidence = "`pmactor report " + time_of_day(1'768'900'213'250ms) + "` shows the evidence.";
  CAF_CHECK_EQUAL(compose_notice(x).body, "Suspect: rsync, 298 MB/s. " + evidence);
  x.longest->culprits.clear();
  x.finding = "rsync (pid 4711) waited for the disk.";
  CAF_CHECK_EQUAL(compose_notice(x).body, "rsync (pid 4711) waited for the disk. " + evidence);
  x.longest->event.cause = pause_cause::stopped; // then no other process had a part in it
  CAF_CHECK_EQUAL(compose_notice(x).body, evidence);
  CAF_CHECK_EQUAL(value_of(compose_notice(x), "event"), "1768900213250000000");
}

CAF_TEST(what was held back is said) {
  auto x = freeze();
  x.held_back[static_cast<std::size_t>(notice_kind::critical)] = 2;
  x.held_back[static_cast<std::size_t>(notice_kind::elevated)] = 1;
  CAF_CHECK_EQUAL(compose_notice(x).body, "Suspect: rsync, 298 MB/s. 3 messages were held back before it: 2 of "
                                       "critical stress, 1 of stress.");
}

CAF_TEST(every kind has its words) {
  CAF_CHECK_EQUAL(test_message(notice_kind::critical).line,
                  "Test: Critical stress for 30 s; suspect: rsync, 298 MB/s");
  CAF_CHECK_EQUAL(test_message(notice_kind::all_clear).line,
                  "Test: All clear: the stress is no longer critical, after 30 s");
  CAF_CHECK_EQUAL(test_message(notice_kind::elevated).title,
                  "Test: Under stress: 34 (load 34) of 100 points");
  CAF_CHECK_EQUAL(test_message(notice_kind::degraded).title, "Test: pmactor is degraded: powermetrics-reader");
  CAF_CHECK_EQUAL(test_message(notice_kind::recovered).title, "Test: pmactor works fully again");
  for (std::size_t i = 0; i < notice_kinds; ++i) {
    const auto x = test_message(static_cast<notice_kind>(i));
    CAF_CHECK_EQUAL(notice_kind_from(to_string(x.kind)).value_or(notice_kind::pause), x.kind);
    CAF_CHECK_EQUAL(value_of(x, "test"), "yes");
    CAF_CHECK(!x.body.empty());
  }
}

CAF_TEST(the facts are variables and JSON) {
  const auto x = compose_notice(freeze());
  const auto variables = encode_notice_variables(x);
  CAF_CHECK(std::find(variables.begin(), variables.end(), "PMACTOR_SUSPECT_PID=4711") != variables.end());
  const auto json = nlohmann::json::parse(encode_notice_json(x));
  CAF_CHECK_EQUAL(json["duration"].get<double>(), 12.3);
  CAF_CHECK_EQUAL(json["suspect"].get<std::string>(), "rsync");
  CAF_CHECK_EQUAL(json["message"].get<std::string>(), x.line);
}

CAF_TEST(hostile names are harmless in every sink) {
  const auto linux_plain = notify_send_command("/usr/bin/notify-send", compose_notice(freeze()), true);
  const auto mac_plain = osascript_command(compose_notice(freeze()), true, std::nullopt);
  for (const auto& name : hostile_names()) {
    const auto x = compose_notice(freeze(name, "wrote 1 MB/s" + name));
    for (const auto& text : {x.title, x.body, x.line})
      CAF_CHECK(is_clean(text));
    for (const auto& variable : encode_notice_variables(x))
      CAF_CHECK(is_clean(variable));
    const auto json = encode_notice_json(x);
    CAF_CHECK(is_clean(json));
    CAF_CHECK(nlohmann::json::accept(json));
    CAF_CHECK_LESS(x.body.size(), 1000u);
    CAF_CHECK_LESS(json.size(), 4000u);

    const auto linux_way = notify_send_command("/usr/bin/notify-send", x, true);
    CAF_REQUIRE_GREATER(linux_way.size(), 3u);
    const auto n = linux_way.size();
    CAF_CHECK_EQUAL(linux_way[n - 3], "--");
    for (const auto& tag : {"<b>", "<img", "<a "})
      CAF_CHECK_EQUAL(linux_way[n - 1].find(tag), std::string::npos);
    for (std::size_t i = 0; i < n - 3; ++i) // nothing foreign among the options
      CAF_CHECK_EQUAL(linux_way[i], linux_plain[i]);

    const auto mac_way = osascript_command(x, true, std::nullopt);
    CAF_REQUIRE_EQUAL(mac_way.size(), 9u);
    for (std::size_t i = 0; i < 7; ++i) // the script is constant
      CAF_CHECK_EQUAL(mac_way[i], mac_plain[i]);
    CAF_CHECK(mac_way[7][0] != '-');
    CAF_CHECK(mac_way[8][0] != '-');
  }
}

CAF_TEST(root shows a message on macOS as the user) {
  const auto x = osascript_command(compose_notice(freeze()), false, 501);
  CAF_CHECK_EQUAL((std::vector<std::string>{x.begin(), x.begin() + 8}),
                  (std::vector<std::string>{"/bin/launchctl", "asuser", "501", "/usr/bin/sudo", "-n", "-u",
                                            "#501", "/usr/bin/osascript"}));
  for (const auto& word : x)
    CAF_CHECK_EQUAL(word.find("sound"), std::string::npos);
}

CAF_TEST(a clean text is one bounded line of valid UTF8) {
  CAF_CHECK_EQUAL(clean_text("a\nb\t c\x1b[31md", 100), "a b c [31md");
  CAF_CHECK_EQUAL(clean_text("  a  ", 100), "a");
  CAF_CHECK_EQUAL(clean_text("\xff\xc0\x80Gr\xc3\xbc\xc3\x9f" "e", 100), "\uFFFD\uFFFD\uFFFDGrüße");
  CAF_CHECK_EQUAL(clean_text("ab\u202Ecd\u200Be\u2066f\u0085g", 100), "ab cd e f g");
  CAF_CHECK_EQUAL(clean_text("Grüße", 3), "Grü…");
  CAF_CHECK_EQUAL(clean_text("Grüße", 5), "Grüße");
  CAF_CHECK_EQUAL(clean_text("ab cd", 2), "ab…");
  CAF_CHECK_EQUAL(clean_text("\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82", 100).size(), 9 * 3u);
  CAF_CHECK_EQUAL(without_markup("<b>&\"'"), "&lt;b&gt;&amp;&quot;&#39;");
  CAF_CHECK_EQUAL(json_quoted("a\"b\\c"), R"("a\"b\\c")");
}
