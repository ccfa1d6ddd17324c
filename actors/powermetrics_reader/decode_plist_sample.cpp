#include "actors/powermetrics_reader/decode_plist_sample.hpp"

#include "actors/powermetrics_reader/read_plist_value.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace pmactor {
namespace {

using namespace plist;

/// Each costs pugixml 64 bytes. powermetrics writes at least ten bytes for a `<`.
constexpr std::ptrdiff_t most_tags = 1'000'000;

/// A mean that does not exist until something was added.
struct mean {
  double sum = 0;
  int count = 0;
  void add(double x) {
    sum += x;
    ++count;
  }
  std::optional<double> value() const {
    return count > 0 ? std::optional{sum / count} : std::nullopt;
  }
};

bool is_busier(const task_sample& a, const task_sample& b) {
  return a.cpu_pct.value_or(-1) > b.cpu_pct.value_or(-1);
}

/// Reads one document into a sample.
class reader {
public:
  decoded_document read(xml_node root) {
    const auto dict = root.child("plist").child("dict");
    if (!dict)
      return {std::nullopt, "it is no property list of a dictionary"};
    bool is_summary = false;
    xml_node tasks, coalitions;
    each_entry(dict, [&](const char* key, xml_node value) {
      if (is(key, "is_delta"))
        is_summary = flag_of(value) == false;
      else if (is(key, "tasks"))
        tasks = value;
      else if (is(key, "coalitions"))
        coalitions = value;
      else if (std::strncmp(key, "pmactor_", 8) == 0)
        is_ours_ = true;
      else
        read_entry(key, value);
    });
    // Tasks come last, when it is known who wrote the document, whatever the order of its keys.
    read_tasks(tasks, {});
    each_dict(coalitions, [this](xml_node x) { read_coalition(x); });
    if (is_summary)
      return {};
    if (sample_.elapsed.count() <= 0 || sample_.elapsed > sample_decoder::longest_window)
      return {std::nullopt, "it does not say how long its window was (elapsed_ns)"};
    conclude();
    return {std::move(sample_), {}};
  }

private:
  void read_entry(const char* key, xml_node value) {
    auto& s = sample_;
    if (is(key, "elapsed_ns")) {
      if (const auto ns = amount_of(value))
        s.elapsed = std::chrono::nanoseconds{static_cast<std::int64_t>(*ns)};
    } else if (is(key, "timestamp")) {
      s.timestamp = time_of(value);
    } else if (is(key, "hw_model")) {
      s.hw_model = name_of(value);
    } else if (is(key, "kern_boottime")) {
      boot_time_ = amount_of(value);
    } else if (is(key, "all_tasks")) {
      s.all_tasks.emplace();
      if (!read_task(value, *s.all_tasks))
        s.all_tasks.reset();
    } else if (is(key, "processor")) {
      read_processor(value);
    } else if (is(key, "thermal_pressure")) {
      s.pressure = pressure_of(value);
    } else if (is(key, "smc")) {
      read_smc(value);
    } else if (is(key, "gpu")) {
      read_gpu(value, "idle_ratio");
    } else if (is(key, "GPU")) {
      each_dict(value, [this](xml_node x) { read_gpu(x, "c_state_ratio"); });
    } else if (is(key, "disk")) {
      each_entry(value, [&s](const char* name, xml_node x) {
        if (is(name, "rbytes_per_s"))
          s.disk_read = amount_of(x);
        else if (is(name, "wbytes_per_s"))
          s.disk_write = amount_of(x);
      });
    } else if (is(key, "network")) {
      each_entry(value, [&s](const char* name, xml_node x) {
        if (is(name, "obyte_rate"))
          s.net_sent = amount_of(x);
        else if (is(name, "ibyte_rate"))
          s.net_recv = amount_of(x);
      });
    }
  }

  void read_coalition(xml_node dict) {
    std::string name;
    xml_node tasks;
    each_entry(dict, [&](const char* key, xml_node value) {
      if (is(key, "name"))
        name = name_of(value);
      else if (is(key, "tasks"))
        tasks = value;
    });
    read_tasks(tasks, name);
  }

