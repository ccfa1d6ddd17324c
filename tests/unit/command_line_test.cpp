// The whole command line as parsed: what it offers, and what it says to a line that makes no sense.
#define CAF_SUITE command_line

#include "app/command_line/command_line.hpp"
#include "app/command_line/complain.hpp"
#include "app/command_line/help_format.hpp"
#include "messages/lowered.hpp"
#include "app/command_line/nearest_word.hpp"
#include "app/command_line/numbers.hpp"
#include "app/command_line/time_range.hpp"
#include "app/command_line/usage_problem.hpp"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <functional>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct fixture {
  CLI::App program;
  command chosen;

  fixture() {
    add_commands(program, chosen, "1.2.3");
    ::setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    ::tzset();
  }

  /// @returns what the line is refused with; empty if it is not.
  std::string refusal(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end()); // as CLI11 wants them
    try {
      program.parse(words);
    } catch (const CLI::ParseError& e) {
      return complaint(&program, e);
    }
    return {};
  }

  void each_command(const std::function<void(CLI::App&)>& work) {
    std::vector<CLI::App*> apps{&program};
    while (!apps.empty()) {
      auto* app = apps.back();
      apps.pop_back();
      work(*app);
      for (auto* x : app->get_subcommands({}))
        apps.push_back(x);
    }
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(command_line_tests, fixture)

CAF_TEST(a word that is no command or option is named with what may be meant) {
  CAF_CHECK(has(refusal({"history", "--sinec", "2h"}), "There is no option --sinec; did you mean --since? See `pmactor history --help`"));
  CAF_CHECK(has(refusal({"statsu"}), "There is no command 'statsu'; did you mean status?"));
  CAF_CHECK(has(refusal({"evnets", "--json"}), "There is no command 'evnets'; did you mean events?"));
  CAF_CHECK(has(refusal({"events", "shwo", "3"}), "did you mean show?"));
  CAF_CHECK(has(refusal({"--versoin"}), "did you mean --version?"));
  CAF_CHECK(has(refusal({"rstrt"}), "did you mean restart?"));
  CAF_CHECK(has(refusal({"stop", "now"}), "'now' is one word too many"));
  CAF_CHECK(has(refusal({"xyzzy"}), "There is no command 'xyzzy'; see `pmactor --help`."));
  CAF_CHECK(!has(refusal({"tip"}), "did you mean stop"));
  CAF_CHECK(has(refusal({"--set", "log.level=debug", "start"}),
                "--set stands before the command that it is for, and belongs behind it; see "
                "`pmactor start --help`"));
}

CAF_TEST(what is wrong with an option is said in our words) {
  CAF_CHECK_EQUAL(refusal({"logs", "--since"}), "pmactor: --since needs a value: WHEN; see `pmactor logs --help`.\n");
  CAF_CHECK_EQUAL(refusal({"logs", "--level", "debgu"}), "pmactor: --level takes debug, info, warning, error, and not "
                                                         "'debgu'; did you mean debug? See `pmactor logs --help`.\n");
  CAF_CHECK(has(refusal({"events", "--kind", "PAUSE"}), "and not 'PAUSE'; did you mean pause?"));
  CAF_CHECK(has(refusal({"events", "--kind", "pause,puase"}), "and not 'puase'; did you mean pause?"));
  CAF_CHECK_EQUAL(refusal({"events", "--kind", "pause,stall", "--kind", "outage"}), "");
  CAF_CHECK(has(refusal({"events", "--kind", "foo"}), ", and not 'foo'; see `pmactor events --help`"));
  CAF_CHECK(has(refusal({"events", "--kind", "\x1b{}"}), "and not '\\x1b{}'"));
  CAF_CHECK(has(refusal({"report", "7", "--since", "7d"}), " do not go together; see `pmactor report --help`"));
  CAF_CHECK(has(refusal({"manual", "events", "--into", "x"}), " do not go together; see `pmactor manual --help`"));
}

CAF_TEST(a near word begins alike or has few letters amiss) {
  const std::vector<std::string> known{"stop", "status", "start", "events"};
  CAF_CHECK_EQUAL(nearest_word("tsatus", known), "status");
  CAF_CHECK_EQUAL(nearest_word("ev", known), "events");
  CAF_CHECK_EQUAL(nearest_word("top", known), "");
  CAF_CHECK_EQUAL(nearest_word("", known), "");
  CAF_CHECK_EQUAL(nearest_word("status", known), "status");
}

CAF_TEST(a word is compared in small letters and what is beyond ASCII stays) {
  CAF_CHECK_EQUAL(lowered("Pause-2 AZ[@"), "pause-2 az[@");
  CAF_CHECK_EQUAL(lowered("\u00c4"), "\u00c4");
}

CAF_TEST(no option that takes a number takes a negative one or a word) {
  std::size_t tried = 0;
  std::vector<std::pair<std::vector<std::string>, std::string>> lines;
  each_command([&](CLI::App& app) {
    for (const auto* x : app.get_options()) {
      const auto type = x->get_type_name();
      if (type != "N" && !has(type, ":from"))
        continue;
      std::vector<std::string> words;
      for (const auto* at = &app; at->get_parent() != nullptr; at = at->get_parent())
        words.insert(words.begin(), at->get_name());
      lines.emplace_back(words, x->get_name());
    }
  });
  for (const auto& [words, option] : lines)
    for (const char* value : {"-3", "abc", "1e999"}) {
      auto line = words;
      line.push_back(option.starts_with("-") ? option + '=' + value : value);
      const auto said = refusal(line);
      CAF_MESSAGE(option + ": " + said);
      CAF_CHECK(!said.empty());
      CAF_CHECK_LESS(said.size(), 200u);
      ++tried;
    }
  CAF_CHECK(tried > 20);
}

CAF_TEST(a part of a command shows the options that it takes over and refuses the others) {
  const auto* show = program.get_subcommand("events")->get_subcommand("show");
  const auto help = show->get_formatter()->make_help(show, full_name(*show), CLI::AppFormatMode::Normal);
  CAF_CHECK(has(help, "Usage: pmactor events show"));
  CAF_CHECK(has(help, "--json") && has(help, "--data"));
  CAF_CHECK(!has(help, "--cause"));
  CAF_CHECK_EQUAL(refusal({"events", "show", "3", "--json"}), "");
  CAF_CHECK_EQUAL(refusal({"events", "--json", "show", "3"}), "");
  CAF_CHECK(has(refusal({"events", "show", "3", "--cause", "io"}), "--cause is for the list of events"));
}

CAF_TEST(the version is said in every usual way) {
  CAF_CHECK_EQUAL(program.version(), "pmactor 1.2.3");
  for (const char* word : {"--version", "-V", "version"}) {
    fixture other;
    std::vector<std::string> words{word};
    try {
      other.program.parse(words);
      CAF_CHECK(static_cast<bool>(other.chosen));
    } catch (const CLI::CallForVersion& e) {
      CAF_CHECK_EQUAL(std::string{e.what()}, "pmactor 1.2.3");
    }
  }
}

CAF_TEST(a line that ends where a command must follow is known for it) {
  CAF_CHECK(!refusal({}).empty());
  CAF_CHECK(command_without_part(program) == &program);
  fixture other;
  CAF_CHECK(!other.refusal({"config"}).empty());
  CAF_REQUIRE(command_without_part(other.program) != nullptr);
  CAF_CHECK_EQUAL(command_without_part(other.program)->get_name(), "config");
}

CAF_TEST(a range ends after it began) {
  const std::chrono::nanoseconds now = 1768896535s; // 2026-01-20 09:08:55 +01:00
  const auto hours_ago = [now](double moment) { return (static_cast<double>(now.count()) / 1e9 - moment) / 3600; };
  const auto night = time_range_flags{"23:00", "07:00"}.find(now);
  CAF_CHECK_EQUAL(std::lround(hours_ago(*night.since) * 60), 609);
  CAF_CHECK_EQUAL(std::lround(hours_ago(*night.until) * 60), 129);
  CAF_CHECK(!time_range_flags{}.find(now).since && !time_range_flags{}.find(now).until);
  const auto refused = [now](const time_range_flags& x) {
    try {
      x.find(now);
    } catch (const usage_problem& e) {
      return std::string{e.what()};
    }
    return std::string{};
  };
  CAF_CHECK(has(refused({"noon", ""}), "--since takes a moment like"));
  CAF_CHECK(has(refused({"2026-01-20", "2026-01-19"}), "The end must be later than the begin"));
  // A time of the day that is yet to come is that of yesterday at both ends.
  CAF_CHECK(has(refused({"08:00", "17:00"}), "The end must be later than the begin"));
  CAF_CHECK(has(refused({"09:06", "09:05"}), "The end must be later than the begin"));
  CAF_CHECK(has(refused({"09:06", "09:06"}), "The end must be later than the begin"));
}

CAF_TEST(no option offers a word twice) {
  each_command([](CLI::App& app) {
    for (const auto* option : app.get_options()) {
      auto words = choices_of(*option);
      std::sort(words.begin(), words.end());
      CAF_CHECK(std::adjacent_find(words.begin(), words.end()) == words.end());
    }
  });
}

CAF_TEST(of none and of all there is one meaning for all that list) {
  const auto taken = [](const char* line) {
    CLI::App app;
    std::size_t count = 20;
    add_count_option(app, "-n,--lines", count, "How many");
    app.parse(line, false);
    return count;
  };
  CAF_CHECK_EQUAL(taken(""), 20u);
  CAF_CHECK_EQUAL(taken("-n 0"), 0u);
  CAF_CHECK_EQUAL(taken("-n 7"), 7u);
  CAF_CHECK_EQUAL(taken("--lines all"), no_limit);
  for (const auto* verb : {"events", "history", "logs"}) {
    fixture other;
    CAF_CHECK(has(other.refusal({verb, "-n", "some"}), "'some' is no whole number"));
    CAF_CHECK(has(other.program.get_subcommand(verb)->get_option("-n")->get_description(), "0 for none, all for all"));
  }
}

CAF_TEST(a range that ends now began in the past) {
  const std::chrono::nanoseconds now = 1768896535s;
  const auto is_refused = [now](const char* since, bool ends_now) {
    try {
      read_range({"--from", since}, {}, now, ends_now);
    } catch (const usage_problem& e) {
      return has(e.what(), "--from takes a moment in the past");
    }
    return false;
  };
  CAF_CHECK(is_refused("2026-01-21", true));
  CAF_CHECK(is_refused("now", true));
  CAF_CHECK(!is_refused("1s", true));
  CAF_CHECK(!is_refused("2026-01-21", false));
}

CAF_TEST_FIXTURE_SCOPE_END()
