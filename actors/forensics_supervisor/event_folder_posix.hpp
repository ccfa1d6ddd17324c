// The folders in which evidence is kept, and nothing else: each step goes by a descriptor of the folder
// before and follows no symbolic link. Every call may wait for the disk.
#pragma once

#include "actors/host/owned_descriptor.hpp"
#include "messages/forensics.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pmactor {

/// `events` in the data folder, which is made where it is missing.
/// @throws std::runtime_error with a sentence, also if it is a link or another user's.
owned_descriptor open_events(const std::filesystem::path& data);

/// The folder of one event while it is written. All calls throw std::runtime_error with a sentence.
class open_event_folder {
public:
  /// Makes it where it is missing.
  open_event_folder(const std::filesystem::path& data, event_id event);

  /// A file that is being written; whole() gives it its name. What is not whole ends in ".part".
  class file {
  public:
    int descriptor() const {
      return fd_.get();
    }
    void write(std::string_view bytes);
    /// Has it on the disk, and then under its name. @returns its size.
    std::uint64_t whole();
    /// Takes it away again.
    void discard();

  private:
    friend class open_event_folder;
    file(const open_event_folder& folder, std::string name);
    const open_event_folder& folder_;
    std::string name_;
    owned_descriptor fd_;
  };
  /// Replaces an earlier file of that name.
  file begin(const std::string& name) const;

  /// For a tool that makes its file itself: takes what is there of that name away. @returns its path.
  std::filesystem::path path_for(const std::string& name) const;
  /// Has what a tool wrote under this name on the disk, for this user's eyes only. @returns its size;
  /// nullopt if there is no such file, or one that is none.
  std::optional<std::uint64_t> adopt(const std::string& name) const;
  std::optional<std::uint64_t> size_of(const std::string& name) const;
  void remove(const std::string& name) const;

  /// @returns names and sizes of the files in it, 64 at most.
  std::vector<std::pair<std::string, std::uint64_t>> files() const;

  /// Gives it its final name, which nothing else has. @returns the name.
  std::string publish();

  /// Takes it away with all that is in it. Throws nothing.
  void discard();

private:
  std::filesystem::path data_;
  event_id event_;
  owned_descriptor events_, fd_;
};

/// @returns the events whose folders were left open.
std::vector<event_id> find_open_folders(const std::filesystem::path& data);

/// @returns the finished folders and what is in each; sizes are of the disk that they take.
std::vector<std::pair<std::string, std::uint64_t>> list_event_folders(const std::filesystem::path& data);

/// Removes a finished folder; what has another name is left alone.
void remove_event_folder(const std::filesystem::path& data, const std::string& name);

/// @returns the bytes that this user may still write where the events are kept.
std::optional<std::uint64_t> free_space(const std::filesystem::path& data);

} // namespace pmactor
