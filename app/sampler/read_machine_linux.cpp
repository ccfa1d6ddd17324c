#include "app/sampler/read_machine_linux.hpp"

#include "actors/host/look_around_linux.hpp"
#include "actors/host/parse_machine_stat.hpp"
#include "actors/host/parse_numbers.hpp"

#include <algorithm>
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

/// Takes the CPUs online, the boot time, the count of forks and that of blocked tasks into
/// *result*, whose other fields stay as they are.
void fill_in_stat(std::string_view text, machine_reading& result) {
  std::size_t cpus = 0;
  const auto stat = parse_machine_stat(text, [&](std::uint32_t number, const cpu_ticks& ticks) {
    if (cpus == result.cpus.size())
      result.cpus.emplace_back();
    result.cpus[cpus++] = {ticks, number, {}, {}};
  });
  result.cpus.resize(cpus);
  result.boot_time = stat.boot_time;
  result.forks = stat.forks;
  result.blocked = stat.blocked;
}

} // namespace

machine_reader::machine_reader(fs::path root)
  : root_{std::move(root)}, stat_{root_ / "proc/stat"}, devices_{root_} {
}

host_facts machine_reader::read_facts() const {
  host_facts result;
  result.hw_model = read_first_line(root_ / "sys/class/dmi/id/product_name");
  if (result.hw_model.empty())
    result.hw_model = read_first_line(root_ / "proc/device-tree/model");
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
  const auto package = read_first_line(cpu / "topology/physical_package_id");
  const auto core = package + "/" + read_first_line(cpu / "topology/core_id");
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

void machine_reader::discover() {
  capacities_.clear();
  frequencies_.clear();
  throttles_.clear();
  gpus_.clear();
  std::vector<std::pair<std::uint32_t, fs::path>> cpus;
  for (const auto& folder : list_entries(root_ / "sys/devices/system/cpu"))
    if (const auto cpu = number_after("cpu", folder.filename()))
      cpus.emplace_back(*cpu, folder);
  std::sort(cpus.begin(), cpus.end()); // cpu10 after cpu9
  std::vector<std::string> throttles_seen;
  for (const auto& [cpu, folder] : cpus) {
    const auto capacity = read_first_line(folder / "cpu_capacity");
    std::string_view text{capacity};
    std::uint64_t value = 0;
    if (take_number(text, value)) {
      capacities_.resize(std::max<std::size_t>(capacities_.size(), cpu + std::size_t{1}));
      capacities_[cpu] = static_cast<std::uint32_t>(value);
    }
    discover_throttles(folder, throttles_seen);
  }
  for (const auto& policy : list_entries(root_ / "sys/devices/system/cpu/cpufreq")) {
    if (frequencies_.size() == most_frequencies)
      break;
    frequency_source source;
    const auto list = read_first_line(policy / "affected_cpus");
    std::string_view text{list};
    std::uint64_t cpu = 0;
    while (take_number(text, cpu))
      source.cpus.push_back(static_cast<std::uint32_t>(cpu));
    source.khz = kept_file(policy / "scaling_cur_freq");
    if (source.khz.is_open() && !source.cpus.empty())
      frequencies_.push_back(std::move(source));
  }
  thermometer_ = cpu_thermometer{root_};
  for (const auto& card : list_entries(root_ / "sys/class/drm")) {
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

  devices_.read(result.disks, result.networks);

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

  result.cpu_die_c = thermometer_.read();
  failed_ = failed_ || thermometer_.has_lost_one();

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
