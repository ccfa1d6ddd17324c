// Stand-ins for the tools of macOS, for tests on other systems: one program, linked under the name of each.
// They take the arguments that the manuals list and refuse all others; powermetrics behaves as recorded.
// What a test wants of them stands in the environment:
//   MAC_CALLS     a file to which each call is added: its words, a tab between them, and a newline
//   MAC_SUDOERS   a file of rules by which sudo allows, as `pmactor install` writes them; without it sudo
//                 allows everything
//   MAC_KIND      apple (the default) or intel: which samplers powermetrics has
//   MAC_LACKS     a sampler that this powermetrics does not have
//   MAC_ROOT      not empty: the caller is root. sudo sets it for what it runs.
//   MAC_TASKS     so many tasks are in each document, by default 3
//   MAC_WAKES     after so many documents powermetrics ends, as it was seen to do after a sleep
//   MAC_NOISE     not empty: powermetrics complains, though it is in good health
//   MAC_FAILS     the name of a tool that does nothing but fail

#include "support/powermetrics_stream.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using namespace pmactor;
using words = std::vector<std::string>;

std::string from_environment(const char* name) {
  const auto* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Ends the program as the tool would: with a line on its standard error.
[[noreturn]] void refuse(const std::string& line, int code = 64) {
  std::cerr << line << std::endl;
  std::exit(code);
}

bool is_number(const std::string& x) {
  return !x.empty() && std::all_of(x.begin(), x.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool is_one_of(const std::string& x, const words& known) {
  return std::find(known.begin(), known.end(), x) != known.end();
}

void must_be_root(const std::string& line) {
  if (from_environment("MAC_ROOT").empty())
    refuse(line, 1);
}

/// What an option takes: a name that says what, or nothing.
enum class takes { nothing, number, text };

struct parsed {
  std::multimap<std::string, std::string> options;
  words rest; ///< From the first word that is no option.

  bool has(const std::string& name) const {
    return options.contains(name);
  }
  std::string value(const std::string& name, const std::string& otherwise = {}) const {
    const auto found = options.find(name);
    return found != options.end() ? found->second : otherwise;
  }
};

/// Reads options that may stand anywhere, or only in front. @param same one letter → the long name.
parsed parse(const std::string& tool, const words& arguments, const std::map<std::string, takes>& known,
             const std::map<std::string, std::string>& same = {}, bool in_front_only = false) {
  parsed result;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto name = arguments[i];
    if (name.size() < 2 || name[0] != '-') {
      if (in_front_only) {
        result.rest.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
        return result;
      }
      result.rest.push_back(name);
      continue;
    }
    std::string value;
    bool has_value = false;
    if (const auto equals = name.find('='); name.starts_with("--") && equals != name.npos) {
      value = name.substr(equals + 1);
      name.erase(equals);
      has_value = true;
    }
    if (const auto long_name = same.find(name); long_name != same.end())
      name = long_name->second;
    const auto found = known.find(name);
    if (found == known.end())
      refuse(tool + ": illegal option -- " + arguments[i]);
    if (found->second != takes::nothing && !has_value) {
      if (i + 1 == arguments.size())
        refuse(tool + ": option requires an argument -- " + name);
      value = arguments[++i];
    } else if (found->second == takes::nothing && has_value) {
      refuse(tool + ": option takes no argument -- " + name);
    }
    if (found->second == takes::number && !is_number(value))
      refuse(tool + ": not a number: " + value);
    result.options.emplace(name, value);
  }
  return result;
}

void write_file(const std::string& path, const std::string& content) {
  std::ofstream file{path, std::ios::binary};
  file << content;
  if (!file.flush())
    refuse("cannot write " + path, 1);
}

// ---- powermetrics -----------------------------------------------------------------------------------

volatile std::sig_atomic_t is_asked_to_end = 0;

constexpr std::size_t block = 4096; ///< What the C library gathers for a pipe before it writes.

/// Writes all of it; a reader that does not read makes it wait, as the real one does.
void write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(1, bytes.data(), std::min(bytes.size(), block));
    if (count < 0 && errno == EINTR && is_asked_to_end == 0)
      continue;
    if (count <= 0)
      std::exit(1);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// Standard output as the option for its buffer has it.
class buffered_output {
public:
  explicit buffered_output(bool at_once) : at_once_(at_once) {
  }
  ~buffered_output() {
    write_out(held_);
  }
  void put(std::string_view bytes) {
    held_ += bytes;
    const auto ready = at_once_ ? held_.size() : held_.size() / block * block;
    write_out(std::string_view{held_}.substr(0, ready));
    held_.erase(0, ready);
  }

private:
  bool at_once_;
  std::string held_;
};

std::string utc(std::time_t now) {
  char text[32];
  std::tm broken{};
  ::gmtime_r(&now, &broken);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &broken);
  return text;
}

std::string processor(bool is_apple) {
  if (is_apple) {
    const auto cpu = [](std::int64_t number, const char* idle, const char* down) {
      return plist_dict(plist_integer("cpu", number) + plist_real("freq_hz", "1.02002e+09")
                        + plist_real("idle_ratio", idle) + plist_real("down_ratio", down));
    };
    return plist_dict("processor",
                      plist_array("clusters",
                                  plist_dict(plist_string("name", "E-Cluster")
                                             + plist_real("idle_ratio", "0.02")
                                             + plist_array("cpus", cpu(0, "0.75", "0")
                                                                     + cpu(1, "0.25", "0.5"))))
                        + plist_integer("cpu_energy", 3049) + plist_real("cpu_power", "2978")
                        + plist_real("combined_power", "3248.07"));
  }
  const auto core = [](std::int64_t number, const char* ratio) {
    return plist_dict(plist_integer("core", number) + plist_real("c_state_ratio", ratio));
  };
  return plist_dict("processor",
                    plist_real("package_watts", "5.5") + plist_real("freq_hz", "2.1e+09")
                      + plist_array("packages", plist_dict(plist_integer("package", 0)
                                                           + plist_real("c_state_ratio", "0.1")
                                                           + plist_array("cores", core(0, "0.8")
                                                                                    + core(1, "0.6")))));
}

int powermetrics(const words& arguments) {
  const std::map<std::string, takes> known = {
    {"--help", takes::nothing},
    {"--samplers", takes::text},
    {"--output-file", takes::text},
    {"--buffer-size", takes::number},
    {"--sample-rate", takes::number},
    {"--sample-count", takes::number},
    {"--wakeup-cost", takes::number},
    {"--order", takes::text},
    {"--format", takes::text},
    {"--poweravg", takes::number},
    {"--hide-cpu-duty-cycle", takes::nothing},
    {"--show-initial-usage", takes::nothing},
    {"--show-usage-summary", takes::nothing},
    {"--show-extra-power-info", takes::nothing},
    {"--show-pstates", takes::nothing},
    {"--show-plimits", takes::nothing},
    {"--show-cpu-qos", takes::nothing},
    {"--show-process-coalition", takes::nothing},
    {"--show-responsible-pid", takes::nothing},
    {"--show-process-wait-times", takes::nothing},
    {"--show-process-qos-tiers", takes::nothing},
    {"--show-process-io", takes::nothing},
    {"--show-process-gpu", takes::nothing},
    {"--show-process-netstats", takes::nothing},
    {"--show-process-qos", takes::nothing},
    {"--show-process-energy", takes::nothing},
    {"--show-process-samp-norm", takes::nothing},
    {"--show-process-ipc", takes::nothing},
    {"--show-all", takes::nothing},
    {"--handle-invalid-values", takes::nothing},
  };
  const auto asked = parse("powermetrics", arguments, known,
                           {{"-h", "--help"}, {"-s", "--samplers"}, {"-o", "--output-file"},
                            {"-b", "--buffer-size"}, {"-i", "--sample-rate"}, {"-n", "--sample-count"},
                            {"-t", "--wakeup-cost"}, {"-r", "--order"}, {"-f", "--format"},
                            {"-a", "--poweravg"}, {"-A", "--show-all"}});
  if (!asked.rest.empty())
    refuse("powermetrics: unexpected argument: " + asked.rest[0]);
  const bool is_apple = from_environment("MAC_KIND") != "intel";
  words samplers = {"tasks", "battery", "network", "disk", "interrupts", "cpu_power", "thermal", "sfi",
                    "gpu_power"};
  const words own = is_apple ? words{"ane_power"} : words{"smc", "gpu_agpm_stats"};
  samplers.insert(samplers.end(), own.begin(), own.end());
  std::erase(samplers, from_environment("MAC_LACKS"));
  if (asked.has("--help")) { // needs no root
    for (const auto& sampler : samplers)
      std::cout << sampler << '\n';
    return 0;
  }
  if (!is_one_of(asked.value("--format", "text"), {"text", "plist"}))
    refuse("powermetrics: unknown format");
  std::string list = asked.value("--samplers", "tasks");
  std::istringstream names{list};
  words wanted;
  for (std::string name; std::getline(names, name, ',');) {
    if (!is_one_of(name, samplers))
      refuse("powermetrics: unrecognized sampler: " + name, 1);
    wanted.push_back(name);
  }
  must_be_root("powermetrics must be invoked as the superuser");

  struct sigaction action {};
  action.sa_handler = [](int) { is_asked_to_end = 1; };
  for (const auto number : {SIGINT, SIGTERM, SIGHUP})
    ::sigaction(number, &action, nullptr);

  const auto period = std::chrono::milliseconds{std::stoll(asked.value("--sample-rate", "5000"))};
  const auto count = std::stoll(asked.value("--sample-count", "0"));
  const auto tasks_each = std::stoll("0" + from_environment("MAC_TASKS"));
  const auto wakes = std::stoll("0" + from_environment("MAC_WAKES"));
  // 0 is none, 1 is a line's, and documents end in a line feed.
  buffered_output out{is_one_of(asked.value("--buffer-size"), {"0", "1"})};
  auto last = std::chrono::steady_clock::now();
  for (long long done = 0; is_asked_to_end == 0 && period.count() > 0; ++done) {
    if ((count > 0 && done == count) || (wakes > 0 && done == wakes))
      break;
    // The window is what was asked for and the work on top, and it never catches up.
    std::this_thread::sleep_for(period + period / 50);
    if (is_asked_to_end != 0)
      break;
    if (!from_environment("MAC_NOISE").empty())
      std::cerr << "Second underflow occured.\nproc_pidinfo failed for pid 77" << std::endl;
    const auto now = std::chrono::steady_clock::now();
    std::string entries = "<key>is_delta</key><true/>\n"
                          + plist_integer("elapsed_ns", std::chrono::nanoseconds{now - last}.count())
                          + plist_string("hw_model", is_apple ? "Mac16,5" : "MacBookPro16,1")
                          + plist_integer("kern_boottime", 1'768'975'932)
                          + plist_entry("timestamp", "date", utc(std::time(nullptr)));
    last = now;
    if (is_one_of("tasks", wanted)) {
      std::string tasks;
      for (long long i = 0; i < (tasks_each > 0 ? tasks_each : 3); ++i)
        tasks += plist_task(100 + i, "task & co " + std::to_string(i), "12.5",
                            asked.has("--show-process-io")
                              ? plist_real("diskio_bytesread_per_s", "10")
                                  + plist_real("diskio_byteswritten_per_s", "20")
                                  + plist_real("pageins_per_s", "1")
                              : "");
      entries += asked.has("--show-process-coalition")
                   ? plist_array("coalitions", plist_dict(plist_integer("id", 7)
                                                          + plist_string("name", "org.example.app")
                                                          + plist_array("tasks", tasks)))
                   : plist_array("tasks", tasks);
    }
    if (is_one_of("cpu_power", wanted))
      entries += processor(is_apple);
    if (is_one_of("thermal", wanted))
      entries += plist_string("thermal_pressure", "Moderate");
    if (is_one_of("gpu_power", wanted))
      entries += is_apple ? plist_dict("gpu", plist_real("idle_ratio", "0.75"))
                          : plist_array("GPU", plist_dict(plist_real("c_state_ratio", "0.9")));
    if (is_one_of("smc", wanted))
      entries += plist_dict("smc", plist_real("cpu_die", "61.5") + plist_integer("cpu_thermal_level", 25)
                                     + "<key>cpu_prochot</key><false/>");
    // The NUL parts documents: it is written when the next one is, not behind the last.
    if (done > 0)
      out.put(std::string_view{"\0", 1});
    out.put(bare_document(entries));
  }
  return 0;
}

// ---- sudo ---------------------------------------------------------------------------------------------

volatile std::sig_atomic_t child = 0;

/// @returns the rule's words, its escapes read.
words words_of_rule(const std::string& text) {
  words result(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      result.back() += text[++i];
    else if (text[i] == ' ')
      result.emplace_back();
    else
      result.back() += text[i];
  }
  return result;
}

bool is_allowed(const words& command) {
  const auto path = from_environment("MAC_SUDOERS");
  if (path.empty())
    return true;
  const std::string mark = "NOPASSWD: ";
  std::ifstream file{path};
  for (std::string line; std::getline(file, line);)
    if (const auto at = line.find(mark); at != line.npos && line[0] != '#'
                                         && words_of_rule(line.substr(at + mark.size())) == command)
      return true;
  return false;
}

/// Runs a tool that is a stand-in too, by the name that its path ends in.
[[noreturn]] void become(const words& command, const std::string& folder) {
  const auto program = folder + command[0].substr(command[0].rfind('/') + 1);
  std::vector<char*> arguments;
  for (const auto& word : command)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(program.c_str(), arguments.data());
  refuse("sudo: " + command[0] + ": command not found", 1);
}

int sudo(const words& arguments, const std::string& folder) {
  const auto asked = parse("sudo", arguments,
                           {{"-n", takes::nothing}, {"-u", takes::text}, {"-l", takes::nothing},
                            {"-k", takes::nothing}, {"-v", takes::nothing}},
                           {}, true);
  if (asked.rest.empty())
    refuse("usage: sudo -h | -K | -k | -V", 1);
  if (!asked.has("-n"))
    refuse("sudo: a terminal is required to read the password", 1);
  const bool is_to_root = !asked.has("-u");
  if (is_to_root && !is_allowed(asked.rest))
    refuse("sudo: a password is required", 1);
  // The user that -u names has no more rights than the one who asks, unless that is root.
  if (!is_to_root && from_environment("MAC_ROOT").empty())
    refuse("sudo: a password is required", 1);
  if (asked.has("-l")) {
    std::cout << asked.rest[0] << '\n';
    return 0;
  }
  if (is_to_root)
    ::setenv("MAC_ROOT", "by sudo", 1);
  else
    ::unsetenv("MAC_ROOT");
  // sudo stays, and passes on the signals that it may.
  struct sigaction action {};
  action.sa_handler = [](int number) {
    if (child > 0)
      ::kill(child, number);
  };
  for (const auto number : {SIGINT, SIGTERM, SIGHUP, SIGCONT})
    ::sigaction(number, &action, nullptr);
  child = ::fork();
  if (child == 0) {
    for (const auto number : {SIGINT, SIGTERM, SIGHUP, SIGCONT})
      std::signal(number, SIG_DFL);
    become(asked.rest, folder);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    std::signal(WTERMSIG(status), SIG_DFL);
    ::raise(WTERMSIG(status));
  }
  return WEXITSTATUS(status);
}

// ---- evidence -----------------------------------------------------------------------------------------

int tailspin(const words& arguments) {
  if (arguments.empty())
    refuse("usage: tailspin info|enable|disable|set|reset|save|augment|stat");
  const auto& verb = arguments[0];
  const words rest{arguments.begin() + 1, arguments.end()};
  if (verb == "info") {
    if (!rest.empty())
      refuse("tailspin info: takes no arguments");
    std::cout << "tailspin enabled: true\n";
    return 0;
  }
  if (verb == "enable" || verb == "disable") {
    if (!rest.empty())
      refuse("tailspin " + verb + ": takes no arguments");
    must_be_root("tailspin: must be root to " + verb);
    return 0;
  }
  if (verb == "save") {
    const auto asked = parse("tailspin save", rest,
                             {{"-r", takes::text}, {"-l", takes::number}, {"-n", takes::nothing}});
    if (asked.rest.size() != 1)
      refuse("usage: tailspin save [-r reason-string] [-l num-seconds] [-n] path-to-file");
    must_be_root("tailspin: must be root to save");
    write_file(asked.rest[0], "stand-in for a tailspin\n");
    return 0;
  }
  if (verb == "stat") {
    if (parse("tailspin stat", rest, {{"-v", takes::nothing}, {"-s", takes::nothing}}).rest.size() != 1)
      refuse("usage: tailspin stat [-v] [-s] path-to-file");
    return 0;
  }
  refuse("tailspin: unknown subcommand " + verb);
}

int spindump(const words& arguments) {
  auto rest = arguments;
  // Who, for how many seconds, and how often in milliseconds, come first.
  std::size_t count = 0;
  while (count < rest.size() && (rest[count][0] != '-' || rest[count] == "-notarget"))
    ++count;
  const words who{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count)};
  rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count));
  if (who.size() > 3 || (who.size() > 1 && !is_number(who[1])) || (who.size() > 2 && !is_number(who[2])))
    refuse("usage: spindump [pid | partial-name [duration [interval]]] [<options>]");
  const auto asked = parse("spindump", rest,
                           {{"-i", takes::text},
                            {"-o", takes::text},
                            {"-stdout", takes::nothing},
                            {"-noFile", takes::nothing},
                            {"-noBinary", takes::nothing},
                            {"-noProcessingWhileSampling", takes::nothing},
                            {"-timelimit", takes::number},
                            {"-timeline", takes::nothing},
                            {"-heavy", takes::nothing},
                            {"-onlytarget", takes::nothing},
                            {"-onlyblocked", takes::nothing},
                            {"-onlyrunnable", takes::nothing},
                            {"-reveal", takes::nothing}});
  if (!asked.rest.empty())
    refuse("spindump: unexpected argument " + asked.rest[0]);
  if (!asked.has("-i"))
    must_be_root("spindump: must be run as root to sample");
  else if (!std::ifstream{asked.value("-i")})
    refuse("spindump: cannot open " + asked.value("-i"), 1);
  const std::string report = "Date/Time: stand-in\nProcess: kernel_task [0]\n";
  if (asked.has("-stdout"))
    std::cout << report;
  if (asked.has("-o"))
    write_file(asked.value("-o"), report);
  return 0;
}

