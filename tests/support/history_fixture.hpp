// A history in a folder of its own, and what tests ask of it.
#pragma once

#include "actors/storage_writer/history_sqlite.hpp"

#include "support/temporary_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace pmactor {

struct history_fixture {
  temporary_folder folder;
  std::filesystem::path file = folder.path / "pmactor.db";

  std::unique_ptr<history> open(const std::string& run = "run-1") {
    return std::make_unique<history>(history_place{file, run, std::chrono::milliseconds{20}});
  }

  /// What another program would see.
  std::string ask(const std::string& query) {
    SQLite::Database db{file.string(), SQLite::OPEN_READONLY};
    SQLite::Statement statement{db, query};
    std::string result;
    while (statement.executeStep()) {
      for (int i = 0; i < statement.getColumnCount(); ++i) {
        if (i > 0)
          result += '|';
        result += statement.isColumnNull(i) ? "NULL" : statement.getColumn(i).getString();
      }
      result += '\n';
    }
    if (!result.empty())
      result.pop_back();
    return result;
  }

  void execute(const std::string& order) {
    SQLite::Database db{file.string(), SQLite::OPEN_READWRITE};
    db.exec(order);
  }

  std::string columns(const std::string& table) {
    return ask("SELECT group_concat(name, ', ') FROM pragma_table_info('" + table + "')");
  }

  /// @returns the damaged databases that were kept, without their logs.
  std::size_t kept() {
    const auto all = files("pmactor.db.corrupt-");
    return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const std::string& x) { return x.ends_with('Z'); }));
  }

  /// @returns the names in the folder that begin like this.
  std::vector<std::string> files(const std::string& begin) {
    std::vector<std::string> result;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path})
      if (entry.path().filename().string().starts_with(begin))
        result.push_back(entry.path().filename().string());
    std::sort(result.begin(), result.end());
    return result;
  }

  static std::size_t store(history_port& port, std::vector<history_row> rows) {
    return port.store(rows);
  }

  /// Runs what must fail. @returns why it did.
  template <class F>
  static std::pair<std::string, std::string> failure(F f) {
    try {
      f();
    } catch (const storage_problem& e) {
      return {to_string(e.kind), e.what()};
    }
    return {"none", ""};
  }

  void write_file(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
  }

  std::string read_file(const std::filesystem::path& path) {
    std::ostringstream result;
    result << std::ifstream{path, std::ios::binary}.rdbuf();
    return result.str();
  }
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace pmactor
