#include "actors/forensics_supervisor/describe_mounts.hpp"

#include "actors/forensics_supervisor/evidence_text.hpp"
#include "actors/host/parse_mountinfo.hpp"
#include "actors/host/parse_numbers.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace pmactor {

using namespace evidence;

namespace {

constexpr std::size_t most_mounts = 256;

/// @param options separated by commas.
bool has_option(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const auto end = options.find(',');
    if (options.substr(0, end) == wanted)
      return true;
    options.remove_prefix(end == std::string_view::npos ? options.size() : end + 1);
  }
  return false;
}

/// Whether it has neither a block nor a file left and never had: an image that a program serves,
/// which need not say that it is read-only. (A full disk still has names for files.)
bool is_image(const captured_mount& x) {
  return x.free == 0u && x.files.value_or(0) > 0 && x.files_free == 0u;
}

/// Whether a place is another one or lies below it. All lies below the root: if that does not answer nothing runs.
bool is_within(std::string_view place, std::string_view top) {
  return place == top || (top != "/" && place.starts_with(top) && place[top.size()] == '/');
}

} // namespace

std::vector<captured_mount> parse_mounts(std::string_view text) {
  // Of the kernel's own making: they have no fill, and there are many.
  static const std::set<std::string_view> kernels{
    "proc",    "sysfs",      "cgroup",   "cgroup2", "devpts",      "mqueue",    "securityfs",
    "debugfs", "tracefs",    "pstore",   "bpf",     "hugetlbfs",   "configfs",  "fusectl",
    "autofs",  "rpc_pipefs", "efivarfs", "nsfs",    "binfmt_misc", "selinuxfs", "devtmpfs"};
  const auto plain = [](std::string_view word) { return std::string{cut(mount_path(word), longest_path)}; };
  std::vector<captured_mount> result;
  while (!text.empty() && result.size() < most_mounts) {
    const auto mount = parse_mount(take_line(text));
    if (!mount)
      continue;
    captured_mount x;
    x.target = plain(mount->point);
    x.type = plain(mount->type);
    x.source = plain(mount->source);
    x.device = mount->device;
    // The options of the file system. Those of the mount say less: a service sees all but its own
    // folders mounted read-only, and others write there.
    x.is_read_only = has_option(mount->options, "ro");
    if (!x.target.empty() && kernels.count(x.type) == 0)
      result.push_back(std::move(x));
  }
  return result;
}

bool is_remote(const captured_mount& x, const std::vector<captured_mount>& all) {
  return std::any_of(all.begin(), all.end(), [&x](const captured_mount& y) {
    return (is_remote(y.type, y.source) || is_fuse(y.type)) && is_within(x.target, y.target);
  });
}

void take_size(captured_mount& x, const size_answer& said) {
  x.problem = said.problem;
  if (!said.size)
    return;
  x.size = said.size->size;
  x.free = said.size->free;
  x.available = said.size->available;
  x.files = said.size->files;
  x.files_free = said.size->files_free;
}

void leave_out(captured_mount& x) {
  x.problem = "It was not asked, as there was no time left.";
}

void ask_sizes(std::vector<captured_mount>& all,
               const std::function<size_answer(const captured_mount&, std::chrono::nanoseconds patience)>& ask,
               const std::function<std::chrono::nanoseconds()>& time_left) {
  constexpr std::chrono::nanoseconds longest = std::chrono::seconds{2};
  std::map<std::string, size_answer> known;
  for (auto x = all.begin(); x != all.end(); ++x) {
    const auto answer = known.find(x->device);
    if (answer != known.end()) {
      take_size(*x, answer->second);
      continue;
    }
    std::set<std::string> to_ask;
    for (auto y = x; y != all.end(); ++y)
      if (known.count(y->device) == 0)
        to_ask.insert(y->device);
    const auto patience = std::min(longest, time_left() / static_cast<std::int64_t>(to_ask.size()));
    if (patience <= std::chrono::nanoseconds{}) {
      leave_out(*x);
      continue;
    }
    const auto said = ask(*x, patience);
    take_size(*x, said);
    if (said.size || said.is_silent) // else what is wrong may be the way to this place alone
      known.emplace(x->device, said);
  }
}

std::string mounts_json(const std::vector<captured_mount>& all) {
  std::string result = "[";
  for (const auto& x : all)
    result += (result.size() == 1 ? "\n" : ",\n") + std::string{"{\"source\":"}
              + json_quoted(x.source) + ",\"target\":" + json_quoted(x.target)
              + ",\"type\":" + json_quoted(x.type) + ",\"size\":" + number(x.size)
              + ",\"free\":" + number(x.free) + ",\"available\":" + number(x.available)
              + ",\"files\":" + number(x.files) + ",\"files_free\":" + number(x.files_free)
              + ",\"read_only\":" + (x.is_read_only ? "true" : "false")
              + ",\"problem\":" + json_quoted(x.problem) + '}';
  return result + "\n]\n";
}

std::vector<finding> find_in_mounts(const std::vector<captured_mount>& all) {
  std::vector<finding> result;
  std::set<std::string> devices; // mounted many times over, it is as full once
  for (const auto& x : all) {
    if (!x.size || *x.size == 0 || !x.available || x.is_read_only || is_image(x)
        || !devices.insert(x.source + ' ' + std::to_string(*x.size)).second)
      continue;
    const auto share = 1 - static_cast<double>(*x.available) / static_cast<double>(*x.size);
    if (share >= 0.97)
      result.push_back({share >= 0.995 ? 80 : 46, harmless(cut(x.target, 120)) + " was full to "
                                                    + printed("%.0f %%", share * 100) + ", with "
                                                    + bytes_in_words(*x.available) + " left."});
  }
  sort_and_cut(result, 2);
  return result;
}

} // namespace pmactor
