#define CAF_SUITE mac_commands

#include "actors/forensics_supervisor/plan_artifacts.hpp"
#include "actors/notifier/compose_desktop.hpp"
#include "actors/powermetrics_reader/classify_complaint.hpp"
#include "actors/powermetrics_reader/collect_output.hpp"
#include "actors/powermetrics_reader/compose_command.hpp"
#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/start_sampler.hpp"
#include "app/service/plan_installation.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <utility>
#include <vector>

#include "support/mac_stand_ins.hpp"
#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using words = std::vector<std::string>;

// What pmactor runs on a Mac, run against stand-ins for its tools: tests/support/mac_tools.cc.

namespace {

constexpr mac_facts apple{mac_facts::processor::apple, false};
constexpr mac_facts intel{mac_facts::processor::intel, false};

/// A stand-in as the READER's child, and what it reported so far.
struct running_tool {
  std::mutex mutex;
  std::condition_variable news;
  bool is_news = false;
  child_news all;
  std::shared_ptr<child_output> output = std::make_shared<child_output>([this] {
    std::lock_guard guard{mutex};
    is_news = true;
    news.notify_all();
  });
  std::unique_ptr<sampler_child> child;

  explicit running_tool(const words& command)
    : child(start_child_process(played(command), output)) {
  }
  ~running_tool() {
    child.reset();
  }

  void take() {
    auto taken = output->take();
    std::move(taken.documents.begin(), taken.documents.end(), std::back_inserter(all.documents));
    std::move(taken.lines.begin(), taken.lines.end(), std::back_inserter(all.lines));
    all.documents_dropped += taken.documents_dropped;
    if (taken.end)
      all.end = taken.end;
  }

  /// Waits for at most twenty seconds. @returns whether it came true.
  bool until(const std::function<bool(const child_news&)>& predicate) {
    const auto deadline = clock_type::now() + 20s;
    while (!predicate(all)) {
      {
        std::unique_lock guard{mutex};
        if (!news.wait_until(guard, deadline, [this] { return is_news; }))
          return false;
        is_news = false;
      }
      take();
    }
    return true;
  }
  bool until_ended() {
    return until([](const child_news& x) { return x.end.has_value(); });
  }
  bool until_documents(std::size_t count) {
    return until([count](const child_news& x) { return x.documents.size() >= count; });
  }
  std::string said() const {
    std::string result;
    for (const auto& line : all.lines)
      result += line + '\n';
    return result;
  }
};

power_sample decoded(const arrived_document& document) {
  const auto result = sample_decoder{}.decode(document.text);
  CAF_REQUIRE_EQUAL(result.damage, "");
  CAF_REQUIRE(result.sample.has_value());
  return *result.sample;
}

bool near(std::optional<double> value, double expected) {
  return value && std::abs(*value - expected) < 1e-6;
}

} // namespace

CAF_TEST(a mac with apple silicon is sampled by way of sudo) {
  running_tool tool{powermetrics_command(apple, 100ms, false)};
  CAF_REQUIRE(tool.until_documents(3));
  const auto sample = decoded(tool.all.documents.at(2));
  CAF_CHECK(near(sample.cpu_pct, 25)); // (1 − 0.75 + 1 − 0.25 − 0.5) / 2
  CAF_CHECK(near(sample.power_w, 3.24807));
  CAF_CHECK(near(sample.gpu_pct, 25));
  CAF_CHECK(sample.pressure == thermal_pressure::moderate);
  CAF_CHECK(sample.throttled == true);
  CAF_CHECK(!sample.cpu_temp_c);
  CAF_CHECK_EQUAL(sample.tasks.size(), 3u);
  CAF_CHECK(near(sample.tasks.at(0).io_read, 10));
  CAF_CHECK(near(sample.tasks.at(0).io_write, 20));
  CAF_CHECK(sample.elapsed >= 100ms);
  CAF_CHECK(tool.all.lines.empty());
}

CAF_TEST(a mac with an intel processor is sampled too) {
  const circumstances mac{{{"MAC_KIND", "intel"}}};
  running_tool tool{powermetrics_command(intel, 100ms, false)};
  CAF_REQUIRE(tool.until_documents(1));
  const auto sample = decoded(tool.all.documents.at(0));
  CAF_CHECK(near(sample.cpu_pct, 30)); // (1 − 0.8 + 1 − 0.6) / 2
  CAF_CHECK(near(sample.power_w, 5.5));
  CAF_CHECK(near(sample.cpu_temp_c, 61.5)); // and not the 25 of cpu_thermal_level
  CAF_CHECK(near(sample.gpu_pct, 10));
}

CAF_TEST(coalitions are reported when they are asked for) {
  running_tool tool{powermetrics_command(apple, 100ms, true)};
  CAF_REQUIRE(tool.until_documents(1));
  const auto sample = decoded(tool.all.documents.at(0));
  CAF_CHECK_EQUAL(sample.tasks.size(), 3u);
  CAF_CHECK_EQUAL(sample.tasks.at(0).coalition, "org.example.app");
}

