// Packs files into a .tar.zst or .zip and takes them out again. An archive is as foreign as any
// file: nothing of it is ever written to a disk, names are looked at before anything is read, and
// what is in it is bounded, whatever it says of itself. Pure but for reading the archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pmactor {

struct bundle_file {
  std::string name; ///< With folders, e.g. "pmactor-12/event.json".
  std::string content;
  friend bool operator==(const bundle_file&, const bundle_file&) = default;
};

/// What an archive may hold at most.
struct archive_limits {
  std::size_t files = 1024;
  std::size_t bytes = std::size_t{128} << 20; ///< Of all files together, unpacked.
  std::size_t packed = std::size_t{64} << 20; ///< Of the archive itself.
};

enum class archive_form : std::uint8_t {
  tar_zst,
  zip, ///< For those whose system opens nothing else.
};

/// @returns the form that a file of this name has: .zip is one, and without an ending it is a
/// .tar.zst; nothing if the ending says that it is something else.
std::optional<archive_form> archive_form_of(std::string_view name);

/// @param written Unix seconds, of each file.
/// @returns the archive.
/// @throws std::runtime_error, one sentence.
std::string pack_archive(const std::vector<bundle_file>& files, double written,
                         archive_form form = archive_form::tar_zst);

/// @returns the ordinary files of an archive with plain names, in their order; links, devices and
/// names that lead out of it are passed over.
/// @throws std::runtime_error, one sentence, if it is none or holds more than it may.
std::vector<bundle_file> unpack_archive(std::string_view bytes, const archive_limits& limits = {});
/// @param file only an ordinary one is read.
std::vector<bundle_file> read_archive(const std::filesystem::path& file,
                                      const archive_limits& limits = {});

/// @returns whether each part of the path is a plain word, so that it leads nowhere else.
bool is_plain_path(std::string_view path);

} // namespace pmactor
