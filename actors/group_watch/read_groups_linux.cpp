// Linux: the trees of control groups, v2, v1 or both. A file that is read at each look keeps its
// descriptor as far as the limit of open files allows. Which groups there are is looked up again
// when the kernel's count of them has changed, and every half minute.
#include "actors/group_watch/group_look.hpp"
#include "actors/group_watch/name_containers_linux.hpp"
#include "actors/group_watch/parse_group.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/list_folder.hpp"
#include "actors/host/parse_mountinfo.hpp"
#include "actors/host/parse_numbers.hpp"
#include "actors/host/parse_pressure.hpp"
#include "actors/host/process_facts.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::size_t deepest = 16;
constexpr auto walk_every = 30s;

/// What is read of a group of a hierarchy.
enum class tree_kind : std::uint8_t { unified, cpu, freezer, memory };

struct tree {
  tree_kind kind = tree_kind::unified;
  std::string root;
  std::string own; ///< The group of this process, from the root.
};

std::string text_of(const std::string& file) {
  std::string room;
  return std::string{kept_file{file}.read_all(room)};
}

bool lists(std::string_view comma_separated, std::string_view item) {
  while (!comma_separated.empty()) {
    const auto end = std::min(comma_separated.find(','), comma_separated.size());
    if (comma_separated.substr(0, end) == item)
      return true;
    comma_separated.remove_prefix(std::min(end + 1, comma_separated.size()));
  }
  return false;
}

/// @param controller empty for v2. @returns the group of this process within the hierarchy.
std::string own_group(std::string_view memberships, std::string_view controller) {
  while (!memberships.empty()) {
    auto line = take_line(memberships);
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string_view::npos)
      continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    if (controller.empty() ? controllers.empty() && line.starts_with("0:")
                           : lists(controllers, controller))
      return std::string{line.substr(second + 1)};
  }
  return {};
}

std::vector<tree> find_trees(const std::string& root) {
  std::vector<tree> result;
  const auto mounts = text_of(root + "/proc/self/mountinfo"),
             memberships = text_of(root + "/proc/self/cgroup");
  std::string_view rest{mounts};
  while (!rest.empty()) {
    const auto line = parse_mount(take_line(rest));
    if (!line || (line->type != "cgroup2" && line->type != "cgroup"))
      continue;
    const auto add = [&](tree_kind kind, std::string_view controller) {
      if (std::none_of(result.begin(), result.end(),
                       [kind](const tree& x) { return x.kind == kind; }))
        result.push_back(
          {kind, root + mount_path(line->point), own_group(memberships, controller)});
    };
    if (line->type == "cgroup2")
      add(tree_kind::unified, "");
    else if (lists(line->options, "cpu"))
      add(tree_kind::cpu, "cpu");
    else if (lists(line->options, "freezer"))
      add(tree_kind::freezer, "freezer");
    else if (lists(line->options, "memory"))
      add(tree_kind::memory, "memory");
  }
  return result;
}

/// A file that is opened once, or at each reading if too many are open.
struct group_file {
  kept_file kept;
  bool is_absent = false;
};

struct open_group {
  tree_kind kind = tree_kind::unified;
  std::string folder;
  std::array<group_file, 3> files; ///< Of the counters, the freezer and the memory.
};

constexpr std::size_t counters_file = 0, freezer_file = 1, memory_file = 2;

const char* file_name(tree_kind kind, std::size_t which) {
  switch (kind) {
    case tree_kind::unified:
      return which == counters_file  ? "cpu.stat"
             : which == freezer_file ? "cgroup.events"
                                     : "memory.events";
    case tree_kind::cpu:
      return which == counters_file ? "cpu.stat" : nullptr;
    case tree_kind::freezer:
      return which == freezer_file ? "freezer.state" : nullptr;
    case tree_kind::memory:
      return which == memory_file ? "memory.oom_control" : nullptr;
  }
  return nullptr;
}

class host_groups_reader : public group_reader {
public:
  host_groups_reader(std::size_t most, const std::string& root)
    : most_{most}, root_{root}, trees_{find_trees(root)}, names_{root} {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      most_kept_ = static_cast<std::size_t>(limit.rlim_cur) / 2;
  }

  const group_look& read(look_depth depth) override {
    look_.at = read_clocks();
    look_.depth = depth;
    if (depth != look_depth::freezers || open_.empty())
      find_groups();
    for (std::size_t i = 0; i < open_.size(); ++i)
      read_group(open_[i], look_.groups[i], depth);
    return look_;
  }

  std::optional<std::string> container_name(const std::string& id,
                                            const std::string& path) override {
    return names_.name_of(id, path);
  }

private:
  /// @returns what changes as groups come and go, as cheaply as the kernel counts it.
  std::string census() const {
    std::string result;
    for (const auto& x : trees_)
      if (x.kind == tree_kind::unified)
        result += text_of(x.root + "/cgroup.stat");
    return result
           + (trees_.size() > 1 || result.empty() ? text_of(root_ + "/proc/cgroups")
                                                  : std::string{});
  }