CAF_TEST(a document is reported at its end and not with the NUL before the next) {
  running_tool tool{powermetrics_command(apple, 1500ms, false)};
  CAF_REQUIRE(tool.until_documents(1));
  const auto received = clock_type::now();
  CAF_REQUIRE(tool.until_documents(2));
  // A reader that waited for the NUL would receive both at about the same time.
  CAF_CHECK(clock_type::now() - received > 750ms);
}

CAF_TEST(without its option for the buffer a document would wait for the next ones) {
  auto command = powermetrics_command(apple, 300ms, false);
  const auto option = std::find(command.begin(), command.end(), "-b");
  CAF_REQUIRE(option != command.end());
  command.erase(option, option + 2);
  const auto began = clock_type::now();
  running_tool tool{command};
  CAF_REQUIRE(tool.until_documents(1));
  // Two of them fill a block.
  CAF_CHECK(clock_type::now() - began >= 600ms);
  CAF_CHECK(tool.all.documents.at(0).text.size() < 4096);
}

CAF_TEST(a sampler that this mac lacks is left out the next time) {
  const circumstances mac{{{"MAC_LACKS", "ane_power"}}};
  const auto asked = powermetrics_command(apple, 100ms, false);
  running_tool tool{asked};
  CAF_REQUIRE(tool.until_ended());
  CAF_CHECK(tool.all.end->number != 0);
  CAF_REQUIRE_EQUAL(tool.all.lines.size(), 1u);
  const auto less = without_unknown_sampler(asked, tool.all.lines.at(0));
  CAF_REQUIRE(less.has_value());
  running_tool again{*less};
  CAF_CHECK(again.until_documents(1));
}

CAF_TEST(the samplers of one kind are fatal to the other) {
  running_tool tool{powermetrics_command(intel, 100ms, false)};
  CAF_REQUIRE(tool.until_ended());
  CAF_CHECK(tool.said().find("unrecognized sampler") != std::string::npos);
}

CAF_TEST(without a rule sudo refuses and the user is shown one) {
  temporary_folder folder;
  const circumstances mac{{{"MAC_SUDOERS", (folder.path / "none").string()}}};
  running_tool tool{powermetrics_command(apple, 100ms, false)};
  CAF_REQUIRE(tool.until_ended());
  CAF_REQUIRE_EQUAL(tool.all.lines.size(), 1u);
  CAF_CHECK(explain_refusal(tool.all.lines.at(0)).find("pmactor install") != std::string::npos);
}

CAF_TEST(the rule of the installation allows exactly the command that is run) {
  temporary_folder folder;
  const auto rules = folder.path / "sudoers";
  const auto command = powermetrics_command(apple, 100ms, false);
  std::ofstream{rules} << sudoers_file_for("kim",
                                           with_fallbacks({command.begin() + 2, command.end()}));
  const circumstances mac{{{"MAC_SUDOERS", rules.string()}}};
  {
    running_tool tool{command};
    CAF_CHECK(tool.until_documents(1));
  }
  // Also on a Mac that lacks a sampler, where it is asked for less.
  if (const auto less = without_unknown_sampler(command, "unrecognized sampler: ane_power")) {
    running_tool tool{*less};
    CAF_CHECK(tool.until_documents(1));
  }
  // Neither another interval nor a word more.
  for (auto other : {powermetrics_command(apple, 200ms, false), command}) {
    if (other == command)
      other.insert(other.end(), {"-o", "/etc/passwd"});
    running_tool tool{other};
    CAF_REQUIRE(tool.until_ended());
    CAF_CHECK(tool.all.documents.empty());
  }
}

CAF_TEST(only root may sample and the user is informed) {
  auto mac = apple;
  mac.is_root = true; // in error
  running_tool tool{powermetrics_command(mac, 100ms, false)};
  CAF_REQUIRE(tool.until_ended());
  CAF_REQUIRE_EQUAL(tool.all.lines.size(), 1u);
  CAF_CHECK(!explain_refusal(tool.all.lines.at(0)).empty());
}

CAF_TEST(a child behind sudo ends when it is asked to) {
  running_tool tool{powermetrics_command(apple, 100ms, false)};
  CAF_REQUIRE(tool.until_documents(1));
  tool.child->terminate();
  CAF_REQUIRE(tool.until_ended());
  int status = 0;
  CAF_CHECK(::waitpid(-1, &status, WNOHANG) == -1 && errno == ECHILD);
}

CAF_TEST(sudo passes the signal on that it alone may receive) {
  running_tool tool{powermetrics_command(apple, 100ms, false)};
  CAF_REQUIRE(tool.until_documents(1));
  // As where the group is root's: sudo alone is signalled.
  ::kill(static_cast<pid_t>(tool.child->pid()), SIGTERM);
  CAF_CHECK(tool.until_ended());
}

