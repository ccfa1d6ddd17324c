// What commands write for programs: each document as its schema in conf/schema has it.
#define CAF_SUITE json

#include "actors/storage_writer/history_sqlite.hpp"
#include "app/command_line/command_line.hpp"
#include "app/command_line/help_format.hpp"

#include "support/check_schema.hpp"
#include "support/daemon.hpp"
#include "support/sample_maker.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

const std::filesystem::path schemas = std::filesystem::path{PMACTOR_SOURCE_DIR} / "conf/schema";

std::string dashed(std::string name) {
  name.erase(0, std::string{"pmactor "}.size());
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

/// Every command, and part of one, that writes JSON, by the name of its schema.
std::set<std::string> commands_with_json() {
  CLI::App program;
  command chosen;
  add_commands(program, chosen);
  std::set<std::string> result;
  std::vector<const CLI::App*> apps{&program};
  while (!apps.empty()) {
    const auto* app = apps.back();
    apps.pop_back();
    const auto parts = app->get_subcommands([](const CLI::App*) { return true; });
    apps.insert(apps.end(), parts.begin(), parts.end());
    auto options = app->get_options();
    const auto shared = shared_options(*app);
    options.insert(options.end(), shared.begin(), shared.end());
    const bool has_json = std::any_of(options.begin(), options.end(), [](const CLI::Option* x) { return x->check_lname("json"); });
    if (has_json && app->get_parent() != nullptr && app->get_require_subcommand_min() == 0)
      result.insert(dashed(full_name(*app)));
  }
  return result;
}

struct fixture {
  test_home home;
  schema_check check{schemas};

  /// A pause and a stall with a part, and a sample.
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
      x.event.book[pause_cause::io].length = 2s;
      rows.push_back(x);
    }
    rows.push_back(make_sample(1));
    aut.store(rows);
    aut.end();
  }

  std::string faults(const std::string& schema, std::vector<std::string> words, bool by_line = false) {
    words.insert(words.end(), {"--json", "--data", home.data.string()});
    const auto result = run_program(words);
    if (!by_line) {
      const auto document = nlohmann::json::parse(result.out, nullptr, false);
      return document.is_discarded() ? schema + ": no JSON: " + result.out + result.err : check.faults(schema, document);
    }
    std::string all;
    std::istringstream in{result.out};
    for (std::string line; std::getline(in, line);)
      all += check.faults(schema, nlohmann::json::parse(line));
    return all;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(json_tests, fixture)

CAF_TEST(every command that writes JSON has a schema) {
  const auto all = commands_with_json();
  CAF_CHECK(all.size() > 20);
  std::string missing;
  for (const auto& name : all)
    if (!std::filesystem::exists(schemas / (name + ".json")))
      missing += name + '\n';
  CAF_CHECK_EQUAL(missing, "");
}

CAF_TEST(every schema describes each member and refers to what is there) {
  for (const auto& entry : std::filesystem::directory_iterator{schemas}) {
    const auto schema = check.load(entry.path().filename());
    if (schema.contains("$ref"))
      check.load(schema["$ref"]);
    std::string unsaid;
    if (schema.contains("properties"))
      for (const auto& [name, x] : schema["properties"].items())
        if (!x.contains("description"))
          unsaid += entry.path().filename().string() + ": " + name + '\n';
    CAF_CHECK_EQUAL(unsaid, "");
  }
}

CAF_TEST(what is written is as its schema has it) {
  fill();
  CAF_CHECK_EQUAL(faults("events", {"events"}), "");
  CAF_CHECK_EQUAL(faults("events-show", {"events", "show", "1"}), "");
  CAF_CHECK_EQUAL(faults("events-mark", {"events", "mark", "1", "reviewed"}), "");
  CAF_CHECK_EQUAL(faults("events-note", {"events", "note", "1", "seen"}), "");
  CAF_CHECK_EQUAL(faults("start", {"stop"}), ""); // nothing runs: a failure has the same form
  CAF_CHECK_EQUAL(faults("status", {"status"}), "");
  CAF_CHECK_EQUAL(faults("inspect", {"inspect"}), "");
  daemon_process daemon{home, "[notifications]\ndesktop = false\n"};
  daemon.wait_until_ready();
  CAF_CHECK_EQUAL(faults("status", {"status"}), "");
  CAF_CHECK_EQUAL(faults("inspect", {"inspect"}), "");
  CAF_CHECK_EQUAL(faults("doctor", {"doctor"}), "");
  CAF_CHECK_EQUAL(faults("history", {"history", "-n", "3"}), "");
  CAF_CHECK_EQUAL(faults("history", {"history", "--processes"}), "");
  CAF_CHECK_EQUAL(faults("history", {"history", "--step", "1m"}), "");
  CAF_CHECK_EQUAL(faults("history", {"history", "--at", "now"}), "");
  CAF_CHECK_EQUAL(faults("explain", {"explain", "--at", "2023-11-14T22:13:21Z"}), "");
  CAF_CHECK_EQUAL(faults("patterns", {"patterns", "--since", "2023-01-01"}), "");
  CAF_CHECK_EQUAL(faults("logs", {"logs", "-n", "50"}, true), "");
  CAF_CHECK_EQUAL(faults("enable", {"enable"}), "");
  CAF_CHECK_EQUAL(faults("disable", {"disable", "no-such-job"}), "");
  CAF_CHECK_EQUAL(faults("config-show", {"config", "show"}), "");
  CAF_CHECK_EQUAL(faults("config-get", {"config", "get", "log.level"}), "");
  CAF_CHECK_EQUAL(faults("config-check", {"config", "check"}), "");
  CAF_CHECK_EQUAL(faults("calibrate", {"calibrate"}), "");
  CAF_CHECK_EQUAL(faults("prune", {"prune", "--dry-run"}), "");
  CAF_CHECK_EQUAL(faults("reload", {"reload"}), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
