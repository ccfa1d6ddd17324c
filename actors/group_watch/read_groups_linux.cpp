// Linux: the trees of control groups, v2, v1 or both. What the kernel notifies of (of v2: freezers
// and what happens to memory; of each: a write of a quota) is read when it has changed, what a CPU
// quota holds up only of groups that have one, and pressure only where that around it is not at
// rest. Where a file cannot be watched, it is read at each look, and keeps its descriptor as far as
// the limit of open files allows. Which groups there are is looked up again when one was made, when
// the kernel's count of them has changed, and every half minute.
#include "actors/group_watch/file_changes_linux.hpp"
#include "actors/group_watch/group_look.hpp"
#include "actors/group_watch/group_tree_linux.hpp"
#include "actors/group_watch/name_containers_linux.hpp"
#include "actors/host/file_limit.hpp"
#include "actors/host/find_number.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/parse_group_quota.hpp"
#include "actors/host/parse_pressure.hpp"
#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <string_view>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// A write of a quota within another name space of groups is not notified, nor a group that is made
/// in one. They are found so much later.
constexpr auto walk_every = 30s;
/// What a group hands on to those within, which have a file of their quota as soon as it does the
/// CPU.
constexpr const char* handed_on = "/cgroup.subtree_control";

constexpr std::size_t no_group = std::numeric_limits<std::size_t>::max();

struct group_file {
  kept_file kept; ///< Of what is read at each look.
  std::optional<int> watch;
  bool cannot_be_watched = false;
  bool is_absent = false;
  bool is_due = true; ///< It has changed, or may have.
};

enum file_role : std::size_t { freezer_file, memory_file, quota_file, counters_file, file_roles };

struct open_group {
  tree_kind kind = tree_kind::unified;
  std::string folder;
  std::uint64_t inode = 0;
  std::size_t parent = no_group; ///< The nearest group around it that is looked at.
  std::array<group_file, file_roles> files;
  std::optional<cpu_quota> quota;
  bool is_counted = false;                     ///< Its counters were read before.
  bool memory_waits = false, io_waits = false; ///< Some task within waited, in the last 10 s.
};

const char* file_name(tree_kind kind, std::size_t which) {
  switch (kind) {
    case tree_kind::unified: {
      constexpr std::array names{"cgroup.events", "memory.events", "cpu.max", "cpu.stat"};
      return names[which];
    }
    case tree_kind::cpu:
      return which == counters_file ? "cpu.stat"
             : which == quota_file  ? "cpu.cfs_quota_us"
                                    : nullptr;
    case tree_kind::freezer:
      return which == freezer_file ? "freezer.state" : nullptr;
    case tree_kind::memory:
      return which == memory_file ? "memory.oom_control" : nullptr;
  }
  return nullptr;
}

/// @returns whether each change of it is notified.
bool is_notified(tree_kind kind, std::size_t which) {
  return which == quota_file || (kind == tree_kind::unified && which != counters_file);
}

class host_groups_reader : public group_reader {
public:
  host_groups_reader(std::size_t most, const std::string& root)
    : most_{most}, root_{root}, trees_{find_trees(root)}, names_{root} {
    if (const auto limit = file_limit(); limit > 0)
      most_kept_ = limit / 2;
  }

  const group_look& read(look_depth depth) override {
    look_.at = read_clocks();
    look_.depth = depth;
    take_changes();
    if (depth != look_depth::stalls || open_.empty())
      find_groups();
    rechecks_ = depth != look_depth::stalls && look_.at.awake - rechecked_ >= walk_every;
    if (rechecks_)
      rechecked_ = look_.at.awake;
    if (depth == look_depth::pressure)
      read_machine_pressure();
    for (std::size_t i = 0; i < open_.size(); ++i)
      read_group(open_[i], look_.groups[i], depth);
    return look_;
  }

  std::optional<std::string> container_name(const std::string& id,
                                            const std::string& path) override {
    return names_.name_of(id, path);
  }

private:
  void take_changes() {
    changes_.take();
    if (changes_.is_empty())
      return;
    for (auto& group : open_)
      for (auto& file : group.files)
        file.is_due = file.is_due || (file.watch && changes_.contains(*file.watch));
    for (const auto& [folder, watch] : folders_)
      is_outdated_ = is_outdated_ || changes_.contains(watch);
  }

  /// @returns what changes as groups come and go, as cheaply as the kernel counts it.
  std::string census() const {
    std::string result, room;
    const auto text_of = [&room](const std::string& file) {
      return kept_file{file}.read_all(room);
    };
    for (const auto& x : trees_)
      if (x.kind == tree_kind::unified)
        if (const auto count = number_behind(text_of(x.root + "/cgroup.stat"), "nr_descendants"))
          result += std::to_string(*count) + ' ';
    if (trees_.size() > 1 || result.empty())
      result += text_of(root_ + "/proc/cgroups");
    return result;
  }

