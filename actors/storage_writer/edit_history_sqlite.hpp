// How commands change a history, maybe beside its daemon: by the daemon's own connection, with its checks of
// the file and its transactions, and with more patience for a lock. They neither begin a history nor a run,
// migrate nothing and set nothing aside.
#pragma once

#include "actors/storage_writer/history.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace pmactor {

/// Every call throws storage_problem.
class history_editor {
public:
  /// @param patience how long each call waits for another program's lock.
  explicit history_editor(const std::filesystem::path& history,
                          std::chrono::milliseconds patience = std::chrono::seconds{5});
  ~history_editor();

  /// Sets the status of an event ("new", "reviewed", "pinned").
  /// @param id the short number, or else what it was named at its birth.
  /// @returns false if there is no such event.
  bool mark(std::int64_t id, const std::string& status);

  /// Sets what the user has to say of an event; empty takes it back.
  bool note(std::int64_t id, const std::string& text);

  /// Removes what is too old, one batch.
  prune_result prune(const prune_order& order);

private:
  std::unique_ptr<struct history_connection> connection_;
};

} // namespace pmactor