CAF_TEST(one that ends after a wake has written all its documents) {
  const circumstances mac{{{"MAC_WAKES", "2"}}};
  running_tool tool{powermetrics_command(apple, 50ms, false)};
  CAF_REQUIRE(tool.until_ended());
  CAF_CHECK_EQUAL(tool.all.documents.size(), 2u);
}

CAF_TEST(noise is distinguished from words that matter) {
  const circumstances mac{{{"MAC_NOISE", "1"}}};
  running_tool tool{powermetrics_command(apple, 50ms, false)};
  CAF_REQUIRE(tool.until([](const child_news& x) { return x.lines.size() >= 4; }));
  CAF_CHECK(std::all_of(tool.all.lines.begin(), tool.all.lines.end(),
                        [](const auto& line) { return is_harmless(line); }));
}

CAF_TEST(documents larger than a pipe do not hold the sampler up) {
  const circumstances mac{{{"MAC_TASKS", "12000"}}};
  running_tool tool{powermetrics_command(apple, 100ms, false)};
  CAF_REQUIRE(tool.until_documents(1));
  CAF_CHECK(tool.all.documents.at(0).text.size() > (std::size_t{2} << 20));
  // What arrives from here on is not taken; the child is read nevertheless.
  const auto deadline = clock_type::now() + 20s;
  while (tool.all.documents_dropped == 0 && clock_type::now() < deadline) {
    std::this_thread::sleep_for(1s);
    tool.take();
    if (tool.all.documents.size() > 8)
      break;
  }
  CAF_CHECK(tool.all.documents.size() + tool.all.documents_dropped > 4);
}

CAF_TEST(the service is started and ended as launchctl knows it) {
  temporary_folder folder;
  const circumstances root{{{"MAC_ROOT", "1"}}};
  install_request request;
  request.manager = service_manager::launchd;
  request.program = "/usr/local/bin/pmactor";
  request.home = folder.path;
  request.config = folder.path / "config";
  request.uid = 501;
  request.user = "kim";
  std::size_t commands = 0;
  for (const auto& plan : {plan_installation(request), plan_removal(request)})
    for (const auto& step : plan) {
      if (step.what == install_step::act::write) {
        std::filesystem::create_directories(step.file.parent_path());
        std::ofstream{step.file} << step.content;
      } else if (step.what == install_step::act::run) {
        ++commands;
        CAF_CHECK(accepts(step.command));
      }
    }
  CAF_CHECK(commands >= 3);
}

CAF_TEST(the tools that capture evidence are called as they can be) {
  temporary_folder folder;
  const circumstances root{{{"MAC_ROOT", "1"}}};
  pause_event event;
  event.started = std::chrono::seconds{1'790'000'000};
  event.ended = event.started + 3s;
  std::size_t tools = 0;
  for (const auto& artifact : plan_artifacts(capture_platform::on_macos, event, {})) {
    if (artifact.command.at(0) == "ps") // every system has it
      continue;
    ++tools;
    auto command = artifact.command;
    const auto file = folder.path / artifact.file;
    std::replace(command.begin(), command.end(), std::string{"FILE"}, file.string());
    const auto result = run_mac_tool(command);
    CAF_CHECK_EQUAL(result.code, 0);
    CAF_CHECK_EQUAL(result.err, "");
    CAF_CHECK(artifact.writes_file ? std::filesystem::file_size(file) > 0 : !result.out.empty());
    // And who needs root is known.
    ::unsetenv("MAC_ROOT");
    CAF_CHECK_EQUAL(run_mac_tool(command).code != 0, artifact.needs_root);
    ::setenv("MAC_ROOT", "1", 1);
  }
  CAF_CHECK(tools >= 5);
}

CAF_TEST(foreign words reach a notification as they are and never its script) {
  temporary_folder folder;
  const auto calls = folder.path / "calls";
  const circumstances mac{{{"MAC_CALLS", calls.string()}, {"MAC_ROOT", "1"}}};
  notice_message message;
  message.title = "Froze 3.0 s\" & (do shell script \"id\") & \"";
  message.body = "-e display dialog \\\" $(id) `id` 'x'";
  for (const auto& user : {std::optional<std::uint32_t>{}, std::optional<std::uint32_t>{501}})
    CAF_CHECK(accepts(osascript_command(message, true, user)));
  std::ifstream file{calls};
  std::size_t shown = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("osascript\t"))
      continue;
    ++shown;
    words call;
    std::istringstream parts{line};
    for (std::string word; std::getline(parts, word, '\t');)
      call.push_back(word);
    // osascript, three lines of a script with their -e, the title and the body.
    CAF_REQUIRE_EQUAL(call.size(), 9u);
    CAF_CHECK_EQUAL(call[7], message.title);
    CAF_CHECK(call[8].ends_with(message.body));
    for (std::size_t i = 1; i < 7; ++i)
      CAF_CHECK(call[i].find("id") == std::string::npos);
  }
  CAF_CHECK_EQUAL(shown, 2u);
}
