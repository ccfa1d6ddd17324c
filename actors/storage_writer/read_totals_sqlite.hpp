// Reads from a history what metrics say of events, each time no more than what is new. It never waits for the
// writer.
#pragma once

#include "actors/storage_writer/tally_events.hpp"

#include <filesystem>
#include <memory>

namespace pmactor {

/// Every call throws storage_problem. For one thread at a time.
class totals_reader {
public:
  explicit totals_reader(std::filesystem::path file);
  ~totals_reader();

  /// The first call reads all events, later ones only those that may have changed. A history that was put in the
  /// place of another is read anew.
  /// @param now Unix seconds.
  event_tally read(double now);

private:
  struct connection;
  std::filesystem::path file_;
  std::unique_ptr<connection> connection_;
};

} // namespace pmactor
