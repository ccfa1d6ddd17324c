#include "actors/black_box/collect_traces.hpp"

#include "actors/black_box/ask_tool.hpp"
#include "actors/black_box/encode_record.hpp"
#include "actors/black_box/look_at_host.hpp"
#include "actors/black_box/read_traces.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/kernel_log_file_linux.hpp"
#include "actors/host/look_around_linux.hpp"
#include "actors/host/owned_descriptor.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <linux/watchdog.h>
#include <scsi/sg.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmp.h>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
namespace fs = std::filesystem;

constexpr std::size_t most_files = 64;
/// The kernel's log has a clock of its own, which drifts from the awake one.
constexpr nanoseconds log_drift = 2min;

std::string read_file(const fs::path& file) {
  std::string buffer;
  return std::string{kept_file{file.string()}.read_all(buffer)};
}

std::optional<nanoseconds> written(const fs::path& file) {
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0)
    return std::nullopt;
  return std::chrono::seconds{found.st_mtim.tv_sec} + nanoseconds{found.st_mtim.tv_nsec};
}

/// When a boot was is only known by its wall clock; none of the one before is later than its begin.
bool is_of_last_boot(nanoseconds written, const box_record& last) {
  return written >= boot_time(last.at);
}

/// What was moved out of the kernel's hands was moved by the next boot: an older one belongs to an
/// end before the last one.
bool is_of_this_boot(nanoseconds written, const box_record& last, const clock_sample& now) {
  // A clock without a battery goes on from a time that was saved, which may be before the record.
  return written >= last.at.wall
         || (is_clock_set(now.wall) && written >= boot_time(now) && written <= now.wall);
}

// ---- memory that outlives a reset

struct kept_file_of_kernel {
  fs::path file;
  nanoseconds written{};
  bool is_archived = false; ///< systemd moved it from where the kernel shows it.
};

void add_archived(std::vector<kept_file_of_kernel>& result, const fs::path& folder, int levels) {
  for (const auto& entry : list_entries(folder)) {
    std::error_code unknown;
    if (fs::is_directory(fs::symlink_status(entry, unknown))) {
      if (levels > 0)
        add_archived(result, entry, levels - 1);
    } else
      result.push_back({entry, written(entry).value_or(nanoseconds{}), true});
  }
}

/// Both where the kernel shows it and where systemd moves it to: `<time>/<part>/dmesg.txt` at the
/// deepest. The newest first.
std::vector<kept_file_of_kernel> kept_files(const fs::path& root) {
  std::vector<kept_file_of_kernel> result;
  for (const auto& entry : list_entries(root / "sys/fs/pstore"))
    result.push_back({entry, written(entry).value_or(nanoseconds{}), false});
  add_archived(result, root / "var/lib/systemd/pstore", 2);
  std::stable_sort(result.begin(), result.end(),
                   [](const auto& a, const auto& b) { return a.written > b.written; });
  if (result.size() > most_files)
    result.resize(most_files);
  return result;
}

void read_kept_memory(start_traces& x, const box_record& last, const fs::path& root) {
  // Its files are for root alone, and so is the folder in the newer kernels.
  x.reads_kept_memory =
    ::access((root / "sys/fs/pstore").c_str(), R_OK | X_OK) == 0 && ::geteuid() == 0;
  std::vector<std::pair<kept_file_of_kernel, std::string>> texts;
  for (const auto& one : kept_files(root)) {
    const auto name = one.file.filename().string();
    auto text = read_file(one.file);
    if (name.find("pmsg") != std::string::npos) {
      if (auto found = find_record(text, last.run);
          found && (!x.kept_record || found->sequence > x.kept_record->sequence))
        x.kept_record = std::move(found);
    } else
      texts.emplace_back(one, std::move(text));
  }
  const bool has_survived = x.kept_record.has_value();
  for (const auto& [one, text] : texts) {
    const auto name = one.file.filename().string();
    if (one.is_archived) {
      if (!is_of_this_boot(one.written, last, x.now))
        continue;
      // A crash has its time; a console has none, and may be that of a boot in which we did not
      // run.
    } else if (name.find("console") != std::string::npos ? last.has_memory_copy && !has_survived
                                                         : !is_of_last_boot(one.written, last))
      continue;
    if (auto found = find_kernel_death(text, name))
      x.deaths.push_back(std::move(*found));
  }
  rank_deaths(x.deaths);
}