/// `2026-01-22 21:07:07`, with or without a zone, or `@` and Unix seconds.
bool is_log_date(const std::string& x) {
  if (x.starts_with("@"))
    return is_number(x.substr(1));
  const std::string shape = "dddd-dd-dd dd:dd:dd";
  const auto fits = [](const std::string& text, const std::string& form) {
    return text.size() == form.size()
           && std::equal(text.begin(), text.end(), form.begin(), [](unsigned char c, char f) {
                return f == 'd' ? std::isdigit(c) != 0 : c == static_cast<unsigned char>(f);
              });
  };
  return fits(x, shape) || fits(x, shape + "+dddd") || fits(x, shape + "-dddd") || fits(x, "dddd-dd-dd");
}

int log_tool(const words& arguments) {
  if (arguments.empty() || arguments[0] != "show")
    refuse("usage: log show …");
  const auto asked = parse("log", {arguments.begin() + 1, arguments.end()},
                           {{"--style", takes::text},
                            {"--start", takes::text},
                            {"--end", takes::text},
                            {"--last", takes::text},
                            {"--predicate", takes::text},
                            {"--info", takes::nothing},
                            {"--debug", takes::nothing},
                            {"--no-pager", takes::nothing},
                            {"--timezone", takes::text}});
  if (!asked.rest.empty())
    refuse("log: unexpected argument " + asked.rest[0]);
  if (!is_one_of(asked.value("--style", "default"), {"default", "compact", "json", "ndjson", "syslog"}))
    refuse("log: unknown style");
  for (const auto* date : {"--start", "--end"})
    if (asked.has(date) && !is_log_date(asked.value(date)))
      refuse("log: invalid date/time: " + asked.value(date));
  const auto predicate = asked.value("--predicate");
  if (std::count(predicate.begin(), predicate.end(), '"') % 2 != 0)
    refuse("log: invalid predicate: unbalanced quotes");
  std::cout << R"({"timestamp":"2026-01-22 21:07:07.000000+0000","process":"kernel","eventMessage":"stand-in"})"
            << "\n{\"count\":1,\"finished\":1}\n";
  return 0;
}

