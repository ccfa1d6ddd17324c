#include "simulation/sampler.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

namespace {

constexpr std::string_view body_end = "</array></dict></plist>\n";

std::string task(std::int64_t pid, std::string_view name, double cpu_ms_per_s, double written_per_s) {
  char numbers[220];
  std::snprintf(numbers, sizeof numbers,
                "<key>cputime_ms_per_s</key><real>%.2f</real><key>diskio_byteswritten_per_s</key><real>%.1f</real>",
                cpu_ms_per_s, written_per_s);
  return "<dict><key>pid</key><integer>" + std::to_string(pid) + "</integer><key>name</key><string>"
         + std::string{name} + "</string>" + numbers + "</dict>";
}

} // namespace

/// One child; shared by who plays it and who owns it.
struct sampler::life {
  std::shared_ptr<child_output> output;
  std::int64_t pid = 0;
  clock_sample began{}; ///< Of the window that is open.
  nanoseconds wrote{};  ///< Its last document, or began to live; on the awake clock.
  nanoseconds due{};    ///< When the window ends, on the awake clock.
  nanoseconds hangs_until{};
  std::optional<nanoseconds> ends_at; ///< It was asked to.
  bool deaf = false;    ///< Ends by SIGKILL only.
  culprit_truth busy{}; ///< As the window began: what ended in it is in its document as well.
  bool ended = false;
};

class sampler::child final : public sampler_child {
public:
  child(std::shared_ptr<life> of, std::function<clock_sample()> clocks)
    : life_(std::move(of)), clocks_(std::move(clocks)) {
  }
  ~child() override {
    life_->ended = true;
  }
  std::int64_t pid() const override {
    return life_->pid;
  }
  void terminate() override {
    if (!life_->deaf)
      life_->ends_at = clocks_().awake + 20ms;
  }
  void kill() override {
    life_->ends_at = clocks_().awake + 5ms;
  }

private:
  std::shared_ptr<life> life_;
  std::function<clock_sample()> clocks_;
};

sampler::sampler(std::uint64_t seed) : dice_{seed, 5} {
  start_processes();
}

sampler::~sampler() = default;

void sampler::start_processes() {
  static constexpr const char* names[]{"firefox", "rsync", "postgres", "cc1plus", "sshd", "kworker/1:2",
                                       "backupd", "a & b", "naïve", "restic"};
  const bool again = !processes_.empty();
  std::array<bool, std::size(names)> is_taken{};
  for (std::size_t i = 0; i < 6; ++i) {
    // Each has a name of its own, as those of one name together may well do more than what hogs the machine.
    auto drawn = dice_.below(std::size(names));
    while (std::exchange(is_taken[drawn], true))
      drawn = (drawn + 1) % std::size(names);
    const auto* name = names[drawn];
    if (again)
      processes_[i].name = name; // the numbers are used again
    else
      processes_.push_back({next_pid_ += 1 + static_cast<std::int64_t>(dice_.below(9)), name, 0, 0});
  }
  for (auto& x : processes_) {
    x.written_per_s = 1000.0 * static_cast<double>(dice_.below(1000));
    x.cpu_ms_per_s = static_cast<double>(dice_.below(900));
  }
  body_ = list_processes(1);
}

std::string sampler::list_processes(double awake) const {
  std::string result = "<key>tasks</key><array>";
  for (const auto& x : processes_) {
    std::string name;
    for (const char c : x.name)
      name += c == '&' ? std::string{"&amp;"} : std::string{c};
    result += task(x.pid, name, x.cpu_ms_per_s * awake, x.written_per_s * awake);
  }
  return result;
}

child_starter sampler::starter(std::function<bool()> has_power, std::function<clock_sample()> clocks) {
  return [this, has_power, clocks](const std::vector<std::string>&,
                                   std::shared_ptr<child_output> output) -> std::unique_ptr<sampler_child> {
    const auto now = clocks();
    if (!has_power() || now.awake < refused_until_) {
      distrust_until(now.awake);
      throw std::system_error(11, std::generic_category(), "cannot start the sampler");
    }
    distrust_until(now.awake); // until it has shown what it can
    life_ = std::make_shared<life>();
    life_->output = std::move(output);
    life_->pid = 1'000'000 + ++lives_;
    life_->began = now;
    life_->wrote = now.awake;
    life_->due = now.awake + 1s + dice_.between(5ms, 200ms);
    life_->deaf = dice_.one_in(8);
    return std::make_unique<child>(life_, clocks);
  };
}

bool sampler::runs() const {
  return life_ != nullptr && !life_->ended;
}

nanoseconds sampler::next() const {
  const auto writes = std::max(life_->due, life_->hangs_until);
  return life_->ends_at ? std::min(*life_->ends_at, writes) : writes;
}

void sampler::say(const std::string& bytes, const clock_sample& at) {
  // As pipes do: in pieces that know nothing of documents.
  std::string_view rest{bytes};
  while (!rest.empty()) {
    const auto size = rest.size() > 2000 && dice_.one_in(4) ? 1 + dice_.below(rest.size()) : rest.size();
    life_->output->arrived(rest.substr(0, size), at);
    rest.remove_prefix(size);
  }
}