  void find_groups() {
    auto now = census();
    if (!is_outdated_ && now == census_ && look_.at.awake - walked_ < walk_every && !open_.empty())
      return;
    census_ = std::move(now);
    walked_ = look_.at.awake;
    is_outdated_ = false;
    auto list = list_groups(trees_, most_);
    look_.beyond = list.beyond;
    // Those that are there already keep their place, their id, their watches and descriptors.
    std::vector<open_group> open;
    std::vector<group_counts> counts;
    open.reserve(list.groups.size());
    counts.reserve(list.groups.size());
    for (auto& listed : list.groups) {
      const auto known = places_.find(listed.folder);
      if (known != places_.end() && open_[known->second].inode == listed.inode) {
        open.push_back(std::move(open_[known->second]));
        for (auto& file : open.back().files)
          file.is_absent = false; // it may be there by now
        counts.push_back(std::move(look_.groups[known->second]));
        places_.erase(known);
        continue;
      }
      auto& fresh = open.emplace_back();
      fresh.kind = listed.kind;
      fresh.inode = listed.inode;
      auto& count = counts.emplace_back();
      count.id = listed.folder;
      count.path = listed.folder.substr(listed.root_length);
      fresh.folder = std::move(listed.folder);
    }
    for (const auto& [folder, i] : places_)
      forget(open_[i]);
    open_ = std::move(open);
    look_.groups = std::move(counts);
    put_in_place();
    for (const auto& folder : list.folders) {
      if (folders_.contains(folder))
        continue;
      if (const auto watch = changes_.watch_folder(folder))
        folders_.emplace(folder, *watch);
      if (const auto watch = changes_.watch_file(folder + handed_on, std::nullopt))
        folders_.emplace(folder + handed_on, *watch);
    }
  }

  void forget(const open_group& group) {
    for (const auto& file : group.files)
      if (file.watch)
        changes_.forget(*file.watch);
    for (const auto& path : {group.folder, group.folder + handed_on})
      if (const auto i = folders_.find(path); i != folders_.end()) {
        changes_.forget(i->second);
        folders_.erase(i);
      }
  }

  void put_in_place() {
    kept_ = 0;
    places_.clear();
    for (std::size_t i = 0; i < open_.size(); ++i) {
      auto& group = open_[i];
      const auto around = places_.find(group.folder.substr(0, group.folder.rfind('/')));
      group.parent = around == places_.end() ? no_group : around->second;
      places_.emplace(group.folder, i);
      for (const auto& file : group.files)
        kept_ += file.kept.is_open() ? 1 : 0;
    }
  }

  /// A file that is made anew as its controller comes back has another watch.
  void watch(open_group& group, std::size_t which) {
    auto& file = group.files[which];
    if (!is_notified(group.kind, which) || file.cannot_be_watched)
      return;
    const auto before = file.watch;
    file.watch = changes_.watch_file(group.folder + '/' + file_name(group.kind, which), before);
    file.is_due = file.is_due || file.watch != before;
  }

  std::string_view read_file(open_group& group, std::size_t which) {
    auto& file = group.files[which];
    const auto* name = file_name(group.kind, which);
    if (name == nullptr || file.is_absent)
      return {};
    if (file.kept.is_open()) {
      if (const auto text = file.kept.read(line_); !text.empty())
        return text;
      file.kept.close(); // its group is gone; maybe another one has its name
      --kept_;
    }
    kept_file now{group.folder + '/' + name};
    file.is_absent = !now.is_open();
    if (file.is_absent)
      return {};
    watch(group, which); // before it is read: no change is missed
    file.cannot_be_watched = !file.watch;
    const auto text = now.read(line_);
    if (!file.watch && (which != counters_file || group.quota) && kept_ < most_kept_) {
      ++kept_;
      file.kept = std::move(now);
    }
    return text;
  }

  /// @returns nothing where it is known to be as it was.
  std::string_view read_if_due(open_group& group, std::size_t which) {
    auto& file = group.files[which];
    if (file.watch && !file.is_due)
      return {};
    const auto text = read_file(group, which);
    file.is_due = false;
    return text;
  }

  void read_group(open_group& group, group_counts& to, look_depth depth) {
    if (group.kind == tree_kind::unified)
      read_freezer(group, to);
    else if (const auto state = read_if_due(group, freezer_file); !state.empty())
      to.frozen = state.starts_with("FROZEN");
    to.has_new_throttles = depth != look_depth::stalls || is_quota_felt(group);
    if (to.has_new_throttles)
      read_quota(group, to);
    if (depth == look_depth::stalls)
      return;
    if (rechecks_ && group.files[memory_file].watch)
      watch(group, memory_file);
    if (const auto text = read_if_due(group, memory_file); !text.empty()) {
      to.memory_high = number_behind(text, "high");
      to.memory_max = number_behind(text, "max");
      to.oom_kills = number_behind(text, "oom_kill");
    }
    to.memory_full.reset();
    to.io_full.reset();
    if (depth == look_depth::pressure && group.kind == tree_kind::unified)
      read_pressure(group, to);
  }

