#include "app/commands/commands.hpp"

#include "actors/notifier/delivery_thread.hpp"
#include "actors/notifier/encode_notice.hpp"
#include "actors/notifier/test_message.hpp"
#include "actors/supervision/log.hpp"
#include "app/command_line/place_flags.hpp"
#include "app/instance/log_file.hpp"
#include "app/settings/override_settings.hpp"
#include "app/views/escape.hpp"
#include "app/views/json_form.hpp"

#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace pmactor {
namespace {

struct notify_options {
  std::shared_ptr<place_flags> flags;
  std::string kind = "pause";
  bool test = false, json = false;
};

/// Appends the message to the daemon's log, whether the daemon writes there or not.
sink_result write_to_log(const notice_message& x, const places& where) {
  sink_result result;
  result.sink = "log";
  try {
    log_settings how;
    how.max_size = 1'000'000'000'000; // only the daemon puts full files aside
    log_file log{where.log_file(), how, log_echo::none};
    log_line(x.is_urgent ? log_level::warning : log_level::info, "notifier", "notice-" + to_string(x.kind),
             x.title + ". " + x.body);
    if (!log.drain())
      throw std::runtime_error{"the disk does not take it"};
    result.says = "written to " + where.log_file().string();
  } catch (const std::exception& e) {
    result.what = sink_result::outcome::failed;
    result.says = e.what();
  }
  return result;
}

const char* word_for(sink_result::outcome x) {
  switch (x) {
    case sink_result::outcome::delivered:
      return "delivered";
    case sink_result::outcome::failed:
      return "failed";
    case sink_result::outcome::unavailable:
      return "unavailable";
    case sink_result::outcome::lost:
      return "lost";
  }
  return "";
}

void show(const notice_message& message, const std::vector<sink_result>& results) {
  std::cout << message.title << '\n';
  if (!message.body.empty())
    std::cout << message.body << '\n';
  std::cout << '\n';
  for (const auto& x : results)
    std::cout << "  " << x.sink << std::string(9 - x.sink.size(), ' ') << word_for(x.what) << ": "
              << escaped(x.says) << '\n';
}

void show_json(const notice_message& message, const std::vector<sink_result>& results) {
  auto sinks = nlohmann::ordered_json::array();
  for (const auto& x : results)
    sinks.push_back({{"sink", x.sink}, {"outcome", word_for(x.what)}, {"says", x.says}});
  auto all = begin_json();
  all.update({{"message", nlohmann::ordered_json::parse(encode_notice_json(message))}, {"sinks", sinks}});
  std::cout << dumped(all, true) << '\n';
}

int notify(const notify_options& asked) {
  if (!asked.test) {
    std::cerr << "pmactor: Messages come from the daemon by themselves; to try how they reach you, use "
                 "`pmactor notify --test`.\n";
    return exit_usage;
  }
  const auto where = asked.flags->find();
  const auto read = read_layered_settings(*asked.flags);
  if (!read.problems.empty()) {
    for (const auto& x : read.problems)
      std::cerr << "pmactor: " << x << '\n';
    return exit_usage;
  }
  auto conf = read.values.notifications;
  conf.how.labels = read.values.exporter.labels;
  const auto message = test_message(*notice_kind_from(asked.kind));
  std::vector<sink_result> results;
  if (conf.how.log)
    results.push_back(write_to_log(message, where));
  cancellation never;
  carry_out(message, conf.how, {}, never, [&](const sink_result& x) { results.push_back(x); });
  if (asked.json)
    show_json(message, results);
  else
    show(message, results);
  if (!conf.when.enabled || read.values.sampling.learning)
    std::cerr << "pmactor: The daemon would have sent nothing, as "
              << (conf.when.enabled ? "sampling.learning" : "notifications.enabled") << " is "
              << (conf.when.enabled ? "true" : "false") << " in the settings.\n";
  if (results.empty()) {
    std::cerr
      << "pmactor: No notice would be delivered: desktop, log, command and webhook of [notifications] "
         "are all switched off.\n";
    return exit_failed;
  }
  // What this machine does not have, such as a desktop, is no failure where a message came through otherwise.
  const auto came_to = [&results](sink_result::outcome what) {
    return std::any_of(results.begin(), results.end(), [what](const sink_result& x) { return x.what == what; });
  };
  const bool failed = came_to(sink_result::outcome::failed) || came_to(sink_result::outcome::lost)
                      || !came_to(sink_result::outcome::delivered);
  return failed ? exit_failed : exit_fine;
}

} // namespace

void add_notify(CLI::App& program, command& chosen) {
  auto asked = std::make_shared<notify_options>();
  auto* verb = program.add_subcommand("notify", "Try out how notices reach you");
  verb->add_flag("--test", asked->test, "Send a message by every sink and say what becomes of it; exit 1 "
                                        "if it comes through nowhere, or a sink that is there fails");
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < notice_kinds; ++i)
    kinds.push_back(to_string(static_cast<notice_kind>(i)));
  verb->add_option("--kind", asked->kind, "What the message is about")
    ->type_name("KIND")
    ->check(CLI::IsMember(kinds));
  verb->add_flag("--json", asked->json, "Write the message and what became of it as JSON");
  asked->flags = add_place_flags(*verb);
  run_when_chosen(*verb, chosen, asked, notify);
}

} // namespace pmactor
