#define CAF_SUITE pack_archive

#include "actors/host/late_library.hpp"
#include "app/bundle/pack_archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <fstream>
#include <stdexcept>
#include <sys/stat.h>

#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

/// What makes archives that pmactor does not.
struct foreign_library : late_library {
  foreign_library()
    : late_library{{"libarchive", "libarchive.so.13", "libarchive.13.dylib", "libarchive13", "libarchive"}} {
    require("Cannot make an archive");
  }
  PMACTOR_LATE(archive_entry_free);
  PMACTOR_LATE(archive_entry_new);
  PMACTOR_LATE(archive_entry_set_filetype);
  PMACTOR_LATE(archive_entry_set_hardlink);
  PMACTOR_LATE(archive_entry_set_pathname);
  PMACTOR_LATE(archive_entry_set_perm);
  PMACTOR_LATE(archive_entry_set_size);
  PMACTOR_LATE(archive_entry_set_symlink);
  PMACTOR_LATE(archive_write_add_filter_gzip);
  PMACTOR_LATE(archive_write_add_filter_zstd);
  PMACTOR_LATE(archive_write_close);
  PMACTOR_LATE(archive_write_data);
  PMACTOR_LATE(archive_write_free);
  PMACTOR_LATE(archive_write_header);
  PMACTOR_LATE(archive_write_new);
  PMACTOR_LATE(archive_write_open);
  PMACTOR_LATE(archive_write_set_bytes_in_last_block);
  PMACTOR_LATE(archive_write_set_format_pax);
};

la_ssize_t append(archive*, void* to, const void* bytes, std::size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

struct entry_plan {
  std::string name, content;
  unsigned type = AE_IFREG;
  std::string link;
};

/// An archive that somebody else made.
std::string foreign_archive(const std::vector<entry_plan>& plan, bool gzip = false) {
  const foreign_library lib;
  std::string result;
  auto* to = lib.archive_write_new();
  lib.archive_write_set_format_pax(to);
  lib.archive_write_set_bytes_in_last_block(to, 1);
  gzip ? lib.archive_write_add_filter_gzip(to) : lib.archive_write_add_filter_zstd(to);
  lib.archive_write_open(to, &result, nullptr, append, nullptr);
  for (const auto& x : plan) {
    auto* entry = lib.archive_entry_new();
    lib.archive_entry_set_pathname(entry, x.name.c_str());
    lib.archive_entry_set_filetype(entry, x.type);
    lib.archive_entry_set_perm(entry, 0644);
    lib.archive_entry_set_size(entry, static_cast<la_int64_t>(x.content.size()));
    if (x.type == AE_IFLNK)
      lib.archive_entry_set_symlink(entry, x.link.c_str());
    else if (!x.link.empty())
      lib.archive_entry_set_hardlink(entry, x.link.c_str());
    lib.archive_write_header(to, entry);
    lib.archive_write_data(to, x.content.data(), x.content.size());
    lib.archive_entry_free(entry);
  }
  lib.archive_write_close(to);
  lib.archive_write_free(to);
  return result;
}

bool is_refused(const std::string& bytes, const archive_limits& limits = {}) {
  try {
    unpack_archive(bytes, limits);
  } catch (const std::runtime_error&) {
    return true;
  }
  return false;
}

} // namespace