  void find_groups() {
    auto now = census();
    if (now == census_ && look_.at.awake - walked_ < walk_every && !open_.empty())
      return;
    census_ = std::move(now);
    walked_ = look_.at.awake;
    found_.clear();
    look_.beyond = 0;
    walk();
    // Those that are there already keep their place, their id and their descriptors.
    std::vector<open_group> open;
    std::vector<group_counts> counts;
    for (auto& [folder, which] : found_) {
      const auto known = places_.find(folder);
      if (known != places_.end()) {
        open.push_back(std::move(open_[known->second]));
        for (auto& file : open.back().files)
          file.is_absent = false; // it may be there by now
        counts.push_back(std::move(look_.groups[known->second]));
        continue;
      }
      auto& fresh = open.emplace_back();
      fresh.kind = which->kind;
      fresh.folder = folder;
      auto& count = counts.emplace_back();
      count.id = folder;
      count.path = folder.substr(which->root.size());
    }
    kept_ = 0;
    places_.clear();
    for (std::size_t i = 0; i < open.size(); ++i) {
      places_[open[i].folder] = i;
      for (const auto& file : open[i].files)
        kept_ += file.kept.is_open() ? 1 : 0;
    }
    open_ = std::move(open);
    look_.groups = std::move(counts);
  }

  /// Level by level, so that where there are too many the slices and units are looked at, and not
  /// what the first of them has within.
  void walk() {
    struct step {
      const tree* in = nullptr;
      std::string path;
      std::size_t depth = 0;
    };
    std::deque<step> todo;
    for (const auto& x : trees_)
      todo.push_back({&x, {}, 0});
    for (; !todo.empty() && look_.beyond == 0; todo.pop_front()) {
      const auto& [in, path, depth] = todo.front();
      for (const auto& name : folders_in(in->root + path)) {
        auto below = path + '/' + name;
        const bool is_own = in->own == below || in->own.starts_with(below + '/');
        if (!is_own && found_.size() >= most_)
          ++look_.beyond;
        else if (!is_own)
          found_.emplace_back(in->root + below, in);
        if (depth < deepest)
          todo.push_back({in, std::move(below), depth + 1});
      }
    }
  }

  static std::vector<std::string> folders_in(const std::string& folder) {
    std::vector<std::string> result;
    const owned_descriptor open{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (open.get() >= 0)
      each_entry(open.get(), [&result](const dirent& entry) {
        if (entry.d_type == DT_DIR)
          result.emplace_back(entry.d_name);
        return result.size() < 20'000;
      });
    return result;
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
    if (!now.is_open()) {
      file.is_absent = true;
      return {};
    }
    const auto text = now.read(line_);
    if (kept_ < most_kept_) {
      ++kept_;
      file.kept = std::move(now);
    }
    return text;
  }

  void read_group(open_group& group, group_counts& to, look_depth depth) {
    if (group.kind == tree_kind::unified)
      read_freezer(group, to);
    else if (const auto state = read_file(group, freezer_file); !state.empty())
      to.frozen = state.starts_with("FROZEN");
    if (depth == look_depth::freezers)
      return;
    if (const auto text = read_file(group, counters_file); !text.empty())
      read_quota(group, to, text);
    if (const auto text = read_file(group, memory_file); !text.empty()) {
      to.memory_high = group_number(text, "high");
      to.memory_max = group_number(text, "max");
      to.oom_kills = group_number(text, "oom_kill");
    }
    to.memory_full.reset();
    to.io_full.reset();
    if (depth != look_depth::pressure || group.kind != tree_kind::unified)
      return;
    to.memory_full = pressure_of(group.folder + "/memory.pressure");
    to.io_full = pressure_of(group.folder + "/io.pressure");
  }

  void read_freezer(open_group& group, group_counts& to) {
    const auto events = read_file(group, freezer_file);
    if (events.empty())
      return;
    const auto frozen = group_number(events, "frozen");
    const bool is_frozen = frozen.value_or(0) > 0;
    // The time grows only while it is frozen, and is read where it may have grown.
    if (is_frozen || to.frozen.value_or(true) || walked_ == look_.at.awake)
      if (const auto us =
            group_number(kept_file{group.folder + "/cgroup.stat.local"}.read(line_), "frozen_usec"))
        to.frozen_time = std::chrono::microseconds{*us};
    if (frozen)
      to.frozen = is_frozen;
  }

  void read_quota(const open_group& group, group_counts& to, std::string_view text) {
    const auto throttles = group_number(text, "nr_throttled");
    const auto us = group_number(text, "throttled_usec"); // v2
    const auto ns = group_number(text, "throttled_time"); // v1
    const bool grew = throttles && to.throttles && *throttles > *to.throttles;
    to.throttles = throttles;
    if (us || ns)
      to.throttled = us ? nanoseconds{*us * 1000} : nanoseconds{*ns};
    if (!grew)
      return;
    std::array<char, 64> period{};
    const auto quota = group.kind == tree_kind::unified
                         ? group_quota(kept_file{group.folder + "/cpu.max"}.read(line_))
                         : group_quota(kept_file{group.folder + "/cpu.cfs_quota_us"}.read(line_),
                                       kept_file{group.folder + "/cpu.cfs_period_us"}.read(period));
    to.quota.reset();
    to.period.reset();
    if (quota) {
      to.quota = quota->cpus;
      to.period = quota->period;
    }
  }

  /// @returns in percent of the last 10 s; absent where it is not counted.
  std::optional<double> pressure_of(const std::string& file) {
    const auto full = parse_pressure(kept_file{file}.read(line_)).full;
    return full ? full->avg10 : std::nullopt;
  }

  const std::size_t most_;
  const std::string root_;
  std::vector<tree> trees_;
  container_names_reader names_;
  std::size_t most_kept_ = 4096, kept_ = 0;
  group_look look_;
  std::vector<open_group> open_;              ///< As `look_.groups`.
  std::map<std::string, std::size_t> places_; ///< By folder.
  std::vector<std::pair<std::string, const tree*>> found_;
  std::string census_;
  nanoseconds walked_{};
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
