# Writes the commit of the sources in FOLDER to OUT, as a macro; only if it has changed, so that nothing is compiled
# for nothing. COMMIT, if it is not empty, is taken for it.
if(NOT COMMIT AND EXISTS ${FOLDER}/.git)
  execute_process(COMMAND git -C ${FOLDER} rev-parse --short=10 HEAD
    OUTPUT_VARIABLE COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  execute_process(COMMAND git -C ${FOLDER} status --porcelain --untracked-files=no
    OUTPUT_VARIABLE changed ERROR_QUIET)
  if(COMMIT AND changed)
    string(APPEND COMMIT ", changed")
  endif()
endif()
set(text "#define PMACTOR_COMMIT \"${COMMIT}\"\n")
if(EXISTS ${OUT})
  file(READ ${OUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUT} "${text}")
endif()