  /// Few groups have such a quota. One that was just written may be.
  static bool is_quota_felt(const open_group& group) {
    const auto& file = group.files[quota_file];
    return (file.watch && file.is_due)
           || (group.quota && is_felt(group.quota->cpus, group.quota->period));
  }

  void read_freezer(open_group& group, group_counts& to) {
    const bool was_frozen = to.frozen.value_or(true);
    const bool is_watched = group.files[freezer_file].watch.has_value();
    const auto events = read_if_due(group, freezer_file);
    if (!events.empty())
      if (const auto frozen = number_behind(events, "frozen"))
        to.frozen = *frozen > 0;
    // The time grows only while it is frozen, and is read where it may have grown.
    const bool may_have_grown = is_watched ? !events.empty() : walked_ == look_.at.awake;
    if (was_frozen || to.frozen.value_or(false) || may_have_grown)
      if (const auto us =
            number_behind(kept_file{group.folder + "/cgroup.stat.local"}.read(line_), "frozen_usec"))
        to.frozen_time = std::chrono::microseconds{*us};
  }

  /// Without a quota, as most groups are, there is nothing to count.
  void read_quota(open_group& group, group_counts& to) {
    if (group.kind != tree_kind::unified && group.kind != tree_kind::cpu)
      return;
    auto& file = group.files[quota_file];
    const bool had_one = group.quota.has_value();
    const bool is_recheck = rechecks_ && file.watch && !file.is_due;
    file.is_due = file.is_due || rechecks_;
    if (!file.watch || file.is_due)
      find_quota(group);
    if (!had_one && !group.quota && group.is_counted)
      return;
    if (is_recheck && !had_one && group.quota) {
      to.throttles.reset(); // since when is not known: what was counted is of more than this look
      to.throttled.reset();
      return;
    }
    if (const auto text = read_file(group, counters_file); !text.empty()) {
      count_throttles(group, to, text);
      group.is_counted = true;
    }
  }

  void find_quota(open_group& group) {
    const auto text = read_if_due(group, quota_file);
    group.quota.reset();
    if (group.kind == tree_kind::unified) {
      group.quota = group_quota(text);
    } else if (!text.empty()) {
      std::array<char, 64> period{};
      group.quota = group_quota(text, kept_file{group.folder + "/cpu.cfs_period_us"}.read(period));
    }
  }

  static void count_throttles(const open_group& group, group_counts& to, std::string_view text) {
    const auto throttling = group_throttling(text);
    const bool grew = throttling.times && to.throttles && *throttling.times > *to.throttles;
    to.throttles = throttling.times;
    if (throttling.time)
      to.throttled = throttling.time;
    if (!grew)
      return;
    to.quota.reset();
    to.period.reset();
    if (group.quota) {
      to.quota = group.quota->cpus;
      to.period = group.quota->period;
    }
  }

  void read_machine_pressure() {
    const auto waits = [this](const char* resource) {
      const auto x = parse_pressure(kept_file{root_ + "/proc/pressure/" + resource}.read(line_));
      return x.some && x.some->avg10.value_or(0) > 0;
    };
    memory_waits_ = waits("memory");
    io_waits_ = waits("io");
  }

  /// Where all tasks of a group wait, some of the group around it do. (The kernel rounds to 0.01 %
  /// of all CPUs in use, and no less than 20 % within a group is of interest.)
  void read_pressure(open_group& group, group_counts& to) {
    const auto* around = group.parent == no_group ? nullptr : &open_[group.parent];
    const auto look = [&](bool is_asked, const char* name, bool& waits,
                          std::optional<double>& full) {
      waits = false;
      if (!is_asked)
        return;
      const auto now = parse_pressure(kept_file{group.folder + name}.read(line_));
      waits = !now.some || now.some->avg10.value_or(0) > 0;
      if (now.full)
        full = now.full->avg10;
    };
    look(around ? around->memory_waits : memory_waits_, "/memory.pressure", group.memory_waits,
         to.memory_full);
    look(around ? around->io_waits : io_waits_, "/io.pressure", group.io_waits, to.io_full);
  }

  const std::size_t most_;
  const std::string root_;
  std::vector<group_tree> trees_;
  container_names_reader names_;
  file_changes changes_;
  std::size_t most_kept_ = 4096, kept_ = 0;
  group_look look_;
  std::vector<open_group> open_;              ///< As `look_.groups`.
  std::map<std::string, std::size_t> places_; ///< By folder.
  std::map<std::string, int> folders_;        ///< Watches of those that have groups.
  std::string census_;
  bool is_outdated_ = false; ///< A group was made since they were looked up.
  nanoseconds walked_{}, rechecked_{};
  bool rechecks_ = false;                        ///< In this look.
  bool memory_waits_ = false, io_waits_ = false; ///< Of the whole machine.
  std::array<char, 1024> line_{};
};

} // namespace

group_watch_host host_groups(const std::string& root) {
  group_watch_host result;
  if (!find_trees(root).empty())
    result.open = [root](std::size_t most) {
      return std::make_unique<host_groups_reader>(most, root);
    };
  return result;
}

} // namespace pmactor