void sampler::write_document(const clock_sample& at, const clock_sample& began, const clock_sample& ended,
                             const machine_view& sees) {
  const auto elapsed = ended.total - began.total;
  // Nothing runs in a sleep, and the rates are over all of the window.
  const auto awake = elapsed > 0ns ? std::min(1.0, to_seconds(ended.awake - began.awake) / to_seconds(elapsed)) : 1;
  char head[420];
  std::snprintf(head, sizeof head,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>"
                "<key>is_delta</key><true/><key>elapsed_ns</key><integer>%lld</integer>"
                "<key>thermal_pressure</key><string>%s</string>",
                static_cast<long long>(elapsed.count()), sees.hot ? "Heavy" : "Nominal");
  constexpr std::int64_t hog_pid = 290; // and the one behind it
  // In a machine that is used some always have ended, and were busy.
  auto body = (awake < 1 ? list_processes(awake) : body_) + task(-1, "DEAD_TASKS", 190 * awake, 14e6 * awake);
  if (sees.busy.cpu || life_->busy.cpu)
    body += task(hog_pid, hog_of_cpu, 3990 * awake, 0);
  if (sees.busy.disk || life_->busy.disk)
    body += task(hog_pid + 1, hog_of_disk, 10 * awake, sees.disk_traffic * awake);
  life_->busy = sees.busy;
  body += body_end;
  say(head + body, at);
  ++documents_;
}

void sampler::wake(const clock_sample& now, const machine_view& sees) {
  if (life_->ends_at && now.awake >= *life_->ends_at) {
    end({true, 15});
    return;
  }
  if (now.awake < next())
    return;
  write_document(now, life_->began, now, sees);
  life_->began = now;
  life_->wrote = now.awake;
  life_->due = now.awake + 1s + dice_.between(0ms, 3ms);
}

void sampler::end(const child_end& how) {
  const auto was = std::move(life_);
  life_.reset();
  was->ended = true;
  was->output->ended(how);
}

void sampler::suffer(const fault& x, const clock_sample& now) {
  if (x.kind == fault_kind::child_refuses)
    refused_until_ = now.awake + x.length;
  if (x.kind == fault_kind::child_reuses)
    start_processes();
  if (!runs())
    return;
  switch (x.kind) {
    case fault_kind::child_exit:
      distrust_until(now.awake);
      end({dice_.one_in(2), 9});
      break;
    case fault_kind::child_hang:
      distrust_until(now.awake + x.length + 5s);
      life_->hangs_until = now.awake + x.length;
      break;
    case fault_kind::child_torn:
      distrust_until(now.awake);
      say("<?xml version=\"1.0\"?><plist version=\"1.0\"><dict>" + body_.substr(0, dice_.below(body_.size())), now);
      end({true, 11});
      break;
    case fault_kind::child_garbage:
      distrust_until(now.awake + 5s);
      for (std::uint32_t i = 0; i < x.detail; ++i) {
        std::string junk = "<plist><dict><key>";
        for (int n = 0; n < 60; ++n)
          junk += static_cast<char>(dice_.below(256));
        say(junk + "</plist>", now);
      }
      break;
    case fault_kind::child_huge:
      distrust_until(now.awake + 5s);
      say("<plist>", now);
      for (std::uint32_t i = 0; i < x.detail; ++i)
        life_->output->arrived(std::string(1000, 'x'), now);
      say("</plist>", now);
      break;
    case fault_kind::child_flood:
      distrust_until(now.awake + 20s); // it is known as a fast one until then
      for (std::uint32_t i = 0; i < x.detail; ++i)
        write_document(now, {now.awake - 10ms, now.total - 10ms}, now, {});
      life_->began = now;
      break;
    case fault_kind::child_noise:
      for (std::uint32_t i = 0; i < x.detail; ++i)
        life_->output->said("the sampler complains for the " + std::to_string(i) + "th time\n");
      break;
    case fault_kind::child_late:
      life_->due += x.length;
      if (life_->due > life_->wrote + 2900ms) // with what it was late by before
        distrust_until(life_->due + 1s);
      break;
    default:
      break;
  }
}

void sampler::pass_freeze(const clock_sample& began, const clock_sample& now, bool frozen_too,
                          const machine_view& sees) {
  if (!runs())
    return;
  const auto length = now.awake - began.awake;
  if (frozen_too) {
    life_->wrote += length;
    life_->due += length;
    if (life_->hangs_until > began.awake)
      life_->hangs_until += length;
    if (life_->ends_at)
      *life_->ends_at += length;
    if (last_trouble_ > began.awake)
      last_trouble_ += length;
    return;
  }
  // What it wrote meanwhile waits in the pipe, which holds so much; then the child waits as well.
  constexpr int documents_in_a_pipe = 25;
  for (int i = 0; i < documents_in_a_pipe && next() < now.awake; ++i) {
    const auto at = next();
    if (life_->ends_at && at >= *life_->ends_at)
      return; // it is reported in good time
    const clock_sample ended{at, began.total + (at - began.awake)};
    write_document(now, life_->began, ended, sees);
    life_->began = ended;
    life_->wrote = at;
    life_->due = at + 1s + dice_.between(0ms, 3ms);
  }
  if (life_->due < now.awake)
    life_->due = now.awake + 1ms;
}

} // namespace pmactor::simulation
