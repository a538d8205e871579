# The toolchain of the preset windows: Debian's mingw-w64 (scripts/install-windows.sh installs it).
# Programs run under wine.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)
find_program(ODIN_WINE NAMES wine64 wine PATHS /usr/lib/wine)
if(ODIN_WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${ODIN_WINE})
endif()

# Programs are the machine's own, everything else is the compiler's.
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Libraries of headers alone may be the machine's: links to them in a folder of their own, since its other
# headers are not for Windows.
get_property(is_trial GLOBAL PROPERTY IN_TRY_COMPILE)
if(NOT is_trial)
  set(headers ${CMAKE_BINARY_DIR}/machine-headers)
  foreach(library IN ITEMS XSIMD:xsimd NLOHMANN_JSON:nlohmann PROTOZERO:protozero CLI11:CLI)
    string(REGEX MATCH "(.+):(.+)" matched ${library})
    foreach(place IN ITEMS ${CMAKE_CURRENT_LIST_DIR}/../.deps/usr/include /usr/local/include /usr/include)
      if(EXISTS ${place}/${CMAKE_MATCH_2} AND NOT FETCHCONTENT_SOURCE_DIR_${CMAKE_MATCH_1})
        file(MAKE_DIRECTORY ${headers}/include)
        file(CREATE_LINK ${place}/${CMAKE_MATCH_2} ${headers}/include/${CMAKE_MATCH_2} SYMBOLIC)
        set(FETCHCONTENT_SOURCE_DIR_${CMAKE_MATCH_1} ${headers})
      endif()
    endforeach()
  endforeach()
endif()
