# What the targets of all folders have in common.

# What is installed belongs to one of three components, of which packages are made: "program", "library"
# (libodin.so) and, where nothing is said, "development".
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME development)

# install(), unless odin is a part of another project.
macro(odin_install)
  if(ODIN_INSTALL)
    install(${ARGN})
  endif()
endmacro()

# Warnings, and arithmetic that is the same on every machine: no silent contraction to FMA.
function(odin_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set(warnings -Wall -Wextra -Wpedantic -Wshadow $<$<BOOL:${ODIN_WERROR}>:-Werror>)
  target_compile_options(${target} PRIVATE
      "$<$<COMPILE_LANGUAGE:CXX>:${warnings};-ffp-contract=off>"
      "$<$<COMPILE_LANGUAGE:CUDA>:--extended-lambda;-fmad=false;-Xcompiler=-Wall,-Wextra>")
  if(UNIX AND NOT APPLE AND NOT EMSCRIPTEN)  # so that a program leaves out what nothing calls
    target_compile_options(${target} PRIVATE
        "$<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:-ffunction-sections;-fdata-sections>")
  endif()
  if(WIN32)
    # Its stack is aligned to 16 bytes and GCC spills vectors of 64 there as if it were more (bug 54412).
    target_compile_options(${target} PRIVATE -Wa,-muse-unaligned-vector-move)
    target_compile_definitions(${target} PRIVATE WIN32_LEAN_AND_MEAN NOMINMAX UNICODE _WIN32_WINNT=0x0A00)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # GCC looks for garbage from 128 MB on by default: 3% of its time
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:--param=ggc-min-heapsize=262144>")
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)  # GCC bug 105329: std::string
  endif()
endfunction()

# Nothing in the target computes for long, so that how soon it is compiled counts: in three fifths of the
# time of -O3 (GCC 12), which -Os and -O1 do not reach.
function(odin_cold target)
  if(NOT ODIN_STATIC AND NOT EMSCRIPTEN)
    set(quickly $<IF:$<CXX_COMPILER_ID:GNU>,-Og,-Os>)
    target_compile_options(${target} PRIVATE "$<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:${quickly}>")
  endif()
endfunction()

# A unity build compiles so many sources of the target at a time: as many as leave work for two processors,
# since each compilation reads the headers anew.
function(odin_compile_together target sources)
  if(NOT EMSCRIPTEN)
    set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE ${sources})
  endif()
endfunction()

# Headers are included as "odin/tensor/tensor.h" in the tree as in the installed package. Each
# target gets a root of its own in the build folder that holds only its own folder (as a link), so
# that including a folder further up does not build.
function(odin_include_root target include_path)
  set(root ${PROJECT_BINARY_DIR}/include/${target})
  cmake_path(GET include_path PARENT_PATH parent)
  file(MAKE_DIRECTORY ${root}/${parent})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${include_path} SYMBOLIC)
  target_include_directories(${target} PUBLIC
      $<BUILD_INTERFACE:${root}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

# Where NAME.cpp asks things of the system as POSIX has them, NAME_win32.cpp is its twin for Windows.
function(odin_choose_twins list)
  set(chosen ${${list}})
  list(FILTER chosen EXCLUDE REGEX "_win32\\.cpp$")
  if(WIN32)
    set(twins ${${list}})
    list(FILTER twins INCLUDE REGEX "_win32\\.cpp$")
    list(TRANSFORM twins REPLACE "_win32\\.cpp$" ".cpp" OUTPUT_VARIABLE posix)
    list(REMOVE_ITEM chosen ${posix})
    list(APPEND chosen ${twins})
    # Windows' header defines words like small and near as macros.
    set_source_files_properties(${twins} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
  set(${list} ${chosen} PARENT_SCOPE)
endfunction()

# odin_add_library(odin_tensor EXPORT_AS tensor INCLUDE_AS odin/tensor)
# A library of all sources in the current folder (but those that match EXCLUDE, a regular
# expression), usable and installed as odin::tensor; with NO_HEADERS without its headers.
function(odin_add_library target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "NO_HEADERS" "EXPORT_AS;INCLUDE_AS;EXCLUDE" "")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp *.h)
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${arg_EXCLUDE})
  endif()
  odin_choose_twins(sources)
  add_library(${target} ${sources})
  set_target_properties(${target} PROPERTIES
      VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
      INSTALL_RPATH "$ORIGIN")
  odin_compile_options(${target})
  odin_include_root(${target} ${arg_INCLUDE_AS})
  # all.h includes the whole folder. Its users write the folder's name instead: "odin/tensor.h".
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/all.h)
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/all.h
         ${PROJECT_BINARY_DIR}/include/${target}/${arg_INCLUDE_AS}.h SYMBOLIC)
    cmake_path(GET arg_INCLUDE_AS PARENT_PATH parent)
    cmake_path(GET arg_INCLUDE_AS FILENAME layer)
    odin_install(FILES all.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${parent} RENAME ${layer}.h)
  endif()
  if(arg_EXPORT_AS)
    add_library(odin::${arg_EXPORT_AS} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${arg_EXPORT_AS})
    odin_install(TARGETS ${target} EXPORT odinTargets)
    if(NOT arg_NO_HEADERS)
      odin_install(DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/
                   DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${arg_INCLUDE_AS}
                   FILES_MATCHING PATTERN "*.h" PATTERN "all.h" EXCLUDE
                   PATTERN "backend/cpu" EXCLUDE PATTERN "backend/cuda" EXCLUDE
                   PATTERN "ranks/mpi" EXCLUDE)
    endif()
  endif()
endfunction()

# odin_moved_header(odin/native image.h pictures/image.h)
# An installed header is still found under its old path, with a note of where it is now.
function(odin_moved_header folder old)
  list(TRANSFORM ARGN REPLACE ".+" "<${folder}/\\0>" OUTPUT_VARIABLE names)
  list(JOIN names " and " where)
  list(TRANSFORM names PREPEND "#include ")
  list(JOIN names "\n" includes)
  file(CONFIGURE OUTPUT moved/${old} @ONLY CONTENT [[
#pragma once
#pragma message("<@folder@/@old@> is @where@ now")
@includes@
]])
  cmake_path(GET old PARENT_PATH subfolder)
  odin_install(FILES ${CMAKE_CURRENT_BINARY_DIR}/moved/${old}
               DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder}/${subfolder})
endfunction()
