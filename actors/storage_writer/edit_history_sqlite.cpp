#include "actors/storage_writer/edit_history_sqlite.hpp"

#include "actors/storage_writer/history_connection_sqlite.hpp"

namespace pmactor {
namespace {

bool set_text(history_connection& c, std::int64_t id, const std::string& change, const std::string& text) {
  return c.attempt("change an event in", [&] {
    history_connection::transaction transaction{c};
    const bool has_ids = c.database->execAndGet("PRAGMA user_version").getInt() >= 4;
    SQLite::Statement statement{
      *c.database, "UPDATE events SET " + change + " WHERE id = (SELECT id FROM events WHERE id = ?2"
                     + (has_ids ? " OR event_id = ?2 ORDER BY id <> ?2" : "") + " LIMIT 1)"};
    bind_value(statement, 1, text);
    statement.bind(2, id);
    const bool is_found = statement.exec() > 0;
    transaction.commit();
    return is_found;
  });
}

} // namespace

history_editor::history_editor(const std::filesystem::path& history, std::chrono::milliseconds patience)
  : connection_{std::make_unique<history_connection>(history_place{history, {}, patience},
                                                     history_use::visitor)} {
  connection_->open();
}

history_editor::~history_editor() = default;

bool history_editor::mark(std::int64_t id, const std::string& status) {
  return set_text(*connection_, id, "status = ?1", status);
}

bool history_editor::note(std::int64_t id, const std::string& text) {
  return set_text(*connection_, id, "notes = nullif(?1, '')", text);
}

prune_result history_editor::prune(const prune_order& order) {
  return connection_->attempt("prune", [this, &order] { return connection_->prune(order); });
}

} // namespace pmactor
