#include "app/sampler/read_machine_linux.hpp"

#include "app/sampler/parse_machine.hpp"
#include "actors/host/parse_numbers.hpp"

#include <algorithm>
#include <fstream>
#include <sys/utsname.h>
#include <unistd.h>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

/// Readings between two looks for hardware that came, and after one that failed (a CPU taken offline and
/// back makes its files anew).
constexpr std::uint64_t discover_every = 600;
constexpr std::uint64_t discover_after_failure = 10;
/// On some CPUs a frequency costs an interrupt of that CPU; a machine with more has others to look at.
constexpr std::size_t most_frequencies = 32;

/// The first line of a small file; empty if it cannot be read.
std::string first_line(const fs::path& file) {
  std::ifstream in{file};
  std::string line;
  std::getline(in, line);
  while (!line.empty() && (line.back() == '\0' || line.back() == ' '))
    line.pop_back();
  return line;
}

/// The folder's entries, by name; none if it cannot be listed.
std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> result;
  std::error_code error;
  for (fs::directory_iterator i{folder, error}, end; !error && i != end; i.increment(error))
    result.push_back(i->path());
  std::sort(result.begin(), result.end());
  return result;
}

/// @returns N of a name like `cpuN`.
std::optional<std::uint32_t> number_after(std::string_view prefix, const std::string& name) {
  std::string_view text{name};
  std::uint64_t value = 0;
  if (!text.starts_with(prefix))
    return std::nullopt;
  text.remove_prefix(prefix.size());
  if (!take_number(text, value) || !text.empty() || value > 65535)
    return std::nullopt;
  return static_cast<std::uint32_t>(value);
}

} // namespace

machine_reader::hardware_list::hardware_list(fs::path folder) : folder_{std::move(folder)} {
}

bool machine_reader::hardware_list::holds(std::string_view name) {
  for (std::size_t tried = 0; tried < known_.size(); ++tried) {
    const auto& x = known_[(next_ + tried) % known_.size()];
    if (x.name == name) {
      next_ = (next_ + tried + 1) % known_.size();
      return x.hardware;
    }
  }
  std::string file{name};
  std::replace(file.begin(), file.end(), '/', '!'); // as the kernel does
  const bool sane = file != "." && file != "..";
  // One path of a disk with several is hidden behind the disk that stands for all of them.
  const bool hardware = sane && ::access((folder_ / file / "device").c_str(), F_OK) == 0
                        && first_line(folder_ / file / "hidden") != "1";
  known_.push_back({std::string{name}, hardware});
  return hardware;
}

void machine_reader::hardware_list::forget() {
  known_.clear();
  next_ = 0;
}

machine_reader::machine_reader(fs::path root)
  : root_{std::move(root)}, disks_{root_ / "sys/block"}, interfaces_{root_ / "sys/class/net"} {
  const auto proc = root_ / "proc";
  stat_ = kept_file(proc / "stat");
  diskstats_ = kept_file(proc / "diskstats");
  networks_ = kept_file(proc / "net/dev");
}

host_facts machine_reader::read_facts() const {
  host_facts result;
  result.hw_model = first_line(root_ / "sys/class/dmi/id/product_name");
  if (result.hw_model.empty())
    result.hw_model = first_line(root_ / "proc/device-tree/model");
  utsname names{};
  if (::uname(&names) == 0)
    result.os_version = names.release;
  if (const auto ticks = ::sysconf(_SC_CLK_TCK); ticks > 0)
    result.tick = std::chrono::nanoseconds{std::chrono::seconds{1}} / ticks;
  if (const auto bytes = ::sysconf(_SC_PAGESIZE); bytes > 0)
    result.page_bytes = static_cast<std::uint64_t>(bytes);
  return result;
}

void machine_reader::discover_throttles(const fs::path& cpu, std::vector<std::string>& done) {
  // A core's counter shows at each of its hyper-threads, a package's at each of its cores.
  const auto package = first_line(cpu / "topology/physical_package_id");
  const auto core = package + "/" + first_line(cpu / "topology/core_id");
  for (const auto& [kind, id] : {std::pair{"package", package}, std::pair{"core", core}}) {
    auto key = std::string{kind} + id;
    if (std::find(done.begin(), done.end(), key) != done.end())
      continue;
    // clang 14 captures a structured binding only by an initialiser.
    const auto file = [&, kind = kind](const char* what) {
      return kept_file(cpu / "thermal_throttle" / (std::string{kind} + "_throttle_" + what));
    };
    throttle_source source{file("count"), file("total_time_ms")};
    if (!source.count.is_open())
      continue;
    throttles_.push_back(std::move(source));
    done.push_back(std::move(key));
  }
}

void machine_reader::discover_temperature() {
  temperatures_.clear();
  int best = 0;
  const auto consider = [&](const std::string& driver, const std::string& label, const fs::path& file) {
    const auto rank = rank_cpu_sensor(driver, label);
    if (rank == 0 || rank < best)
      return;
    auto opened = kept_file(file);
    if (!opened.is_open())
      return;
    if (rank > best)
      temperatures_.clear();
    best = rank;
    temperatures_.push_back(std::move(opened));
  };
  for (const auto& folder : entries(root_ / "sys/class/hwmon")) {
    const auto driver = first_line(folder / "name");
    for (const auto& file : entries(folder)) {
      const auto name = file.filename().string();
      if (!name.starts_with("temp") || !name.ends_with("_input"))
        continue;
      const auto stem = name.substr(0, name.size() - 6);
      consider(driver, first_line(folder / (stem + "_label")), file);
    }
  }
  for (const auto& zone : entries(root_ / "sys/class/thermal"))
    if (zone.filename().string().starts_with("thermal_zone"))
      consider(first_line(zone / "type"), {}, zone / "temp");
}

