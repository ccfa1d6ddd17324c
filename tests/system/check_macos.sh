#!/usr/bin/env bash
# Compiles the program for both kinds of Mac, file by file, and then asks of every symbol that is used where
# it comes from: a file of ours, a library that a Mac has, or nowhere. What only Linux has, and what
# `*_linux.cpp` defines and no other file does for macOS, comes from nowhere.
#   tests/system/check_macos.sh ZIG FOLDER [JOBS [TARGET…]]
# ZIG is the unpacked cross compiler; FOLDER, below the working tree, keeps what is made.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
zig=$(readlink -f "$1")
folder=${2%/}
jobs=${3:-2}
targets=("${@:4}")
((${#targets[@]})) || targets=(aarch64-macos.12.0 x86_64-macos.12.0)

fail() {
  printf 'check-macos: %s\n' "$*" >&2
  exit 1
}

nm=$(compgen -c llvm-nm | sort -V | tail -1) || true
[[ -n $nm ]] || fail "there is no llvm-nm, which alone reads Mach-O"
objdump=${nm/nm/objdump}

# Moves the new file to the old one's place if it differs, so that what depends on it is only then made anew.
renew() {
  if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

mkdir -p "$folder/include"
for header in CLI SQLiteCpp archive.h archive_entry.h caf curses.h fmt microhttpd.h ncurses_dll.h nlohmann pugiconfig.hpp \
  pugixml.hpp spdlog sqlite3.h term.h toml++ unctrl.h; do
  [[ -e /usr/include/$header ]] || fail "there is no /usr/include/$header"
  ln -sfn "/usr/include/$header" "$folder/include/$header"
done

header=$(compgen -G '/usr/include/*/curl' || compgen -G /usr/include/curl) || fail "there are no headers of libcurl"
ln -sfn "${header%%$'\n'*}" "$folder/include/curl"

# What the program carries with it of conf/, as CMakeLists.txt writes it.
for file in conf/*.service conf/*.plist; do
  printf '{"%s", R"conf(%s\n)conf"},\n' "${file##*/}" "$(<"$file")"
done >"$folder/include/conf_files.inc.new"
renew "$folder/include/conf_files.inc"
printf '#define PMACTOR_COMMIT ""\n' >"$folder/include/commit.inc.new"
renew "$folder/include/commit.inc"
for file in app/web/page.css app/web/page.js; do
  printf '{"%s", R"web_file(%s\n)web_file"},\n' "${file##*/}" "$(<"$file")"
done >"$folder/include/web_files.inc.new"
renew "$folder/include/web_files.inc"

# A compiler of one word, which is what the compiler cache knows how to call.
compiler=$zig/zig-c++
printf '#!/bin/sh\nexec "%s/zig" c++ "$@"\n' "$zig" >"$compiler.new"
chmod +x "$compiler.new"
renew "$compiler"
cache=
if command -v ccache >/dev/null; then
  cache="env CCACHE_COMPILERTYPE=clang CCACHE_COMPILERCHECK=string:$(basename "$zig") CCACHE_DEPEND=1"
  cache+=" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ccache"
fi

# What half of the files begin with, read once. Its way into the compiler is as a source, as zig takes no header.
printf '#include <caf/all.hpp>\n' >"$folder/prefix.cpp.new"
renew "$folder/prefix.cpp"

# From what llvm-nm says: the name, and U where it is needed, W where it is defined and may be so elsewhere
# too, T where it may not. From what llvm-objdump says: the name, and O where its own file needs it.
printf '%s\n' '$2 ~ /_RELOC_/ { if ($NF ~ /^__Z/ && !($NF in seen)) { print $NF, "O"; seen[$NF] } next }' \
  '/ external |\(undefined\)/ { print $NF, / \(undefined\) / ? "U" : / weak / ? "W" : "T" }' \
  >"$folder/symbols.awk.new"
renew "$folder/symbols.awk"

version=$(sed -n 's/^project(pmactor VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
warnings=$(sed -n '/target_compile_options(pmactor_warnings/,/)/p' CMakeLists.txt | grep -oE -- '-[Wf][a-z+=-]+' | tr '\n' ' ')
{
  # For what it is about, neither debug information nor checks at run time are needed, which zig would add.
  # shellcheck disable=SC2016
  flags="-target \$target -std=c++20 -O0 -g0 -fno-sanitize=undefined -DPMACTOR_VERSION='\"$version\"' $warnings"
  flags+=" -isystem $folder/include -isystem tests/support/frameworks -I."
  printf '%s\n' "builddir = $folder" \
    'rule prefix' "  command = $compiler $flags -Xclang -emit-pch -Xclang -fno-pch-timestamp -c \$in -o \$out" \
    'rule compile' \
    "  command = $cache $compiler $flags -include-pch $folder/\$target/prefix.pch -MD -MF \$out.d -c \$in -o \$out" \
    '  description = $target $in' '  depfile = $out.d' '  deps = gcc' \
    'rule symbols' \
    "  command = { $nm -g -m \$in && $objdump -r \$in; } | awk -f $folder/symbols.awk >\$out" \
    '  description = symbols of $in'
  for target in "${targets[@]}"; do
    printf 'build %s/prefix.pch: prefix %s/prefix.cpp | %s\n  target = %s\n' \
      "$folder/$target" "$folder" "$compiler" "$target"
    for source in messages/*.cpp actors/*/*.cpp app/*.cpp app/*/*.cpp; do
      [[ $source != *_linux.cpp ]] || continue
      object=$folder/$target/${source%.cpp}
      printf 'build %s.o: compile %s | %s %s/prefix.pch\n  target = %s\nbuild %s.symbols: symbols %s.o | %s\n' \
        "$object" "$source" "$compiler" "$folder/$target" "$target" "$object" "$object" "$folder/symbols.awk"
    done
  done
} >"$folder/build.ninja.new"
renew "$folder/build.ninja"

export ZIG_GLOBAL_CACHE_DIR=$PWD/$folder/cache ZIG_LOCAL_CACHE_DIR=$PWD/$folder/cache
ninja --quiet -f "$folder/build.ninja" -j "$jobs" -k 0

# ---- where every symbol comes from --------------------------------------------------------------
# What the C library of macOS exports, from the cross compiler's own description of it.
tr -d "'\"" <"$zig/lib/libc/darwin/libSystem.tbd" | grep -oE '_[A-Za-z0-9_$]+' | sort -u >"$folder/exports"
[[ $(wc -l <"$folder/exports") -gt 3000 ]] || fail "cannot read what macOS' C library exports"

# Reads symbol tables and says which needed name comes from nowhere, and which is defined twice; then, which
# file and which function for macOS is needed by none, so that no test would fail if it were missing; and how
# many functions only such files define.
resolve() {
  awk -v exports="$folder/exports" '
    BEGIN { while ((getline name < exports) > 0) elsewhere[name] }
    function is_elsewhere(name) {
      return name in elsewhere \
        || name ~ /^_(COLOR_PAIR|ESCDELAY|stdscr|cbreak|noecho|nonl|keypad|nodelay|leaveok|curs_set|newterm|endwin)$/ \
        || name ~ /^_(has_colors|start_color|use_default_colors|init_pair|mousemask|getmouse|getmax[xy])$/ \
        || name ~ /^_(wattrset|mvwaddstr|wrefresh|wget_wch|setupterm|tigetstr)$/ \
        || name ~ /^_sqlite3_/ || name ~ /^_(CF|kCF|IO)[A-Z]/ || name == "___CFConstantStringClassReference" \
        || name ~ /^(___dso_handle$|___cxa_|___gxx_personality_v0|__Unwind_)/ \
        || (name ~ /^__Z/ && name !~ /7pmactor/ \
            && name ~ /^__Z(T(h|v)n?[0-9]+_(n?[0-9]+_)?)?N?K?(St|3caf|6spdlog|3fmt|4pugi|6SQLite)|^__ZT[ISVC](N?K?St|N3caf|N6spdlog|N3fmt|N4pugi|N6SQLite|N10__cxxabiv|[a-z]$|P[a-z]$|PK[a-z]$)|^__Z(nw|na|dl|da)/) \
        || name ~ /^__ZT[ISV]N10__cxxabiv1/
    }
    $2 == "O" { kind = $1; gsub(/[CD][012]E/, "CE", kind); kinds[kind]; next }
    $2 == "U" { needed_by[$1] = needed_by[$1] == "" ? FILENAME : needed_by[$1]; next }
    $2 == "T" && $1 in strong {
      print "defined twice: " $1 ", in " strong[$1] " and " FILENAME
      bad++
    }
    $2 == "T" { strong[$1] = FILENAME }
    { definers[$1]++; defined_in[$1] = FILENAME }
    END {
      for (name in needed_by) {
        if (name in definers) {
          if (defined_in[name] ~ /_macos\.symbols$/ && definers[name] == 1 && name ~ /7pmactor/) {
            only++
            kept[defined_in[name]]++
          }
        } else if (!is_elsewhere(name)) {
          print "from nowhere: " name ", which " needed_by[name] " needs"
          bad++
        }
      }
      # Each constructor and destructor comes in kinds, of which one is enough.
      for (name in needed_by) {
        kind = name
        gsub(/[CD][012]E/, "CE", kind)
        kinds[kind]
      }
      for (name in strong) {
        kind = name
        gsub(/[CD][012]E/, "CE", kind)
        if (strong[name] ~ /_macos\.symbols$/ && name ~ /^__ZNK?7pmactor/ && !(kind in kinds)) {
          print "needed by none: " name ", in " strong[name]
          bad++
        }
      }
      for (i = 1; i < ARGC; ++i)
        if (ARGV[i] ~ /_macos\.symbols$/ && !(ARGV[i] in kept)) {
          print "needed by none: " ARGV[i]
          bad++
        }
      print only + 0
      exit bad > 0
    }' "$@"
}

for target in "${targets[@]}"; do
  # Of the objects of this build only: the folder may hold those of sources that are gone.
  read -r -d '' -a tables < <(sed -n "s|^build \($folder/$target/.*\.symbols\): .*|\1|p" "$folder/build.ninja") || true
  said=$(resolve "${tables[@]}") || fail "$target:"$'\n'"$said"
  # And would it be noticed if one were missing? The table says of each function that it is needed from
  # elsewhere; and each file for macOS is left out in turn.
  left_out=0
  for table in "${tables[@]}"; do
    [[ $table == *_macos.symbols ]] || continue
    rest=()
    for other in "${tables[@]}"; do
      [[ $other == "$table" ]] || rest+=("$other")
    done
    ! resolve "${rest[@]}" >/dev/null || fail "no test fails although $table is missing"
    left_out=$((left_out + 1))
  done
  printf '    %s: %d objects without a warning; all symbols found; %s functions of %d files are only for macOS, and none may be missing\n' \
    "$target" "${#tables[@]}" "$said" "$left_out"
done
