#include "actors/host/remove_folder.hpp"

#include "actors/host/list_folder.hpp"
#include "actors/host/owned_descriptor.hpp"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace pmactor {
namespace {

constexpr const char* removed_mark = ".gone-";
constexpr std::size_t most_names = 100'000;
constexpr int deepest = 8;
constexpr int as_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// @returns the names in the folder but its own and its parent's.
std::vector<std::string> names_in(int folder) {
  std::vector<std::string> result;
  each_entry(folder, [&result](const dirent& entry) {
    result.emplace_back(entry.d_name);
    return result.size() < most_names;
  });
  return result;
}

void remove_below(int parent, const std::string& name, int depth) {
  // A file or a link goes at once; of a folder this fails.
  if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT || depth > deepest)
    return;
  const owned_descriptor folder{::openat(parent, name.c_str(), as_folder)};
  if (folder.get() >= 0)
    for (const auto& x : names_in(folder.get()))
      remove_below(folder.get(), x, depth + 1);
  (void)::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
}

} // namespace

void remove_tree(int parent, const std::string& name) {
  remove_below(parent, name, 0);
}

void remove_whole_folder(const std::filesystem::path& parent, const std::string& name) {
  if (name.empty() || name.front() == '.' || name.find('/') != name.npos)
    return;
  const owned_descriptor folder{::open(parent.c_str(), as_folder)};
  if (folder.get() < 0)
    return;
  const auto gone = removed_mark + name;
  remove_tree(folder.get(), gone);
  if (::renameat(folder.get(), name.c_str(), folder.get(), gone.c_str()) != 0) {
    if (errno == ENOENT)
      return;
    throw std::runtime_error("cannot remove " + name + ": " + std::generic_category().message(errno) + '.');
  }
  remove_tree(folder.get(), gone);
}

void finish_removals(const std::filesystem::path& parent) {
  const owned_descriptor folder{::open(parent.c_str(), as_folder)};
  if (folder.get() < 0)
    return;
  for (const auto& name : names_in(folder.get()))
    if (name.starts_with(removed_mark))
      remove_tree(folder.get(), name);
}

} // namespace pmactor
