# The same tests as WebAssembly, run in Node and in Chromium. Left out are those of the program
# (native/: processes, sockets and the disk, which WebAssembly has not), of part files, for the same
# reason, and of what only the program does: PyTorch's checkpoints, ONNX models, averages of a
# training, second derivatives, clones.
list(FILTER sources EXCLUDE REGEX "/tests/native/|/second_derivative_test|/nn/(checkpoint|clone|foreign_files|part_file|weight_average|onnx_[a-z]+)_test\\.cpp$|/onnx_golden_test\\.cpp$")
add_library(odin_tests_objects OBJECT ${sources})
odin_compile_options(odin_tests_objects)
set_source_files_properties(main.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
odin_include_root(odin_tests_objects odin/tests)
target_link_libraries(odin_tests_objects PUBLIC
    odin_detector doctest::doctest nlohmann_json::nlohmann_json)
target_compile_definitions(odin_tests_objects PRIVATE ODIN_SOURCE_DIR="/odin")
# Most of the time goes into compiling; how fast the checks themselves run matters little.
target_compile_options(odin_tests_objects PRIVATE -O1)

find_program(NODE node REQUIRED NO_CMAKE_FIND_ROOT_PATH)
# Two cases need a kernel: its limit of file sizes, and its devices.
set(left_out "atomic file: a write that fails half way*,read file: a missing*")
set(needs_threads "parallel_for may be called by several threads at once,a thread gets its own block back*")
# What the kernels compute: the operations beside the reference loops, PyTorch's values.
set(of_kernels "--test-suite=tensor*,golden*")
set(runners ${PROJECT_SOURCE_DIR}/web/tests/suite)

# odin_wasm_tests(VARIANT KERNELS HOST LINK_OPTIONS ARGUMENT...)
function(odin_wasm_tests variant kernels host link_options)
  set(target odin_tests_${variant})
  add_executable(${target})
  target_link_libraries(${target} PRIVATE odin_tests_objects odin_kernels_${kernels})
  set(golden ${PROJECT_SOURCE_DIR}/tests/golden)
  target_link_options(${target} PRIVATE
      -O1 -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker,node -sEXIT_RUNTIME
      -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=2GB -sSTACK_SIZE=4MB -sDEFAULT_PTHREAD_STACK_SIZE=4MB
      -Wno-pthreads-mem-growth "SHELL:--embed-file ${golden}@/odin/tests/golden" ${link_options})
  set_target_properties(${target} PROPERTIES SUFFIX .mjs)
  add_test(NAME ${variant}_${host}
           COMMAND ${NODE} ${runners}/${host}.mjs $<TARGET_FILE:${target}> -nc ${ARGN})
  set_tests_properties(${variant}_${host} PROPERTIES
      SKIP_REGULAR_EXPRESSION "skipped: " FAIL_REGULAR_EXPRESSION "test cases: +0 ")
endfunction()

# All but the kernels is compiled once. So every case runs once, in Node, and those whose results
# the kernels decide once for each set of kernels: the scalar ones without threads; the relaxed
# ones, which Node 20 lacks, in Chromium, with its workers and its memory. The tests of the package
# (web/tests/node) judge with every module of the page, simd without threads among them.
set(threads -pthread -sPTHREAD_POOL_SIZE=16)
odin_wasm_tests(scalar scalar node "" ${of_kernels} "-tce=${left_out},${needs_threads}")
odin_wasm_tests(simd-threads simd node "${threads}" "-tce=${left_out}")
odin_wasm_tests(relaxed-threads relaxed chromium "${threads}" ${of_kernels} "-tce=${left_out}")
