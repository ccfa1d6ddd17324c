// The health page as a file: the daemon maps it for writing, `pmactor inspect` takes copies of it.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "actors/supervision/health_page.hpp"

#include <filesystem>
#include <memory>

namespace pmactor {

using const_health_page_ptr = std::unique_ptr<const health_page>;

/// The daemon's own page, for as long as it lives. Actors write to it at any moment, so its address stays
/// whatever becomes of the file: one that is removed or replaced is made anew with what the page says, and
/// one that is cut short ends no writer. One a process.
class health_page_keeper {
public:
  /// Makes a new, empty page in place of the file. Its folder should lie on a tmpfs: on a disk, a
  /// frozen file system would stop the threads that write the page.
  /// @throws std::system_error saying what was tried.
  explicit health_page_keeper(std::filesystem::path file);
  health_page_keeper(const health_page_keeper&) = delete;
  health_page_keeper& operator=(const health_page_keeper&) = delete;

  health_page& page() const {
    return *page_;
  }

  enum class outcome {
    in_place,    ///< All is well.
    made_anew,   ///< The file was gone, or another one in its place; no content is lost.
    content_lost ///< It had been cut short or written over: the page is empty now.
  };
  /// Looks after the file. Two system calls while all is well.
  /// @throws std::system_error if it cannot be made anew; the page can still be written to.
  outcome check();

private:
  std::filesystem::path file_;
  owned_descriptor fd_; ///< Of the file that is mapped.
  /// Stays mapped when the keeper is gone: threads that were left behind may still write to it.
  health_page* page_ = nullptr;
};

/// Copies the page of a daemon, running or not, of this version or the one before (health_page::former_magic). A copy,
/// as a mapped file that is cut short ends its reader with SIGBUS.
/// @throws std::system_error if it cannot be read, std::runtime_error if it is none of ours, or
/// another user's while we are not root.
const_health_page_ptr open_health_page(const std::filesystem::path& file);

} // namespace pmactor
