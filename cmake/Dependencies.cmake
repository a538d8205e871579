# The one place that decides where each dependency comes from: a package that find_package() accepts
# (a prefix of CMAKE_PREFIX_PATH first, then the system), or else an archive with a pinned digest.
#
# The digests are SHA-256 sums of the archives at the URLs given, and each was read in two or more
# independent recipes for that very archive: xsimd and doctest in Spack and in Homebrew or xmake,
# cpp-httplib in Spack and xmake, libzip in Homebrew and Chromebrew, protozero in Homebrew and its
# port to OpenHarmony, CLI11 and json in the
# FetchContent calls of several.
include(${CMAKE_CURRENT_LIST_DIR}/Fetch.cmake)

# scripts/install-deps.sh unpacks here what the system's own packages are too old for.
if(EXISTS ${PROJECT_SOURCE_DIR}/.deps/usr)
  list(APPEND CMAKE_PREFIX_PATH ${PROJECT_SOURCE_DIR}/.deps/usr)
endif()
# And scripts/build-static.sh the sources of what is compiled with odin, by Debian's names.
foreach(package IN ITEMS libzip:LIBZIP zlib:ZLIB libjpeg-turbo:LIBJPEG-TURBO libpng1.6:LIBPNG libwebp:LIBWEBP)
  string(REGEX MATCH "(.+):(.+)" matched ${package})
  set(sources ${PROJECT_SOURCE_DIR}/.deps/src/${CMAKE_MATCH_1})
  if(EXISTS ${sources} AND NOT FETCHCONTENT_SOURCE_DIR_${CMAKE_MATCH_2})
    set(FETCHCONTENT_SOURCE_DIR_${CMAKE_MATCH_2} ${sources})
  endif()
endforeach()

function(odin_header_target target include_dir)
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${target} INTERFACE ${include_dir})
endfunction()

# A header-only library with a CMake package of its own.
function(odin_header_library name version target include_dir url sha256)
  find_package(${name} ${version} CONFIG QUIET)
  if(NOT TARGET ${target})
    string(TOLOWER ${name} fetched)
    odin_fetch(${fetched} ${url} ${sha256})
    odin_header_target(${target} ${${fetched}_SOURCE_DIR}/${include_dir})
  endif()
endfunction()

# tensor
find_package(Threads REQUIRED)
if(ODIN_OPENMP)
  find_package(OpenMP REQUIRED COMPONENTS CXX)
endif()
# The program alone links it; the tests make a program of their own with it, where it is there.
if(ODIN_MPI)
  find_package(MPI 3.1 REQUIRED COMPONENTS CXX)
elseif(ODIN_BUILD_TESTS AND NOT EMSCRIPTEN AND NOT CMAKE_CROSSCOMPILING)
  find_package(MPI 3.1 QUIET COMPONENTS CXX)
endif()
set(XSIMD_ENABLE_XTL_COMPLEX OFF)  # Debian's package asks for xtl otherwise
odin_header_library(xsimd 14 xsimd include
    https://github.com/xtensor-stack/xsimd/archive/refs/tags/14.3.0.tar.gz
    b3d50e7a73fbf4642ceef30131c93414901d69eee41c2a5302db650b03e2c792)

# What a program is to have in itself is compiled with it, to be small; Windows has no packages of it.
set(ODIN_OWN_PICTURES OFF)
if(ODIN_BUILD_NATIVE AND (ODIN_STATIC OR WIN32))
  set(ODIN_OWN_PICTURES ON)
  include(${CMAKE_CURRENT_LIST_DIR}/FetchPictures.cmake)
endif()

# nn
odin_header_library(nlohmann_json 3.10 nlohmann_json::nlohmann_json include
    https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
    d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d)

