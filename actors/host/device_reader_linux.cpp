#include "actors/host/device_reader.hpp"

#include "actors/host/kept_file_linux.hpp"
#include "actors/host/machine_network_linux.hpp"
#include "actors/host/read_device_facts_linux.hpp"

#include <algorithm>

namespace pmactor {
namespace {

namespace fs = std::filesystem;

/// Readings until the devices are asked anew although the same are there: after this many the
/// surroundings may have changed; sooner where not hardware but routes decide, which come and go
/// without a device.
constexpr unsigned seldom = 600, often = 10;

bool has_moved(const device_counters& x) {
  return x.in_bytes > 0 || x.out_bytes > 0;
}

/// One of the kernel's tables: all its devices, and which of them count.
class device_table {
public:
  explicit device_table(const std::string& path) : file_{path} {
  }

  void read(std::string& buffer, void (*parse)(std::string_view, std::vector<device_counters>&)) {
    parse(file_.read_all(buffer), all_);
  }

  const std::vector<device_counters>& all() const {
    return all_;
  }

  /// @param heeds_first_bytes whether a device that moves its first byte is another than it was: a
  /// network block device that is connected, say.
  bool is_judged(bool heeds_first_bytes) {
    if (readings_left_ == 0 || all_.size() != judged_.size())
      return false;
    --readings_left_;
    for (std::size_t i = 0; i < all_.size(); ++i)
      if (all_[i].name != judged_[i].name
          || (heeds_first_bytes && has_moved(all_[i]) && !judged_[i].had_moved))
        return false;
    return true;
  }

  void judge(const std::vector<bool>& counts, unsigned valid_for) {
    judged_.clear();
    for (std::size_t i = 0; i < all_.size(); ++i)
      judged_.push_back({all_[i].name, counts[i], has_moved(all_[i])});
    readings_left_ = valid_for;
  }

  void fill(std::optional<std::vector<device_counters>>& result) const {
    if (!result)
      result.emplace();
    std::size_t size = 0;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!judged_[i].counts)
        continue;
      if (size == result->size())
        result->emplace_back();
      (*result)[size++] = all_[i];
    }
    result->resize(size);
    if (size == 0)
      result.reset();
  }

private:
  struct judged_device {
    std::string name;
    bool counts = false, had_moved = false;
  };

  kept_file file_;
  std::vector<device_counters> all_;
  std::vector<judged_device> judged_;
  unsigned readings_left_ = 0;
};

/// How long a choice holds: one without a fact of its own, as where /sys is another namespace's,
/// not at all.
unsigned validity(const std::vector<interface_facts>& facts, const std::vector<bool>& counts) {
  auto result = seldom;
  for (std::size_t i = 0; i < facts.size(); ++i)
    if (counts[i] && !facts[i].is_known)
      return 0;
    else if (counts[i] && !facts[i].is_hardware)
      result = often;
  return result;
}

} // namespace

struct device_reader::state {
  explicit state(const fs::path& where)
    : root{where}, network{find_machine_network(where)}, disks{where / "proc/diskstats"},
      networks{network.proc / "dev"} {
  }

  fs::path root;
  network_places network;
  device_table disks, networks;
  std::string buffer;
};

device_reader::device_reader(const fs::path& root) : state_{std::make_unique<state>(root)} {
}

device_reader::~device_reader() = default;

void device_reader::read(std::optional<std::vector<device_counters>>& disks,
                         std::optional<std::vector<device_counters>>& networks) {
  auto& s = *state_;
  s.disks.read(s.buffer, read_disk_counters);
  if (!s.disks.is_judged(true))
    s.disks.judge(choose_disks(read_disk_facts(s.root, s.disks.all())), seldom);
  s.disks.fill(disks);
  s.networks.read(s.buffer, parse_net_dev);
  if (!s.networks.is_judged(false)) {
    const auto facts = read_interface_facts(s.network, s.networks.all());
    const auto counts = choose_interfaces(facts);
    s.networks.judge(counts, validity(facts, counts));
  }
  s.networks.fill(networks);
}

} // namespace pmactor
