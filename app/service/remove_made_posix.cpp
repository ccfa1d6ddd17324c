#include "app/service/remove_made.hpp"

#include "actors/host/list_folder.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/remove_folder.hpp"

#include <string>
#include <vector>

namespace pmactor {

void remove_made(made_folder what, const std::filesystem::path& folder) {
  // Held open: were a folder above exchanged for a link meanwhile, what that leads to would not be gone through.
  const owned_descriptor there{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (there.get() < 0)
    return;
  std::vector<std::string> made; // a folder is not changed while it is gone through
  each_entry(there.get(), [&](const dirent& entry) {
    if (is_made_by_pmactor(what, entry.d_name))
      made.emplace_back(entry.d_name);
    return true;
  });
  for (const auto& name : made)
    remove_tree(there.get(), name);
}

} // namespace pmactor