  void read_tasks(xml_node array, const std::string& coalition) {
    auto& tasks = sample_.tasks;
    if (array.first_child())
      tasks.reserve(128); // more than most machines have busy: moving them is dear
    each_dict(array, [&](xml_node dict) {
      auto& task = tasks.emplace_back();
      if (!read_task(dict, task)) {
        tasks.pop_back();
        return;
      }
      if (task.pid == -2) {
        sample_.all_tasks = std::move(task);
        tasks.pop_back();
        return;
      }
      if (!coalition.empty())
        task.coalition = coalition;
      if (tasks.size() >= 2 * sample_decoder::most_tasks)
        keep_busiest();
    });
  }

  void keep_busiest() {
    auto& tasks = sample_.tasks;
    if (tasks.size() <= sample_decoder::most_tasks)
      return;
    const auto end = tasks.begin() + sample_decoder::most_tasks;
    std::nth_element(tasks.begin(), end, tasks.end(), is_busier);
    tasks.erase(end, tasks.end());
  }

  /// Leaves `started` on the clock of the producer. @returns whether there is a pid.
  bool read_task(xml_node dict, task_sample& t) {
    bool has_pid = false;
    std::optional<double> interval_ns;
    // A sample has thousands of these entries: each is looked at as little as possible, and once all are
    // found the rest of the task is left alone. powermetrics puts them in front.
    int missing = is_ours_ ? 12 : 8;
    for (auto node = dict.first_child(); node && missing > 0; node = node.next_sibling()) {
      const auto* key = node.value();
      const auto found = [&](bool matches) {
        if (!matches || !is(node.name(), "key"))
          return false;
        --missing;
        return true;
      };
      switch (key[0]) {
        case 'c':
          if (found(is(key, "cputime_ms_per_s")))
            t.cpu_pct = scaled(amount_of(node.next_sibling()), 0.1);
          break;
        case 'd':
          if (found(is(key, "diskio_bytesread_per_s")))
            t.io_read = amount_of(node.next_sibling());
          else if (found(is(key, "diskio_byteswritten_per_s")))
            t.io_write = amount_of(node.next_sibling());
          break;
        case 'i':
          if (found(is(key, "interval_ns")))
            interval_ns = amount_of(node.next_sibling());
          break;
        case 'n':
          if (found(is(key, "name")))
            t.name = name_of(node.next_sibling());
          break;
        case 'p':
          if (found(is(key, "pid"))) {
            const auto pid = pid_of(node.next_sibling());
            has_pid = pid.has_value();
            t.pid = pid.value_or(0);
          } else if (found(is(key, "pageins_per_s"))) {
            t.pageins = amount_of(node.next_sibling());
          } else if (is_ours_) {
            if (found(is(key, "pmactor_rss_bytes")))
              t.mem_bytes = amount_of(node.next_sibling());
            else if (found(is(key, "pmactor_state")))
              t.state = letter_of(node.next_sibling());
            else if (found(is(key, "pmactor_cgroup")))
              t.coalition = name_of(node.next_sibling());
            else if (found(is(key, "pmactor_wchan")))
              t.waits_in = name_of(node.next_sibling());
          }
          break;
        case 's':
          if (found(is(key, "started_abstime_ns")))
            t.started = scaled(amount_of(node.next_sibling()), 1e-9);
          break;
        default:
          break;
      }
    }
    if (interval_ns)
      spread(t, *interval_ns);
    return has_pid;
  }

  /// A process that was born in the window has its rates over its own life: a compiler of 0.1 s is at 100 %, and a build
  /// is more than there are CPUs. Over the window they add up to what the machine did. Of the others each is asked a
  /// little earlier or later than the last time, and its rates are right by its own interval.
  void spread(task_sample& t, double interval_ns) const {
    constexpr double asked_apart = 0.9;
    const auto share = interval_ns / static_cast<double>(sample_.elapsed.count());
    if (!(share < asked_apart)) // nor where the window's length is not known
      return;
    for (auto* rate : {&t.cpu_pct, &t.io_read, &t.io_write, &t.pageins})
      *rate = scaled(*rate, share);
  }

