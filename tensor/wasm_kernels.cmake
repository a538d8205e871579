# odin_kernels_scalar, odin_kernels_simd and odin_kernels_relaxed: a program links one of them. All
# else is compiled once, without vectors.
function(odin_wasm_kernels name source)
  set(target odin_kernels_${name})
  add_library(${target} OBJECT backend/cpu/${source})
  odin_compile_options(${target})
  target_compile_options(${target} PRIVATE ${ARGN})
  target_link_libraries(${target} PRIVATE odin_tensor xsimd)
endfunction()

odin_wasm_kernels(scalar isa_wasm_scalar.cpp -Os)  # for browsers of 2020, where they are slow anyway
odin_wasm_kernels(simd isa_wasm_simd.cpp -O2 -msimd128)
odin_wasm_kernels(relaxed isa_wasm_relaxed.cpp -O2 -msimd128 -mrelaxed-simd)