if(ODIN_ONNX)
  find_path(ODIN_PROTOZERO_INCLUDE_DIR protozero/pbf_message.hpp)  # it has no CMake package
  mark_as_advanced(ODIN_PROTOZERO_INCLUDE_DIR)
  if(ODIN_PROTOZERO_INCLUDE_DIR)
    odin_header_target(odin_protozero ${ODIN_PROTOZERO_INCLUDE_DIR})
  else()
    odin_fetch(protozero https://github.com/mapbox/protozero/archive/refs/tags/v1.8.2.tar.gz
        68d1df951b4d8397355c8fc9ffed40d9c06282a877fe847403feac6edcee3ef1)
    odin_header_target(odin_protozero ${protozero_SOURCE_DIR}/include)
  endif()
endif()

if(ODIN_TORCH_ZIP)
  list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
  if(NOT ODIN_OWN_PICTURES)  # no distribution has libzip.a
    find_package(libzip 1.7 MODULE QUIET)
  endif()
  list(POP_FRONT CMAKE_MODULE_PATH)
  if(libzip_FOUND)
    set(ODIN_ZIP_PACKAGE libzip)
  else()
    include(${CMAKE_CURRENT_LIST_DIR}/FetchLibzip.cmake)
    odin_fetch_libzip()
    set(ODIN_ZIP_PACKAGE ZLIB)
  endif()
endif()

if(ODIN_BUILD_NATIVE)
  odin_header_library(CLI11 2.1 CLI11::CLI11 include
      https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.5.0.tar.gz
      17e02b4cddc2fa348e5dbdbb582c59a3486fa2b2433e70a0c3bacb871334fd55)

  # The decoders of pictures, of which every system has packages.
  list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
  set(decoders JPEG PNG WebP)
  if(ODIN_OWN_PICTURES)
    set(decoders "")
  endif()
  foreach(library IN LISTS decoders)
    find_package(${library} MODULE QUIET)
    if(NOT ${library}_FOUND)
      string(TOLOWER ${library} package)
      odin_missing("lib${package}, which the program reads pictures with: lib${package}-dev (Debian, Ubuntu)")
    endif()
  endforeach()
  if(NOT WIN32)  # which computes digests itself
    find_package(libmd MODULE QUIET)
    if(NOT libmd_FOUND)
      odin_missing("libmd, for the program: libmd-dev (Debian, Ubuntu, Alpine), libmd-devel (Fedora)")
    endif()
  endif()
  list(POP_FRONT CMAKE_MODULE_PATH)
endif()

if(ODIN_TAR)
  find_package(LibArchive 3.4 QUIET)
  if(NOT LibArchive_FOUND)
    message(STATUS "ODIN_TAR is off: libarchive is not found (libarchive-dev), and the program reads no tar archives")
    set(ODIN_TAR OFF)
  endif()
endif()

if(ODIN_BUILD_TESTS AND ODIN_BUILD_NATIVE)
  # Debian's package is a compiled library, whose header needs the macros that pkg-config knows.
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(cpp-httplib QUIET IMPORTED_TARGET GLOBAL cpp-httplib>=0.11)
  endif()
  if(TARGET PkgConfig::cpp-httplib)
    add_library(httplib::httplib ALIAS PkgConfig::cpp-httplib)
  else()
    odin_fetch(httplib https://github.com/yhirose/cpp-httplib/archive/refs/tags/v0.15.3.tar.gz
        2121bbf38871bb2aafb5f7f2b9b94705366170909f434428352187cb0216124e)
    odin_header_target(httplib::httplib ${httplib_SOURCE_DIR})
  endif()
endif()

if(ODIN_BUILD_TESTS OR ODIN_FUZZ)
  odin_header_library(doctest 2.4.9 doctest::doctest .
      https://github.com/doctest/doctest/archive/refs/tags/v2.4.11.tar.gz
      632ed2c05a7f53fa961381497bf8069093f0d6628c5f26286161fbd32a560186)
endif()

get_property(missing GLOBAL PROPERTY odin_missing)
if(missing)
  list(JOIN missing "\n  " missing)
  message(FATAL_ERROR "odin needs what is neither installed nor to be downloaded:\n  ${missing}\n"
                      "On Debian and Ubuntu scripts/install-deps.sh installs all of it. The library alone "
                      "(-DODIN_BUILD_NATIVE=OFF) needs less.")
endif()
