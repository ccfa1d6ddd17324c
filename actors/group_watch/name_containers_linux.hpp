// Looks up what people call a container, where its runtime keeps that. Those files may lie on a
// disk that does not answer, just when a name is wanted: they are read by a thread that none waits
// for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace pmactor {

class container_names_reader {
public:
  /// Starts work on a thread of its own. @returns whether it was started.
  using starter = std::function<bool(std::function<void()>)>;

  /// @param root of the file system: empty, or where a test has made up another.
  explicit container_names_reader(std::string root);
  container_names_reader(std::string root, starter start);

  /// Never waits.
  /// @param path of its control group. @returns its name; empty if it has none that can be known;
  /// absent as long as it is looked up.
  std::optional<std::string> name_of(const std::string& id, const std::string& path);

private:
  struct shared;

  std::string root_;
  std::map<std::string, std::string> wanted_; ///< Paths by id.
  std::shared_ptr<shared> shared_;            ///< Also the thread's.
  starter start_;
};

} // namespace pmactor