void find_crash_dump(start_traces& x, const box_record& last, const fs::path& root) {
  for (const auto& entry : list_entries(root / "var/crash"))
    for (const auto& file : list_entries(entry)) {
      const auto name = file.filename().string();
      if ((name.starts_with("dump") || name.starts_with("vmcore") || name.starts_with("dmesg"))
          && is_of_last_boot(written(file).value_or(nanoseconds{}), last))
        x.crash_dump = file.string();
    }
}

// ---- what drivers and the firmware say

void ask_watchdogs(start_traces& x, const fs::path& root) {
  for (const auto& dog : list_entries(root / "sys/class/watchdog")) {
    const auto text = read_first_line(dog / "bootstatus");
    unsigned long bits = 0;
    // In decimal; 0x8000 is that the driver is new to its driver's core.
    std::from_chars(text.data(), text.data() + text.size(), bits);
    if ((bits & WDIOF_CARDRESET) == 0)
      continue;
    const auto identity = read_first_line(dog / "identity");
    x.watchdog = "the watchdog " + (identity.empty() ? dog.filename().string() : identity);
  }
}

void ask_firmware(start_traces& x, const fs::path& root) {
  for (const auto* bus : {"sys/bus/platform/devices", "sys/bus/i2c/devices"})
    for (const auto& device : list_entries(root / bus))
      if (auto reason = read_first_line(device / "power_on_reason"); !reason.empty()) {
        x.power_on_reason = std::move(reason);
        return;
      }
}

void read_kernel_log(start_traces& x, const box_record& last, bool stayed_up,
                     const fs::path& root) {
  constexpr std::size_t most_records = 200'000;
  kernel_log_file{(root / "dev/kmsg").string()}.read(most_records, [&](const kernel_line& line) {
    if (!stayed_up) {
      // One line for each bit of the status.
      constexpr std::size_t most = 400;
      if (const auto says = reset_reason_in(line.text);
          !says.empty() && x.reset_reason.size() + says.size() < most)
        x.reset_reason += (x.reset_reason.empty() ? "" : "; ") + says;
    } else if (line.at + log_drift >= last.at.awake && is_oom_kill(line.text, last.run.pid))
      x.oom_line = line.text.substr(0, 200);
    return true;
  });
}

// ---- logs

void read_wtmp(start_traces& x, const box_record& last, const fs::path& root) {
  const owned_descriptor file{
    ::open((root / "var/log/wtmp").c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)};
  struct stat found {};
  if (file.get() < 0 || ::fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode))
    return;
  constexpr off_t most = 512 * static_cast<off_t>(sizeof(utmp));
  const auto whole = found.st_size - found.st_size % static_cast<off_t>(sizeof(utmp));
  utmp entry{};
  for (auto at = std::max<off_t>(0, whole - most); at < whole;
       at += static_cast<off_t>(sizeof entry)) {
    if (::pread(file.get(), &entry, sizeof entry, at) != static_cast<ssize_t>(sizeof entry))
      return;
    const std::string_view user{entry.ut_user, ::strnlen(entry.ut_user, sizeof entry.ut_user)};
    const nanoseconds when = std::chrono::seconds{entry.ut_tv.tv_sec};
    if (entry.ut_type == RUN_LVL && user == "shutdown" && is_of_last_boot(when, last))
      x.logged_shutdown = when;
  }
}

void read_journal(start_traces& x, const box_record& last, bool stayed_up) {
  const auto journalctl = find_program("journalctl", "/usr/bin:/bin");
  if (journalctl.empty())
    return;
  if (stayed_up) {
    const auto since =
      "--since=@" + std::to_string(std::chrono::floor<std::chrono::seconds>(last.at.wall).count());
    x.service_result = find_service_result(ask_tool(
      {journalctl, "--quiet", "--no-pager", "--output=cat", "--lines=40", since, "_COMM=systemd",
       "UNIT=pmactor.service", "+", "_COMM=systemd", "USER_UNIT=pmactor.service"}));
    return;
  }
  auto boot = last.run.boot_id;
  std::erase(boot, '-');
  const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  if (boot.size() != 32
      || !std::all_of(boot.begin(), boot.end(), is_hex)) // it is foreign, and goes to a command
    return;
  x.journal = read_journal_end(ask_tool(
    {journalctl, "--quiet", "--no-pager", "--output=short-unix", "--lines=60", "--boot=" + boot}));
}

// ---- the drives' own books

