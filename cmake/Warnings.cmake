# Warnings and hardening for our own code, by linking `pmactor_warnings`.
add_library(pmactor_warnings INTERFACE)
target_compile_options(pmactor_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Wno-missing-field-initializers -Werror -fstack-protector-strong)