int pmset(const words& arguments) {
  if (arguments.size() < 1 || arguments.size() > 2 || arguments[0] != "-g")
    refuse("usage: pmset -g [option]");
  const auto what = arguments.size() == 2 ? arguments[1] : "live";
  if (!is_one_of(what, {"live", "custom", "cap", "sched", "ups", "ps", "batt", "log", "rawlog", "assertions",
                        "assertionslog", "therm", "stats", "systemstate", "everything"}))
    refuse("pmset: unknown option " + what);
  // Bytes that are no UTF-8 are in the real one too.
  if (what == "log")
    std::cout << "2020-08-29 08:11:59 +0800 Sleep               \tEntering Sleep state \xff\xfe due to "
                 "'Clamshell Sleep'\n"
                 "2020-08-29 08:42:00 +0800 DarkWake            \tDarkWake from Deep Idle\n";
  else
    std::cout << "stand-in\n";
  return 0;
}

// ---- the session -------------------------------------------------------------------------------------

int osascript(const words& arguments) {
  // Options end at the first word that is none; what follows reaches the script's run handler.
  const auto asked = parse("osascript", arguments,
                           {{"-e", takes::text}, {"-l", takes::text}, {"-s", takes::text},
                            {"-i", takes::nothing}},
                           {}, true);
  if (!asked.has("-e"))
    refuse("osascript: this stand-in wants its script by -e");
  return 0;
}

