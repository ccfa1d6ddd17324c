#include "app/bundle/pack_archive.hpp"

#include "actors/host/late_library.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/transfer_fully.hpp"
#include "app/views/escape.hpp"
#include "messages/lowered.hpp"
#include "messages/words.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

struct archive_library : late_library {
  archive_library()
    : late_library{{"libarchive", "libarchive.so.13", "libarchive.13.dylib", "libarchive13", "libarchive"}} {
  }
  PMACTOR_LATE(archive_entry_clear);
  PMACTOR_LATE(archive_entry_filetype);
  PMACTOR_LATE(archive_entry_free);
  PMACTOR_LATE(archive_entry_hardlink);
  PMACTOR_LATE(archive_entry_new);
  PMACTOR_LATE(archive_entry_pathname);
  PMACTOR_LATE(archive_entry_set_filetype);
  PMACTOR_LATE(archive_entry_set_mtime);
  PMACTOR_LATE(archive_entry_set_pathname);
  PMACTOR_LATE(archive_entry_set_perm);
  PMACTOR_LATE(archive_entry_set_size);
  PMACTOR_LATE(archive_error_string);
  PMACTOR_LATE(archive_read_data);
  PMACTOR_LATE(archive_read_free);
  PMACTOR_LATE(archive_read_new);
  PMACTOR_LATE(archive_read_next_header);
  PMACTOR_LATE(archive_read_open_memory);
  PMACTOR_LATE(archive_read_support_filter_zstd);
  PMACTOR_LATE(archive_read_support_format_tar);
  PMACTOR_LATE(archive_read_support_format_zip_seekable);
  PMACTOR_LATE(archive_write_add_filter_zstd);
  PMACTOR_LATE(archive_write_close);
  PMACTOR_LATE(archive_write_data);
  PMACTOR_LATE(archive_write_free);
  PMACTOR_LATE(archive_write_header);
  PMACTOR_LATE(archive_write_new);
  PMACTOR_LATE(archive_write_open);
  PMACTOR_LATE(archive_write_set_bytes_in_last_block);
  PMACTOR_LATE(archive_write_set_format_ustar);
  PMACTOR_LATE(archive_write_set_format_zip);
};

/// @throws std::runtime_error, one sentence, if it cannot be loaded.
const archive_library& load_library(std::string_view tried) {
  static const archive_library loaded;
  loaded.require(tried);
  return loaded;
}

[[noreturn]] void fail(const archive_library& lib, const std::string& what, archive* from) {
  const char* why = lib.archive_error_string(from);
  throw std::runtime_error(what + ": " + (why != nullptr ? why : "no reason was given") + '.');
}

la_ssize_t append(archive*, void* to, const void* bytes, std::size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

} // namespace

bool is_plain_path(std::string_view path) {
  if (path.empty() || path.size() > 256 || path.front() == '/')
    return false;
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const auto part = path.substr(0, end);
    const bool plain =
      !part.empty() && part.front() != '.' && std::all_of(part.begin(), part.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
               || c == '.' || c == '-' || c == '_';
      });
    if (!plain)
      return false;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return true;
}

std::optional<archive_form> archive_form_of(std::string_view name) {
  name.remove_prefix(std::min(name.rfind('/') + 1, name.size()));
  const auto small = lowered(name);
  if (small.ends_with(".zip"))
    return archive_form::zip;
  for (const auto* other : {".tar", ".gz", ".tgz", ".bz2", ".xz", ".txz", ".lz4", ".7z", ".rar"})
    if (small.ends_with(other))
      return std::nullopt;
  return archive_form::tar_zst;
}

