# Fails when an object file compiled for one instruction set (OBJECTS, a list) defines an inline
# function that other files may define too. The linker keeps any one of them: with a std::vector
# grown in isa_avx512.cpp, every processor without AVX-512 could meet AVX-512 code. A kernel's
# functions are safe because xsimd's name of the instruction set is part of theirs.
if(NOT OBJECTS)
  message(FATAL_ERROR "no object files to check")
endif()
foreach(object IN LISTS OBJECTS)
  execute_process(COMMAND ${NM} --defined-only ${object}
      OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "W [^\n]+" shared "${symbols}")
  list(FILTER shared EXCLUDE REGEX "5xsimd")
  if(shared)
    list(JOIN shared "\n  " shared)
    message(SEND_ERROR "${object} shares functions with other files:\n  ${shared}")
  endif()
endforeach()