  void read_processor(xml_node dict) {
    std::optional<double> combined, package, whole_freq;
    std::optional<double> parts, energies;
    const auto add = [](std::optional<double>& sum, std::optional<double> x) {
      if (x)
        sum = sum.value_or(0) + *x;
    };
    each_entry(dict, [&](const char* key, xml_node value) {
      if (is(key, "clusters")) {
        each_dict(value, [this](xml_node x) { read_cluster(x); });
      } else if (is(key, "packages")) {
        each_dict(value, [this](xml_node x) { read_package(x); });
      } else if (is(key, "freq_hz")) {
        whole_freq = amount_of(value);
      } else if (is(key, "combined_power")) {
        combined = amount_of(value);
      } else if (is(key, "package_watts")) {
        package = amount_of(value);
      } else if (is(key, "cpu_power") || is(key, "gpu_power") || is(key, "ane_power")) {
        add(parts, amount_of(value));
      } else if (is(key, "cpu_energy") || is(key, "gpu_energy") || is(key, "ane_energy")) {
        add(energies, amount_of(value));
      }
    });
    sample_.cpu_freq_mhz = scaled(frequency_.count > 0 ? frequency_.value() : whole_freq, 1e-6);
    if (combined || parts)
      sample_.power_w = scaled(combined ? combined : parts, 0.001); // in mW
    else if (package)
      sample_.power_w = package;
    else
      energy_mj_ = energies; // all that macOS 12 and older report
  }

  /// Apple Silicon. A cluster's own idle ratio is that of a power state and says nothing of its CPUs.
  void read_cluster(xml_node cluster) {
    each_entry(cluster, [this](const char* key, xml_node value) {
      if (!is(key, "cpus"))
        return;
      each_dict(value, [this](xml_node cpu) {
        std::optional<double> idle, hz;
        double down = 0; // only newer machines power down a CPU, and say so
        bool is_invalid = false;
        each_entry(cpu, [&](const char* name, xml_node x) {
          if (is(name, "idle_ratio"))
            idle = share_of(x);
          else if (is(name, "down_ratio"))
            down = share_of(x).value_or(0);
          else if (is(name, "freq_hz"))
            hz = amount_of(x);
          else if (is(name, "invalid"))
            is_invalid = flag_of(x).value_or(false);
        });
        if (is_invalid)
          return;
        if (hz && *hz > 0)
          frequency_.add(*hz);
        if (idle)
          busy_.add(std::clamp(1 - *idle - down, 0.0, 1.0));
      });
    });
  }

  /// Intel. A core's busy time is what it spent in no C-state; its hyper-threads share it.
  void read_package(xml_node package) {
    each_entry(package, [this](const char* key, xml_node value) {
      if (!is(key, "cores"))
        return;
      each_dict(value, [this](xml_node core) {
        each_entry(core, [this](const char* name, xml_node x) {
          if (is(name, "c_state_ratio"))
            if (const auto idle = share_of(x))
              busy_.add(1 - *idle);
        });
      });
    });
  }

  void read_smc(xml_node dict) {
    each_entry(dict, [this](const char* key, xml_node value) {
      if (is(key, "cpu_die")) {
        // A sensor that is not there reads as zero or far below; no die works at 150 °C.
        const auto celsius = number_of(value);
        sample_.cpu_temp_c = celsius && *celsius > 0 && *celsius < 150 ? celsius : std::nullopt;
      } else if (is(key, "cpu_prochot")) {
        prochot_ = flag_of(value);
      }
    });
  }

  template <std::size_t Size>
  void read_gpu(xml_node dict, const char (&idle_key)[Size]) {
    std::optional<double> idle;
    bool is_invalid = false;
    each_entry(dict, [&](const char* key, xml_node value) {
      if (is(key, idle_key))
        idle = share_of(value);
      else if (is(key, "invalid"))
        is_invalid = flag_of(value).value_or(false);
    });
    if (idle && !is_invalid)
      sample_.gpu_pct = std::max(sample_.gpu_pct.value_or(0), 100 * (1 - *idle));
  }

