// The stand-in for powermetrics, which behaves as recorded.
#include "support/mac_tools.hpp"

#include "support/powermetrics_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <sstream>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace pmactor::mac {
namespace {

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

} // namespace

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

} // namespace pmactor::mac