void machine_reader::discover() {
  disks_.forget();
  interfaces_.forget();
  capacities_.clear();
  frequencies_.clear();
  throttles_.clear();
  gpus_.clear();
  std::vector<std::pair<std::uint32_t, fs::path>> cpus;
  for (const auto& folder : entries(root_ / "sys/devices/system/cpu"))
    if (const auto cpu = number_after("cpu", folder.filename()))
      cpus.emplace_back(*cpu, folder);
  std::sort(cpus.begin(), cpus.end()); // cpu10 after cpu9
  std::vector<std::string> throttles_seen;
  for (const auto& [cpu, folder] : cpus) {
    const auto capacity = first_line(folder / "cpu_capacity");
    std::string_view text{capacity};
    std::uint64_t value = 0;
    if (take_number(text, value)) {
      capacities_.resize(std::max<std::size_t>(capacities_.size(), cpu + std::size_t{1}));
      capacities_[cpu] = static_cast<std::uint32_t>(value);
    }
    discover_throttles(folder, throttles_seen);
  }
  for (const auto& policy : entries(root_ / "sys/devices/system/cpu/cpufreq")) {
    if (frequencies_.size() == most_frequencies)
      break;
    frequency_source source;
    const auto list = first_line(policy / "affected_cpus");
    std::string_view text{list};
    std::uint64_t cpu = 0;
    while (take_number(text, cpu))
      source.cpus.push_back(static_cast<std::uint32_t>(cpu));
    source.khz = kept_file(policy / "scaling_cur_freq");
    if (source.khz.is_open() && !source.cpus.empty())
      frequencies_.push_back(std::move(source));
  }
  discover_temperature();
  for (const auto& card : entries(root_ / "sys/class/drm")) {
    if (!number_after("card", card.filename()))
      continue;
    gpu_source source{kept_file(card / "device/gpu_busy_percent"),
                      kept_file(card / "device/power/runtime_status")};
    if (source.busy.is_open())
      gpus_.push_back(std::move(source));
  }
  until_discovery_ = discover_every;
  failed_ = false;
}

std::optional<std::uint64_t> machine_reader::number(const kept_file& file) {
  char buffer[64];
  auto text = file.read(buffer, sizeof buffer);
  std::uint64_t value = 0;
  if (!take_number(text, value)) {
    failed_ = true;
    return std::nullopt;
  }
  return value;
}

void machine_reader::read(machine_reading& result) {
  if (until_discovery_ == 0)
    discover();
  fill_in_stat(stat_.read_all(buffer_), result);
  for (auto& cpu : result.cpus) {
    cpu.capacity = cpu.cpu < capacities_.size() ? capacities_[cpu.cpu] : 0;
    cpu.freq_hz.reset();
  }

  if (!result.disks)
    result.disks.emplace();
  parse_diskstats(
    diskstats_.read_all(buffer_), [this](std::string_view name) { return disks_.holds(name); },
    *result.disks);
  if (result.disks->empty())
    result.disks.reset();

  // Bridges, tunnels and the ends of containers carry again what the hardware carries. Where there is
  // no hardware, as inside a container, all but the loop counts.
  if (!result.networks)
    result.networks.emplace();
  const auto text = networks_.read_all(buffer_);
  parse_network_devices(
    text, [this](std::string_view name) { return interfaces_.holds(name); }, *result.networks);
  if (result.networks->empty())
    parse_network_devices(
      text, [](std::string_view name) { return name != "lo"; }, *result.networks);
  if (result.networks->empty())
    result.networks.reset();

  for (const auto& source : frequencies_)
    if (const auto khz = number(source.khz))
      for (auto& cpu : result.cpus)
        if (std::find(source.cpus.begin(), source.cpus.end(), cpu.cpu) != source.cpus.end())
          cpu.freq_hz = 1e3 * static_cast<double>(*khz);

  result.throttles.clear();
  for (const auto& source : throttles_)
    if (const auto count = number(source.count))
      result.throttles.push_back(
        {*count, source.total_ms.is_open() ? number(source.total_ms) : std::nullopt});

  result.cpu_die_c.reset();
  for (const auto& source : temperatures_)
    if (const auto millidegrees = number(source)) // below freezing is no number and no news
      result.cpu_die_c
        = std::max(result.cpu_die_c.value_or(0), static_cast<double>(*millidegrees) / 1e3);

  result.gpu_busy.reset();
  for (const auto& source : gpus_) {
    // Asking one that sleeps would wake it.
    char buffer[64];
    if (source.power.is_open() && !source.power.read(buffer, sizeof buffer).starts_with("active"))
      continue;
    if (const auto percent = number(source.busy))
      result.gpu_busy
        = std::max(result.gpu_busy.value_or(0), static_cast<double>(std::min<std::uint64_t>(*percent, 100)) / 100);
  }

  --until_discovery_;
  if (failed_)
    until_discovery_ = std::min(until_discovery_, discover_after_failure);
}

} // namespace pmactor
