# Installs odin from BUILD_DIR into a fresh prefix, then configures, builds and runs the consumer
# against it with the same compiler and flags.
set(work ${BUILD_DIR}/consumer)
file(REMOVE_RECURSE ${work})

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --config ${CONFIG} --prefix ${work}/prefix)

# No installed header may need one that is not installed.
file(GLOB_RECURSE headers RELATIVE ${work}/prefix/include ${work}/prefix/include/*.h)
list(TRANSFORM headers REPLACE ".+" "#include <\\0>\n")
file(WRITE ${work}/headers.cpp ${headers})
run(${CXX} -std=c++20 -fsyntax-only -I${work}/prefix/include ${work}/headers.cpp)

list(JOIN PREFIX_PATH ":" prefixes)
set(ENV{CMAKE_PREFIX_PATH} ${work}/prefix:${prefixes})
function(build from to)
  run(${CMAKE_COMMAND} -S ${from} -B ${to} -G ${GENERATOR}
      -D CMAKE_BUILD_TYPE=${CONFIG} -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_CXX_FLAGS=${CXX_FLAGS})
  run(${CMAKE_COMMAND} --build ${to} --config ${CONFIG})
endfunction()
build(${CMAKE_CURRENT_LIST_DIR} ${work}/build)
build(${SOURCE_DIR}/examples ${work}/examples)

# As a folder of another project odin is configured and changes nothing there, and installs nothing.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/subproject -B ${work}/subproject -G ${GENERATOR}
    -D ODIN_SOURCE_DIR=${SOURCE_DIR} -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_CXX_FLAGS=${CXX_FLAGS})
run(${CMAKE_COMMAND} --install ${work}/subproject --prefix ${work}/subproject/prefix)
if(EXISTS ${work}/subproject/prefix)
  message(FATAL_ERROR "as a folder of another project odin installs files")
endif()

# The shipped model and a sample picture, as a user would give them.
file(GLOB model ${work}/prefix/share/odin/weights/densenet-bc-40-12-*.safetensors)
run(${work}/build/consumer ${model} ${SOURCE_DIR}/native/samples/known/ship.png)

run(${work}/build/autodiff)
run(${work}/examples/judge_picture ${model} ${SOURCE_DIR}/native/samples/known/ship.png)
run(${work}/examples/own_op)
run(${work}/examples/training_loop)

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
