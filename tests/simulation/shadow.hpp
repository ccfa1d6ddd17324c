// The production's database beside the simulated disk: it is made to do all that the simulated one does, in
// a real file, and must come to the same. It decides nothing, so a seed runs as it would without it.
#pragma once

#include "actors/storage_writer/history.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace pmactor::simulation {

class shadow {
public:
  /// Comes between the simulation and the database, for the check of the oracle; may be empty.
  using defect = std::function<std::unique_ptr<history_port>(std::unique_ptr<history_port>)>;

  /// @param differs is called with what is not as it should be.
  /// @throws std::system_error if there is no room for files.
  shadow(std::function<void(const std::string&)> differs, defect planted);
  /// Removes the files.
  ~shadow();
  shadow(const shadow&) = delete;
  shadow& operator=(const shadow&) = delete;

  /// One open database; of a run there may be two, if one was left behind.
  class connection {
  public:
    connection(shadow& of, std::unique_ptr<history_port> port) : of_(of), port_{std::move(port)} {
    }
    void store(std::span<const history_row> rows);
    void prune(const prune_order& order);
    void set_aside(const std::string& why);
    void end();

  private:
    template <class F>
    void attempt(F f);

    shadow& of_;
    std::unique_ptr<history_port> port_; ///< Null once nothing but its end may follow.
  };

  /// @param damaged the file is, so that it must be set aside.
  std::unique_ptr<connection> open(std::uint64_t run, bool damaged);
  /// SIGKILL: whoever still has it open has the files of before; those that come next have a copy of what
  /// they are now.
  void kill();
  std::filesystem::path file() const; ///< Of now.
  /// Reads the file back: it is sound, and holds what was committed to it and nothing else.
  void check();

private:
  struct event {
    double duration = 0;
    std::string cause;
    bool is_open = false; ///< Its end has not been reported.
    friend bool operator==(const event& a, const event& b) {
      return a.duration == b.duration && a.cause == b.cause;
    }
  };

  void forget();

  std::function<void(const std::string&)> differs_;
  defect planted_;
  std::filesystem::path folder_;
  std::uint64_t copies_ = 0;
  // What is in the file.
  std::multimap<double, std::size_t> samples_; ///< By time; how many processes it has.
  std::map<std::int64_t, event> events_; ///< By id.
  std::map<std::string, std::string> kept_;
  std::map<std::uint64_t, std::uint64_t> last_tick_; ///< By run.
  std::uint64_t run_ = 0;
};

} // namespace pmactor::simulation