  void conclude() {
    auto& s = sample_;
    s.cpu_pct = scaled(busy_.value(), 100);
    if (energy_mj_)
      s.power_w = *energy_mj_ / 1000 / std::chrono::duration<double>(s.elapsed).count();
    if (s.pressure || prochot_)
      s.throttled = s.pressure.value_or(thermal_pressure::nominal) > thermal_pressure::nominal
                    || prochot_.value_or(false);
    for (auto& task : s.tasks)
      task.started = unix_start(task);
    if (s.all_tasks)
      s.all_tasks->started.reset();
    keep_busiest();
    sort_tasks();
  }

  /// Busiest first; by pid where they are equally so, as in documents that are equal.
  void sort_tasks() {
    struct place {
      double cpu;
      std::int64_t pid;
      std::size_t index;
    };
    auto& tasks = sample_.tasks;
    // Tasks are large, so each is moved but once.
    std::vector<place> order(tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i)
      order[i] = {tasks[i].cpu_pct.value_or(-1), tasks[i].pid, i};
    std::sort(order.begin(), order.end(), [](const place& a, const place& b) {
      return a.cpu != b.cpu ? a.cpu > b.cpu : a.pid < b.pid;
    });
    std::vector<task_sample> sorted;
    sorted.reserve(tasks.size());
    for (const auto& x : order)
      sorted.push_back(std::move(tasks[x.index]));
    tasks = std::move(sorted);
  }

  /// OS X 10.9 reports neither the boot time nor this clock, and DEAD_TASKS never started. On a Mac the
  /// clock stands still in sleep, so this is an identity rather than a time of day.
  std::optional<double> unix_start(const task_sample& task) const {
    if (task.pid < 0 || !task.started || !boot_time_)
      return std::nullopt;
    return *boot_time_ + *task.started;
  }

  power_sample sample_;
  mean busy_, frequency_;
  std::optional<double> boot_time_;
  std::optional<double> energy_mj_; ///< Of the window, where no power is reported.
  std::optional<bool> prochot_;
  bool is_ours_ = false; ///< Written by our own sampler: its tasks have keys of ours.
};

/// @returns the document with each `<` inside a string spelled `&lt;`: names may come unescaped.
std::string with_strings_escaped(std::string_view document) {
  constexpr std::string_view open = "<string>", close = "</string>";
  std::string result;
  for (;;) {
    const auto start = document.find(open);
    const auto end = start == document.npos ? start : document.find(close, start);
    if (end == document.npos)
      return result.append(document);
    result.append(document.substr(0, start + open.size()));
    for (const auto c : document.substr(start + open.size(), end - start - open.size()))
      c == '<' ? result.append("&lt;") : result.append(1, c);
    result.append(close);
    document.remove_prefix(end + close.size());
  }
}

} // namespace

struct sample_decoder::scratch {
  pugi::xml_document tree;
  std::vector<char> text;

  pugi::xml_parse_result parse(std::string_view document) {
    text.assign(document.begin(), document.end());
    // A text is kept in its element, not in a node of its own, which halves the tree.
    return tree.load_buffer_inplace(text.data(), text.size(),
                                    pugi::parse_cdata | pugi::parse_embed_pcdata, pugi::encoding_utf8);
  }
};

sample_decoder::sample_decoder() : scratch_(std::make_unique<scratch>()) {
}
sample_decoder::sample_decoder(sample_decoder&&) noexcept = default;
sample_decoder& sample_decoder::operator=(sample_decoder&&) noexcept = default;
sample_decoder::~sample_decoder() = default;

decoded_document sample_decoder::decode(std::string_view document) {
  if (document.size() > (std::size_t{1} << 20)
      && std::count(document.begin(), document.end(), '<') > most_tags)
    return {std::nullopt, "it has too many elements"};
  auto& s = *scratch_;
  auto result = s.parse(document);
  if (!result && !s.parse(with_strings_escaped(document)))
    return {std::nullopt, std::string{"it is no well-formed XML ("} + result.description() + " at byte "
                            + std::to_string(result.offset) + ")"};
  return reader{}.read(s.tree);
}

} // namespace pmactor
