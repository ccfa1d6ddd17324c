// A keep of rows that a run could not store, with any of its bytes changed: it is taken in or kept aside, and what the
// history holds stays.
#include "fuzz/fuzz.hpp"

#include "actors/storage_writer/history_sqlite.hpp"
#include "support/sample_maker.hpp"
#include "support/temporary_folder.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace pmactor;
using namespace pmactor::fuzz;

namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// A history of one sample, and a keep of another one.
struct specimen {
  temporary_folder folder;
  fs::path file = folder.path / "pmactor.db", keep = folder.path / "pmactor.db.unstored";
  std::string history_bytes, keep_bytes;

  specimen() {
    const history_row first = make_sample(1), second = make_sample(2);
    {
      history begun{history_place{file, "run-1"}};
      begun.store({&first, 1});
      begun.end();
    }
    keep_unstored({file, "run-1"}, {&second, 1});
    history_bytes = bytes_of(file);
    keep_bytes = bytes_of(keep);
  }

  void lay_out(const std::string& kept) {
    for (const auto& entry : fs::directory_iterator{folder.path})
      fs::remove(entry);
    std::ofstream{file, std::ios::binary} << history_bytes;
    std::ofstream{keep, std::ios::binary} << kept;
  }

  std::string ask(const char* question) {
    SQLite::Database database{file.string(), SQLite::OPEN_READONLY};
    return database.execAndGet(question).getString();
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static specimen world;
  input from{data, size};
  auto kept = world.keep_bytes;
  if (from.byte() % 8 == 0)
    kept = from.all();
  while (!from.empty())
    kept[from.number() % kept.size()] = static_cast<char>(from.byte());
  world.lay_out(kept);
  {
    history next{history_place{world.file, "run-2"}};
    next.end();
  }
  must(world.ask("PRAGMA integrity_check") == "ok", "the history is sound whatever was kept");
  must(world.ask("SELECT count(*) FROM samples WHERE timestamp = 1700000001") == "1", "what was stored stays");
  return 0;
}
