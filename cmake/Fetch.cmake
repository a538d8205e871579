# Archives that are fetched by an address and checked by a digest.
include(FetchContent)

if(POLICY CMP0135)
  cmake_policy(SET CMP0135 NEW)  # extracted files get the time of extraction
endif()

# What is neither installed nor to be had is said once, at the end of Dependencies.cmake.
function(odin_missing what)
  set_property(GLOBAL APPEND PROPERTY odin_missing "${what}")
endfunction()

# Sets <name>_SOURCE_DIR: to FETCHCONTENT_SOURCE_DIR_<NAME> if that is set, to nothing where the
# archive cannot be had. It is tried once: FetchContent alone would go on for a minute and a half
# without a network.
function(odin_fetch name url sha256)
  string(TOUPPER ${name} upper)
  if(FETCHCONTENT_SOURCE_DIR_${upper})
    set(${name}_SOURCE_DIR ${FETCHCONTENT_SOURCE_DIR_${upper}} PARENT_SCOPE)
    set(${name}_BINARY_DIR ${CMAKE_BINARY_DIR}/_deps/${name}-build PARENT_SCOPE)
    return()
  endif()
  message(STATUS "${name}: no suitable package is installed; fetching ${url}")
  cmake_path(GET url FILENAME file)
  set(archive ${CMAKE_BINARY_DIR}/_deps/${name}-${file})
  set(has "")
  if(EXISTS ${archive})
    file(SHA256 ${archive} has)
  endif()
  if(NOT has STREQUAL sha256)
    file(DOWNLOAD ${url} ${archive} STATUS status INACTIVITY_TIMEOUT 30)
    list(POP_FRONT status code)
    if(NOT code)
      file(SHA256 ${archive} has)
      set(status "its SHA-256 sum is ${has}, expected ${sha256}")
    endif()
    if(code OR NOT has STREQUAL sha256)
      file(REMOVE ${archive})
      odin_missing("${name}: ${url} (${status})")
      set(${name}_SOURCE_DIR "" PARENT_SCOPE)
      return()
    endif()
  endif()
  # The archive is only unpacked: a SOURCE_SUBDIR that does not exist adds no project.
  FetchContent_Declare(${name} URL ${archive} URL_HASH SHA256=${sha256} SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(${name})
  set(${name}_SOURCE_DIR ${${name}_SOURCE_DIR} PARENT_SCOPE)
  set(${name}_BINARY_DIR ${${name}_BINARY_DIR} PARENT_SCOPE)
endfunction()
