# Fails unless the functions that LIBRARY shows to programs are those that HEADER declares, and nothing
# else: a C++ symbol of odin in sight could take the place of another's in the same program. And unless
# programs ask for the library by the ABI version of the header.
execute_process(COMMAND ${NM} --dynamic --defined-only --format=posix ${LIBRARY}
    OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" symbols "${symbols}")
list(TRANSFORM symbols REPLACE " .*" "")
list(SORT symbols)

file(READ ${HEADER} text)
string(REGEX MATCHALL "\nODIN_API [^(]+\\(" declared "${text}")
list(TRANSFORM declared REPLACE ".*[ *]([a-z_]+)\\($" "\\1")
list(SORT declared)
if(NOT declared OR NOT symbols STREQUAL declared)
  message(FATAL_ERROR "${LIBRARY} shows\n  ${symbols}\nexpected\n  ${declared}")
endif()

string(REGEX MATCH "ODIN_ABI_VERSION ([0-9]+)" found "${text}")
set(expected "libodin.so.${CMAKE_MATCH_1}")
execute_process(COMMAND ${READELF} --dynamic --wide ${LIBRARY}
    OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
if(NOT dynamic MATCHES "SONAME[^\n]*\\[${expected}\\]")
  message(FATAL_ERROR "${LIBRARY} has no SONAME ${expected}:\n${dynamic}")
endif()