int launchctl(const words& arguments, const std::string& folder) {
  if (arguments.empty())
    refuse("Usage: launchctl <subcommand> ...", 1);
  const auto& verb = arguments[0];
  if (verb == "load" || verb == "unload")
    refuse("launchctl: " + verb + " is of the past; bootstrap and bootout took its place");
  if (verb == "asuser") {
    if (arguments.size() < 3 || !is_number(arguments[1]))
      refuse("Usage: launchctl asuser <UID> <program> ...");
    must_be_root("Could not switch to audit session: Operation not permitted");
    become({arguments.begin() + 2, arguments.end()}, folder);
  }
  const auto is_domain = [](const std::string& x) {
    return x == "system" || ((x.starts_with("gui/") || x.starts_with("user/")) && is_number(x.substr(x.find('/') + 1)));
  };
  const auto is_service = [&](const std::string& x) {
    const auto slash = x.rfind('/');
    return slash != x.npos && slash + 1 < x.size() && is_domain(x.substr(0, slash));
  };
  auto rest = words{arguments.begin() + 1, arguments.end()};
  if (verb == "bootstrap") {
    if (rest.size() != 2 || !is_domain(rest[0]) || !rest[1].ends_with(".plist"))
      refuse("Usage: launchctl bootstrap <domain-target> [service-path ...]");
    if (!std::ifstream{rest[1]})
      refuse("Bootstrap failed: 5: Input/output error", 5);
  } else if (verb == "kickstart" || verb == "bootout" || verb == "print" || verb == "enable"
             || verb == "disable") {
    if (verb == "kickstart")
      while (!rest.empty() && is_one_of(rest[0], {"-k", "-p"}))
        rest.erase(rest.begin());
    if (rest.size() != 1 || !is_service(rest[0]))
      refuse("Unrecognized target specifier.");
  } else {
    refuse("Unrecognized subcommand: " + verb);
  }
  return 0;
}

