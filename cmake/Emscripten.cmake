# The toolchain of the preset wasm: the emcc on the PATH where it is new enough, or the one that
# scripts/install-emscripten.sh unpacked.
set(wanted 6.0)
if(DEFINED ENV{ODIN_EMSCRIPTEN_ROOT})
  set(unpacked $ENV{ODIN_EMSCRIPTEN_ROOT})
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(unpacked $ENV{XDG_CACHE_HOME}/odin/emscripten)
else()
  set(unpacked $ENV{HOME}/.cache/odin/emscripten)
endif()

if(NOT EMSCRIPTEN_ROOT_PATH)
  find_program(emcc emcc NO_CACHE NO_CMAKE_FIND_ROOT_PATH)
  if(emcc)
    execute_process(COMMAND ${emcc} -dumpversion OUTPUT_VARIABLE version ERROR_QUIET
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  if(emcc AND version VERSION_GREATER_EQUAL wanted)
    cmake_path(GET emcc PARENT_PATH folder)
    execute_process(COMMAND ${folder}/em-config EMSCRIPTEN_ROOT OUTPUT_VARIABLE root
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    set(EMSCRIPTEN_ROOT_PATH ${root} CACHE PATH "Emscripten")
  elseif(EXISTS ${unpacked}/bin/em++)
    set(EMSCRIPTEN_ROOT_PATH ${unpacked}/bin CACHE PATH "Emscripten")
  else()
    message(FATAL_ERROR "No emcc ${wanted} or newer is on the PATH and none in ${unpacked}: "
                        "run scripts/install-emscripten.sh.")
  endif()
endif()
include(${EMSCRIPTEN_ROOT_PATH}/cmake/Modules/Platform/Emscripten.cmake)

# Header libraries that came with the unpacked one.
list(APPEND CMAKE_FIND_ROOT_PATH ${EMSCRIPTEN_ROOT_PATH}/../headers)
