// Libraries that only single commands or settings need. They are not linked but loaded when they are first used, so
// that the daemon carries neither them nor what they depend on: libarchive alone brings along libxml2 and the 30 MB of
// ICU. Of their packages, the build needs the headers only.
//
//   struct zip_library : late_library {
//     zip_library() : late_library{{"libzip", "libzip.so.4", "libzip.5.dylib", "libzip4", "libzip"}} {}
//     PMACTOR_LATE(zip_open);
//   };
//   static const zip_library zip;
//   if (zip.problem().empty())
//     zip.zip_open(…); // with the types that <zip.h> declares
#pragma once

#include <string>
#include <string_view>

namespace pmactor {

/// Where a library is, and what to install where it is not. The names of files carry the version of the interface
/// that its headers describe.
struct library_name {
  const char* name; ///< As it calls itself.
  const char* linux_file;
  const char* macos_file;
  const char* debian_package;
  const char* brew_package;
};

/// Loads a library in its constructor. Stays loaded.
class late_library {
public:
  late_library(const late_library&) = delete;
  late_library& operator=(const late_library&) = delete;

  /// @returns why it cannot be used and what to do about it, without a full stop; empty if it can be.
  const std::string& problem() const {
    return problem_;
  }

  /// @param tried e.g. "Cannot pack a bundle".
  /// @throws std::runtime_error, one sentence, if it cannot be used.
  void require(std::string_view tried) const;

protected:
  explicit late_library(const library_name& x);
  ~late_library() = default;

  template <class F>
  F find(const char* function) {
    return reinterpret_cast<F>(address_of(function));
  }

private:
  void* address_of(const char* function);

  const library_name name_;
  void* handle_ = nullptr;
  std::string problem_;
};

} // namespace pmactor

/// A member of a late_library: the function of that name, of the type that the library's header declares. Null if
/// there is a problem().
#define PMACTOR_LATE(function) decltype(&::function) function = find<decltype(&::function)>(#function)