CAF_TEST(files come out of an archive as they went in) {
  const std::vector<bundle_file> files{
    {"README.txt", "hello\n"}, {"a/b.bin", std::string(300'000, '\0')}, {"a/empty", ""}};
  const auto packed = pack_archive(files, 1.7e9);
  CAF_CHECK(unpack_archive(packed) == files);
  CAF_CHECK_LESS(packed.size(), 10'000u);
}

CAF_TEST(a zip is one and is read back) {
  const std::vector<bundle_file> files{
    {"README.txt", "hello\n"}, {"a/b.bin", std::string(300'000, '\0')}, {"a/empty", ""}};
  const auto packed = pack_archive(files, 1.7e9, archive_form::zip);
  CAF_CHECK(packed.starts_with("PK\3\4"));
  CAF_CHECK(unpack_archive(packed) == files);
  CAF_CHECK_LESS(packed.size(), 10'000u);
  archive_limits limits;
  limits.bytes = 1'000;
  CAF_CHECK(is_refused(packed, limits));
  auto damaged = packed;
  damaged.resize(damaged.size() / 2);
  CAF_CHECK(is_refused(damaged));
  const auto evil = unpack_archive(
    pack_archive({{"../../etc/passwd", "x"}, {"fine.txt", "y"}}, 0, archive_form::zip));
  CAF_REQUIRE_EQUAL(evil.size(), 1u);
  CAF_CHECK_EQUAL(evil[0].name, "fine.txt");
}

CAF_TEST(the ending of its name says what form an archive has) {
  for (const auto* name : {"", "-", "x", "a.b/x", "x.tar.zst", "x.zst", "x.zip.d/x", "x.bundle"})
    CAF_CHECK(archive_form_of(name) == archive_form::tar_zst);
  CAF_CHECK(archive_form_of("a/x.zip") == archive_form::zip);
  CAF_CHECK(archive_form_of("X.ZIP") == archive_form::zip);
  for (const auto* name : {"x.tar", "x.tar.gz", "x.tgz", "x.7z", "x.TAR.XZ"})
    CAF_CHECK(!archive_form_of(name));
}

CAF_TEST(only ordinary files with plain names come out of an archive) {
  const auto files = unpack_archive(foreign_archive({{"../../etc/passwd", "x"},
                                                     {"/etc/passwd", "x"},
                                                     {"a/../../b", "x"},
                                                     {"a/.hidden", "x"},
                                                     {"a//b", "x"},
                                                     {"a/\x1b[2J", "x"},
                                                     {"link", "", AE_IFLNK, "/etc/passwd"},
                                                     {"hard", "", AE_IFREG, "/etc/passwd"},
                                                     {"fifo", "", AE_IFIFO},
                                                     {"folder", "", AE_IFDIR},
                                                     {std::string(5000, 'a'), "x"},
                                                     {"good/file.txt", "fine"}}));
  CAF_REQUIRE_EQUAL(files.size(), 1u);
  CAF_CHECK_EQUAL(files[0].name, "good/file.txt");
  CAF_CHECK_EQUAL(files[0].content, "fine");
}

CAF_TEST(what an archive holds is bounded) {
  archive_limits limits;
  limits.bytes = 1'000'000;
  limits.files = 10;
  CAF_CHECK(is_refused(foreign_archive({{"bomb", std::string(50'000'000, '\0')}}), limits));
  CAF_CHECK(is_refused(foreign_archive({{"../bomb", std::string(50'000'000, '\0')}}), limits));
  CAF_CHECK(is_refused(foreign_archive(std::vector<entry_plan>(11, {"x", "y"})), limits));
  CAF_CHECK(!is_refused(foreign_archive(std::vector<entry_plan>(10, {"x", "y"})), limits));
}

CAF_TEST(what is no archive is refused) {
  CAF_CHECK(is_refused("hello"));
  CAF_CHECK(is_refused(std::string(4096, '\xff')));
  CAF_CHECK(is_refused(foreign_archive({{"x", "y"}}, true))); // another filter
  auto damaged = pack_archive({{"x", std::string(100'000, 'x') + "y"}}, 0);
  damaged.resize(damaged.size() / 2);
  CAF_CHECK(is_refused(damaged));
}

CAF_TEST(only an ordinary file is read as an archive) {
  temporary_folder folder;
  const auto refused = [](const std::filesystem::path& file) {
    try {
      read_archive(file);
    } catch (const std::runtime_error& e) {
      return std::string{e.what()};
    }
    return std::string{};
  };
  CAF_CHECK(refused(folder.path).find("no ordinary file") != std::string::npos);
  CAF_REQUIRE_EQUAL(::mkfifo((folder.path / "fifo").c_str(), 0600), 0);
  CAF_CHECK(refused(folder.path / "fifo").find("no ordinary file") != std::string::npos);
  CAF_CHECK(refused(folder.path / "none").find("No such file") != std::string::npos);
  std::ofstream{folder.path / "good", std::ios::binary} << pack_archive({{"x", "y"}}, 0);
  CAF_CHECK_EQUAL(read_archive(folder.path / "good").size(), 1u);
}