std::string pack_archive(const std::vector<bundle_file>& files, double written, archive_form form) {
  const std::string tried = "Cannot pack a bundle";
  const auto& lib = load_library(tried);
  std::string result;
  const std::unique_ptr<archive, int (*)(archive*)> to{lib.archive_write_new(),
                                                       lib.archive_write_free};
  if (!to)
    throw std::runtime_error(tried + ": there is no memory for it.");
  const bool is_zip = form == archive_form::zip;
  if ((is_zip ? lib.archive_write_set_format_zip(to.get())
              : lib.archive_write_set_format_ustar(to.get()))
        != ARCHIVE_OK
      || (!is_zip && lib.archive_write_add_filter_zstd(to.get()) != ARCHIVE_OK)
      // No zeros behind the end: other programs take them for damage.
      || lib.archive_write_set_bytes_in_last_block(to.get(), 1) != ARCHIVE_OK
      || lib.archive_write_open(to.get(), &result, nullptr, append, nullptr) != ARCHIVE_OK)
    fail(lib, tried, to.get());
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry{lib.archive_entry_new(),
                                                                       lib.archive_entry_free};
  for (const auto& x : files) {
    lib.archive_entry_clear(entry.get());
    lib.archive_entry_set_pathname(entry.get(), x.name.c_str());
    lib.archive_entry_set_size(entry.get(), static_cast<la_int64_t>(x.content.size()));
    lib.archive_entry_set_filetype(entry.get(), AE_IFREG);
    lib.archive_entry_set_perm(entry.get(), 0600); // no owner, which is private
    lib.archive_entry_set_mtime(entry.get(),
                                static_cast<std::time_t>(std::clamp(written, 0.0, 1e11)), 0);
    if (lib.archive_write_header(to.get(), entry.get()) != ARCHIVE_OK
        || lib.archive_write_data(to.get(), x.content.data(), x.content.size()) < 0)
      fail(lib, tried, to.get());
  }
  if (lib.archive_write_close(to.get()) != ARCHIVE_OK)
    fail(lib, tried, to.get());
  return result;
}

std::vector<bundle_file> unpack_archive(std::string_view bytes, const archive_limits& limits) {
  const std::string tried = "Cannot open the bundle";
  const auto& lib = load_library(tried);
  const std::unique_ptr<archive, int (*)(archive*)> from{lib.archive_read_new(),
                                                         lib.archive_read_free};
  if (!from)
    throw std::runtime_error(tried + ": there is no memory for it.");
  // One form by its first bytes, and one filter, so that no other code of the library sees foreign
  // bytes.
  const bool is_zip = bytes.starts_with("PK\3\4");
  if ((!is_zip && lib.archive_read_support_filter_zstd(from.get()) != ARCHIVE_OK)
      || (is_zip ? lib.archive_read_support_format_zip_seekable(from.get())
                 : lib.archive_read_support_format_tar(from.get()))
           != ARCHIVE_OK
      || lib.archive_read_open_memory(from.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    fail(lib, tried, from.get());
  std::vector<bundle_file> result;
  std::size_t total = 0, entries = 0;
  archive_entry* entry = nullptr;
  for (;;) {
    const auto code = lib.archive_read_next_header(from.get(), &entry);
    if (code == ARCHIVE_EOF)
      return result;
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN)
      fail(lib, "This is no bundle of pmactor, or a damaged one", from.get());
    if (++entries > limits.files)
      throw std::runtime_error("The bundle holds more than " + std::to_string(limits.files)
                               + " files, and pmactor writes none like that; it was not opened.");
    const char* name = lib.archive_entry_pathname(entry);
    const bool wanted = name != nullptr && lib.archive_entry_filetype(entry) == AE_IFREG
                        && lib.archive_entry_hardlink(entry) == nullptr && is_plain_path(name);
    bundle_file file;
    file.name = wanted ? name : "";
    // Also of what is passed over: it is unpacked all the same.
    std::array<char, 64 * 1024> piece;
    for (;;) {
      const auto count = lib.archive_read_data(from.get(), piece.data(), piece.size());
      if (count < 0)
        fail(lib, "The bundle is damaged", from.get());
      if (count == 0)
        break;
      total += static_cast<std::size_t>(count);
      if (total > limits.bytes)
        throw std::runtime_error("The bundle holds more than " + bytes_in_words(limits.bytes)
                                 + ", and pmactor writes none like that; it was not opened.");
      if (wanted)
        file.content.append(piece.data(), static_cast<std::size_t>(count));
    }
    if (wanted)
      result.push_back(std::move(file));
  }
}

std::vector<bundle_file> read_archive(const std::filesystem::path& file,
                                      const archive_limits& limits) {
  const auto name = escaped(file.string());
  const auto refuse = [&name](const std::string& why) {
    throw std::runtime_error("Cannot open the bundle " + name + ": " + why);
  };
  // A fifo with that name must not keep us waiting.
  const owned_descriptor from{::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  struct stat facts {};
  if (from.get() < 0 || ::fstat(from.get(), &facts) != 0)
    refuse(std::generic_category().message(errno) + '.');
  if (!S_ISREG(facts.st_mode))
    refuse("it is no ordinary file.");
  if (static_cast<std::uintmax_t>(facts.st_size) > limits.packed)
    refuse("it is larger than " + bytes_in_words(limits.packed)
           + ", and pmactor writes none like that.");
  std::string bytes(static_cast<std::size_t>(facts.st_size), '\0');
  bytes.resize(read_fully(from.get(), bytes.data(), bytes.size()).size);
  return unpack_archive(bytes, limits);
}

} // namespace pmactor