int caffeinate(const words& arguments) {
  const auto asked = parse("caffeinate", arguments,
                           {{"-d", takes::nothing}, {"-i", takes::nothing}, {"-m", takes::nothing},
                            {"-s", takes::nothing}, {"-u", takes::nothing}, {"-t", takes::number},
                            {"-w", takes::number}},
                           {}, true);
  // Bound to a process it goes with that; else it would stay for ever.
  while (asked.has("-w") && ::kill(static_cast<pid_t>(std::stol(asked.value("-w"))), 0) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  const std::string called = argv[0];
  const auto name = called.substr(called.rfind('/') + 1);
  // sudo gives a program the name that was asked for, so its own place is where this file is.
  char path[4096];
  const auto length = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string self{path, length > 0 ? static_cast<std::size_t>(length) : 0};
  const auto folder = self.substr(0, self.rfind('/') + 1);
  const words arguments{argv + 1, argv + argc};
  if (const auto calls = from_environment("MAC_CALLS"); !calls.empty()) {
    std::string line = name;
    for (const auto& word : arguments)
      line += '\t' + word;
    std::ofstream{calls, std::ios::app | std::ios::binary} << line + '\n';
  }
  if (from_environment("MAC_FAILS") == name)
    refuse(name + ": failed, as it was asked to", 1);
  if (name == "powermetrics")
    return powermetrics(arguments);
  if (name == "sudo")
    return sudo(arguments, folder);
  if (name == "tailspin")
    return tailspin(arguments);
  if (name == "spindump")
    return spindump(arguments);
  if (name == "log")
    return log_tool(arguments);
  if (name == "pmset")
    return pmset(arguments);
  if (name == "osascript")
    return osascript(arguments);
  if (name == "launchctl")
    return launchctl(arguments, folder);
  if (name == "caffeinate")
    return caffeinate(arguments);
  refuse("there is no stand-in for " + name);
}
