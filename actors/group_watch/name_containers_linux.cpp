#include "actors/group_watch/name_containers_linux.hpp"

#include "actors/group_watch/parse_container.hpp"
#include "actors/host/expendable_thread.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/list_folder.hpp"
#include "actors/host/owned_descriptor.hpp"

#include <fcntl.h>
#include <mutex>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t most_names = 4096; ///< That are kept.
constexpr std::size_t most_entries = 20'000;

std::string text_of(const std::string& file) {
  std::string room;
  return std::string{kept_file{file}.read_all(room)};
}

/// What a round of looking up has read already.
class runtimes {
public:
  explicit runtimes(std::string root) : root_{std::move(root)} {
  }

  std::string name_of(const std::string& id, const std::string& path) {
    auto result =
      docker_name(text_of(root_ + "/var/lib/docker/containers/" + id + "/config.v2.json"));
    if (result.empty())
      result = of_podman(root_ + "/var/lib/containers/storage", id);
    if (const auto uid = user_of_group(path); result.empty() && !uid.empty())
      if (const auto home = home_of(text_of(root_ + "/etc/passwd"), uid); !home.empty())
        result = of_podman(root_ + home + "/.local/share/containers/storage", id);
    return result.empty() ? of_kubernetes(id) : result;
  }

private:
  std::string of_podman(const std::string& storage, const std::string& id) {
    const auto [table, is_new] = tables_.try_emplace(storage);
    if (is_new)
      for (const char* driver : {"overlay", "vfs", "btrfs", "zfs"})
        table->second += text_of(storage + '/' + driver + "-containers/containers.json");
    return podman_name(table->second, id);
  }

  std::string of_kubernetes(const std::string& id) {
    std::string result;
    const owned_descriptor folder{
      ::open((root_ + "/var/log/containers").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    std::size_t count = 0;
    if (folder.get() >= 0)
      each_entry(folder.get(), [&](const dirent& entry) {
        result = kubernetes_name(entry.d_name, id);
        return result.empty() && ++count < most_entries;
      });
    return result;
  }

  std::string root_;
  std::map<std::string, std::string> tables_; ///< Podman's, by folder.
};

} // namespace

struct container_names_reader::shared {
  std::mutex lock; ///< Held for moments only.
  std::map<std::string, std::string> names;
  bool is_at_work = false; ///< The thread, maybe for ever.
};

container_names_reader::container_names_reader(std::string root)
  : container_names_reader{std::move(root), [job = expendable_job{}](std::function<void()> work) mutable {
                             return job.start("pm-containers", std::move(work));
                           }} {
}

container_names_reader::container_names_reader(std::string root, starter start)
  : root_{std::move(root)}, shared_{std::make_shared<shared>()}, start_{std::move(start)} {
}

std::optional<std::string> container_names_reader::name_of(const std::string& id,
                                                           const std::string& path) {
  {
    const std::lock_guard held{shared_->lock};
    if (const auto known = shared_->names.find(id); known != shared_->names.end()) {
      wanted_.erase(id);
      return known->second;
    }
    if (wanted_.size() < most_names)
      wanted_.emplace(id, path);
    if (std::exchange(shared_->is_at_work, true))
      return std::nullopt;
  }
  const bool is_started = start_([mine = shared_, root = root_, wanted = wanted_] {
    runtimes all{root};
    for (const auto& [one, where] : wanted) {
      auto name = all.name_of(one, where);
      const std::lock_guard held{mine->lock};
      if (mine->names.size() >= most_names)
        mine->names.clear();
      mine->names[one] = std::move(name);
    }
    const std::lock_guard held{mine->lock};
    mine->is_at_work = false;
  });
  if (!is_started) { // no thread to be had, or the last one has not quite ended
    const std::lock_guard held{shared_->lock};
    shared_->is_at_work = false;
  }
  return std::nullopt;
}

} // namespace pmactor
