// The STORAGE WRITER: the only writer of the history. It is to be spawned detached, as it waits for the
// disk.
#pragma once

#include "actors/storage_writer/decide_storage_failure.hpp"
#include "actors/storage_writer/history.hpp"
#include "actors/supervision/metered_actor.hpp"
#include "messages/actors.hpp"

#include <caf/typed_response_promise.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace pmactor {

/// To itself: all that was queued is in hand, commit it.
struct flush_due {};
/// To itself: try again what failed.
struct retry_due {};
/// To itself: remove the next batch of what is too old.
struct prune_due {};
inline std::string to_string(const flush_due&) {
  return "flush_due{}";
}
inline std::string to_string(const retry_due&) {
  return "retry_due{}";
}
inline std::string to_string(const prune_due&) {
  return "prune_due{}";
}

} // namespace pmactor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::flush_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::retry_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(pmactor::prune_due)

namespace pmactor {

using storage_writer_impl = storage_writer_actor::extend<
  caf::reacts_to<flush_due>, caf::reacts_to<retry_due>, caf::reacts_to<prune_due>>;

struct storage_writer_state;
using storage_writer_pointer = actor_pointer<storage_writer_impl, storage_writer_state>;

/// Kept over a restart: nothing, on purpose. What is committed is in the database; what is not, was not
/// acknowledged, so its sender has it and sends it again to the successor. What no sender could get rid of
/// before the daemon's end, the daemon keeps (see keep_unstored()).
struct storage_writer_state {
  explicit storage_writer_state(storage_writer_pointer self);
  static constexpr const char* name = "storage-writer";

  using promise = caf::typed_response_promise<void>;

  /// Takes a row in hand; *its* sender is answered when it is committed.
  promise take(history_row row);
  /// Opens the database if it is not open, and commits what is in hand.
  void flush();
  /// @throws storage_problem.
  void ensure_open();
  /// Decides about a failure. @returns whether to go on at once.
  bool fails(const storage_problem& problem);
  /// Puts the trouble on the health page, and how many rows it holds up; without one, repeated damage.
  void say_trouble();
  void give_up_first_row(const std::string& why);
  void committed(std::size_t rows);
  void say_events_stored();
  /// Prunes from now on, in batches. @returns false if the database does not work.
  bool begin_prune();
  void prune();
  void say_size();
  pinned_folders pinned() const;
  /// Commits what it can, and marks the end of the run.
  void finish();

  storage_writer_pointer self;
  open_history open;
  storage_writer_policy policy;
  std::unique_ptr<history_port> port; ///< Null until opened, and while it cannot be.

  std::vector<history_row> rows;  ///< In hand, oldest first.
  std::vector<promise> promises;  ///< One a row.
  stored_sink_actor stored;       ///< May be none.
  bool flush_is_due = false;      ///< A flush_due is on its way.
  bool retry_is_due = false;      ///< A retry_due is on its way; until then the database is left alone.
  bool one_by_one = false;        ///< Some row in hand can never be stored: find it.
  std::map<storage_failure, std::size_t> failures; ///< Since the last commit, by kind.
  damage_record damage;
  bool set_aside_is_due = false;  ///< The next attempt begins a new file in place of the damaged one.
  std::optional<storage_problem> trouble; ///< What is wrong now; the health page shows it.

  std::optional<double> newest;   ///< When the newest sample was taken, Unix seconds.
  std::optional<caf::actor_clock::time_point> next_prune, next_note; ///< Absent: at once.
  bool pruning = false;
  std::size_t batch = 16;         ///< Rows in the next batch of a prune.
  double prune_now = 0;           ///< The moment that this prune takes for now, Unix seconds.
  prune_result pruned;            ///< By this prune so far.
  std::string alarm;              ///< An unclean end or a damaged file, for the health page.
};

/// @param open called again after each failure that needs a new connection.
storage_writer_impl::behavior_type storage_writer(storage_writer_pointer self, actor_slot_ref slot,
                                                  open_history open, storage_writer_policy policy);

} // namespace pmactor
