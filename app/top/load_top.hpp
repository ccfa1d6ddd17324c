// Reads what the live view shows, on a thread of its own: a disk that does not answer, or a month
// of samples, holds up no key.
#pragma once

#include "app/instance/places.hpp"
#include "app/top/top_page.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace pmactor {

/// What is to be read.
struct top_wish {
  std::optional<double> moment; ///< Unix seconds; absent: the present.
  double step = 1;
  std::int64_t last = 0; ///< Column; of the present it moves on by itself.
  std::size_t width = 60;
  std::optional<std::int64_t> opened; ///< Event.
  friend bool operator==(const top_wish&, const top_wish&) = default;
};

class top_loader {
public:
  /// Starts reading.
  /// @param longest seconds from one stored sample to the next while the daemon runs.
  /// @param notify is called on the loader's thread whenever there is a new page, until the
  /// destructor has run; must neither throw, wait nor call the loader.
  /// @throws std::system_error if there is no thread to be had.
  top_loader(const places& where, double longest, std::function<void()> notify);
  /// Never waits: a thread that hangs is left to itself.
  ~top_loader();
  top_loader(const top_loader&) = delete;
  top_loader& operator=(const top_loader&) = delete;

  /// Says what is wanted from now on. Never waits.
  void want(const top_wish& wish);
  /// @returns the newest page; never null.
  std::shared_ptr<const top_page> page() const;

private:
  struct shared;
  std::shared_ptr<shared> shared_;
};

/// Reads all of one page, in this thread.
top_page load_top(const places& where, double longest, const top_wish& wish);

} // namespace pmactor
