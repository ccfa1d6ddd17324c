// The stand-ins for the tools that evidence is taken by: tailspin, spindump, log, pmset.
#include "support/mac_tools.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iostream>

namespace pmactor::mac {
namespace {

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

} // namespace

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

} // namespace pmactor::mac