std::optional<drive_counters> ask_nvme(const std::string& device, std::string name) {
  const owned_descriptor drive{::open(device.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (drive.get() < 0)
    return std::nullopt;
  constexpr unsigned get_log_page = 0x02, health = 0x02, every_namespace = 0xffffffff;
  std::array<char, 512> page{};
  nvme_admin_cmd order{};
  order.opcode = get_log_page;
  order.nsid = every_namespace;
  order.addr = reinterpret_cast<std::uintptr_t>(page.data());
  order.data_len = page.size();
  order.cdw10 = health | (page.size() / 4 - 1) << 16;
  order.timeout_ms = 2000;
  if (::ioctl(drive.get(), NVME_IOCTL_ADMIN_CMD, &order) != 0)
    return std::nullopt;
  return parse_nvme_health({page.data(), page.size()}, std::move(name));
}

std::optional<drive_counters> ask_ata(const std::string& device, std::string name) {
  const owned_descriptor drive{::open(device.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (drive.get() < 0)
    return std::nullopt;
  // ATA PASS-THROUGH (16): SMART READ DATA, one sector in.
  constexpr unsigned char pass_through = 0x85, pio_in = 4 << 1, from_device = 0x0e, smart = 0xb0,
                          read_data = 0xd0;
  std::array<unsigned char, 16> order{
    pass_through, pio_in, from_device, 0, read_data, 0, 1, 0, 0, 0, 0x4f, 0, 0xc2, 0, smart, 0};
  std::array<char, 512> page{};
  std::array<unsigned char, 32> sense{};
  sg_io_hdr request{};
  request.interface_id = 'S';
  request.dxfer_direction = SG_DXFER_FROM_DEV;
  request.cmd_len = order.size();
  request.cmdp = order.data();
  request.dxfer_len = page.size();
  request.dxferp = page.data();
  request.mx_sb_len = sense.size();
  request.sbp = sense.data();
  request.timeout = 2000;
  if (::ioctl(drive.get(), SG_IO, &request) != 0 || (request.info & SG_INFO_OK_MASK) != SG_INFO_OK)
    return std::nullopt;
  return parse_ata_attributes({page.data(), page.size()}, std::move(name));
}

std::string title_of(const fs::path& device) {
  auto model = read_first_line(device / "model"), serial = read_first_line(device / "serial");
  if (serial.empty()) // of a SCSI disk; it begins with four bytes of its own
    serial = read_first_line(device / "wwid");
  return model + (serial.empty() ? "" : ' ' + serial);
}

} // namespace

void collect_traces(start_traces& x, const box_record& last, const fs::path& root) {
  const bool stayed_up = !last.run.boot_id.empty() && last.run.boot_id == x.run.boot_id;
  const bool is_real = root == "/";
  read_kernel_log(x, last, stayed_up, root);
  if (!stayed_up) {
    read_kept_memory(x, last, root);
    find_crash_dump(x, last, root);
    ask_watchdogs(x, root);
    ask_firmware(x, root);
    read_wtmp(x, last, root);
  }
  // A guest's clock is its host's.
  x.is_clock_doubtful = !x.hypervisor && ::access((root / "sys/class/rtc/rtc0").c_str(), F_OK) != 0
                        && !is_clock_synchronised(root);
  const bool is_plain = stayed_up && last.end; // the marker says all there is
  if (is_real && !is_plain)
    read_journal(x, last, stayed_up);
}

std::vector<drive_counters> read_drive_counters() {
  std::vector<drive_counters> result;
  constexpr std::size_t most = 4;
  const auto add = [&result](std::optional<drive_counters> x) {
    if (x && (x->cycles || x->unsafe))
      result.push_back(std::move(*x));
  };
  for (const auto& drive : list_entries("/sys/class/nvme"))
    if (result.size() < most)
      add(ask_nvme("/dev/" + drive.filename().string(), title_of(drive)));
  for (const auto& disk : list_entries("/sys/block")) {
    const auto name = disk.filename().string();
    // Only what stays: a stick comes and goes, and a disk that turns may be asleep.
    if (result.size() < most && name.starts_with("sd") && read_first_line(disk / "removable") == "0"
        && read_first_line(disk / "device/vendor") == "ATA"
        && read_first_line(disk / "queue/rotational") == "0")
      add(ask_ata("/dev/" + name, title_of(disk / "device")));
  }
  return result;
}

} // namespace pmactor
