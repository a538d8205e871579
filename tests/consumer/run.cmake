# Installs odin from BUILD_DIR into a fresh prefix, then configures, builds and runs the consumer
# against it with the same compiler and flags.
set(work ${BUILD_DIR}/consumer)
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# The prefix is moved afterwards, and has a space in its name.
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --config ${CONFIG} --prefix ${work}/installed)
set(prefix "${work}/moved prefix")
file(RENAME ${work}/installed ${prefix})

# No installed header may need one that is not installed.
file(GLOB_RECURSE headers RELATIVE ${prefix}/include ${prefix}/include/*.h)
list(TRANSFORM headers REPLACE ".+" "#include <\\0>\n")
file(WRITE ${work}/headers.cpp ${headers})
run(${CXX} -std=c++20 -fsyntax-only -I${prefix}/include ${work}/headers.cpp)

list(JOIN PREFIX_PATH ":" prefixes)
set(ENV{CMAKE_PREFIX_PATH} "${prefix}:${prefixes}")
function(build from to)
  run(${CMAKE_COMMAND} -S ${from} -B ${to} -G ${GENERATOR}
      -D CMAKE_BUILD_TYPE=${CONFIG} -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_CXX_FLAGS=${CXX_FLAGS})
  run(${CMAKE_COMMAND} --build ${to} --config ${CONFIG})
endfunction()
build(${CMAKE_CURRENT_LIST_DIR} ${work}/build)
build(${SOURCE_DIR}/examples ${work}/examples)

# As something that another project fetches, the library needs little.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/fetched -B ${work}/fetched -G ${GENERATOR}
    -D ODIN_SOURCE_DIR=${SOURCE_DIR} -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_CXX_FLAGS=${CXX_FLAGS})

# As a folder of another project odin is configured and changes nothing there, and installs nothing.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/subproject -B ${work}/subproject -G ${GENERATOR}
    -D ODIN_SOURCE_DIR=${SOURCE_DIR} -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_CXX_FLAGS=${CXX_FLAGS})
run(${CMAKE_COMMAND} --install ${work}/subproject --prefix ${work}/subproject/prefix)
if(EXISTS ${work}/subproject/prefix)
  message(FATAL_ERROR "as a folder of another project odin installs files")
endif()

# The shipped model and a sample picture, as a user would give them.
file(GLOB model ${prefix}/share/odin/weights/densenet-bc-40-12-*.safetensors)
run(${work}/build/consumer ${model} ${SOURCE_DIR}/native/samples/known/ship.png)

# The moved program finds its models, and its manual lies beside it.
run(${prefix}/bin/odin detect --quiet ${SOURCE_DIR}/native/samples/known/ship.png)
foreach(made IN ITEMS man/man1/odin.1 man/man1/odin-detect.1 bash-completion/completions/odin
        zsh/site-functions/_odin fish/vendor_completions.d/odin.fish)
  if(NOT EXISTS "${prefix}/share/${made}")
    message(FATAL_ERROR "share/${made} is not installed")
  endif()
endforeach()

run(${work}/build/autodiff)
run(${work}/examples/judge_picture ${model} ${SOURCE_DIR}/native/samples/known/ship.png)
run(${work}/examples/own_op)
run(${work}/examples/training_loop)

# By pkg-config: C and C++.
find_program(PKG_CONFIG pkg-config)
set(ENV{PKG_CONFIG_PATH} ${prefix}/lib/pkgconfig:${prefix}/lib/${LIBRARY_ARCHITECTURE}/pkgconfig)
function(compile_with package source program)
  execute_process(COMMAND ${PKG_CONFIG} --cflags --libs ${package}
      OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(flags UNIX_COMMAND "${flags}")
  separate_arguments(own UNIX_COMMAND "${CXX_FLAGS}")
  run(${ARGN} ${own} ${source} -o ${work}/${program} ${flags})
endfunction()
if(PKG_CONFIG)
  compile_with(odin-cxx ${CMAKE_CURRENT_LIST_DIR}/autodiff.cpp autodiff_by_pkg_config ${CXX})
  run(${work}/autodiff_by_pkg_config)
  find_program(CC NAMES gcc clang cc)
  if(CC AND NOT CXX_FLAGS)
    compile_with(odin ${SOURCE_DIR}/examples/judge_picture.c judge_picture_by_pkg_config ${CC} -std=c99
                 -Wall -Wextra -Wpedantic -Werror)
    file(GLOB library ${prefix}/lib*/libodin.so ${prefix}/lib/*/libodin.so)
    cmake_path(GET library PARENT_PATH library)
    set(ENV{LD_LIBRARY_PATH} ${library})
    run(${work}/judge_picture_by_pkg_config ${model} ${SOURCE_DIR}/native/samples/known/ship.png)
  endif()
endif()

# The documents print these very programs.
function(expect_program page name)
  file(READ ${SOURCE_DIR}/${page} text)
  file(READ ${CMAKE_CURRENT_LIST_DIR}/${name}.cpp program)
  string(FIND "${text}" "${program}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "${page} does not contain the program tests/consumer/${name}.cpp")
  endif()
endfunction()
expect_program(README.md main)
expect_program(docs/teaching.md autodiff)
