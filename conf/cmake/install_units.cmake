# Installs what has the program's place in it, as `pmactor install` writes it: the units of systemd, and what says at a
# login what ended the machine.
cmake_minimum_required(VERSION 3.25) # else @program@ here would be a variable
if(NOT IS_ABSOLUTE "${unit_dir}")
  set(unit_dir "${CMAKE_INSTALL_PREFIX}/${unit_dir}")
endif()
set(program "${CMAKE_INSTALL_PREFIX}/${bin_dir}/pmactor")
if(IS_ABSOLUTE "${bin_dir}")
  set(program "${bin_dir}/pmactor")
endif()
if(NOT IS_ABSOLUTE "${settings_dir}")
  set(settings_dir "${CMAKE_INSTALL_PREFIX}/${settings_dir}")
endif()
set(user_dir "${CMAKE_INSTALL_PREFIX}/lib/systemd/user")
foreach(pair "pmactor.service:${unit_dir}/pmactor.service" "pmactor-user.service:${user_dir}/pmactor.service"
             "pmactor-web.service:${user_dir}/pmactor-web.service" "pmactor-web.socket:${user_dir}/pmactor-web.socket"
             "pmactor.motd:${settings_dir}/update-motd.d/60-pmactor")
  string(REGEX MATCH "^([^:]*):(.*)$" _ "${pair}")
  set(name "${CMAKE_MATCH_1}")
  set(target "$ENV{DESTDIR}${CMAKE_MATCH_2}")
  file(READ "${conf}/${name}" text)
  string(REPLACE "@program@" "${program}" text "${text}")
  string(REGEX REPLACE "@[a-z]+@" "" text "${text}")
  message(STATUS "Installing: ${target}")
  file(WRITE "${target}" "${text}")
  if(name STREQUAL "pmactor.motd")
    file(CHMOD "${target}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
         WORLD_EXECUTE)
  endif()
endforeach()
