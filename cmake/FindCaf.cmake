# Debian's libcaf-dev ships no CMake package: make the imported target by hand. Imported include
# directories are system ones to the compiler, so CAF's own warnings stay silent.
find_path(CAF_INCLUDE_DIR caf/all.hpp REQUIRED)
find_library(CAF_CORE_LIBRARY caf_core REQUIRED)
file(READ "${CAF_INCLUDE_DIR}/caf/config.hpp" caf_config)
string(REGEX MATCH "#define CAF_VERSION ([0-9]+)" _ "${caf_config}")
if(NOT CMAKE_MATCH_1 EQUAL 1706)
  message(FATAL_ERROR "pmactor is written for CAF 0.17.6 (CAF_VERSION 1706); "
                      "${CAF_INCLUDE_DIR} holds ${CMAKE_MATCH_1}.")
endif()
add_library(caf::core UNKNOWN IMPORTED)
set_target_properties(caf::core PROPERTIES
  IMPORTED_LOCATION "${CAF_CORE_LIBRARY}"
  INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}"
  INTERFACE_LINK_LIBRARIES Threads::Threads)
