// A history that is open, for tests of what is stored in it row by row.
#pragma once

#include "support/history_fixture.hpp"

namespace pmactor {

struct store_fixture : history_fixture {
  history aut{history_place{file, "run-1"}};

  void store(history_row row) {
    aut.store({&row, 1});
  }
  /// @returns the only value of the only row.
  std::string ask(const std::string& query) {
    SQLite::Database database{file.string(), SQLite::OPEN_READONLY};
    return database.execAndGet(query).getString();
  }
};

} // namespace pmactor
