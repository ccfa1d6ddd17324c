// The health page as a file: the daemon maps it for writing, `pmactor inspect` takes copies of it.
#pragma once

#include "actors/supervision/health_page.hpp"

#include <filesystem>
#include <memory>

namespace pmactor {

struct unmap_health_page {
  void operator()(health_page* page) const;
};
using health_page_ptr = std::unique_ptr<health_page, unmap_health_page>;
using const_health_page_ptr = std::unique_ptr<const health_page>;

/// Makes a new, empty page in place of the file. Its folder should lie on a tmpfs: on a disk, a
/// frozen file system would stop whoever writes the page.
/// @throws std::system_error saying what was tried.
health_page_ptr create_health_page(const std::filesystem::path& file);

/// Copies the page of a daemon, running or not. A copy, as a mapped file that somebody cuts short
/// ends its reader with SIGBUS.
/// @throws std::system_error if it cannot be read, std::runtime_error if it is none of ours, or
/// another user's while we are not root.
const_health_page_ptr open_health_page(const std::filesystem::path& file);

} // namespace pmactor
