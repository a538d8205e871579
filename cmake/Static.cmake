# The program as one file: what is copied counts more than speed, except in the kernels (tensor), and
# functions that nobody calls are left out.
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
set(CMAKE_SKIP_RPATH ON)  # there is none to be set when it is installed
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-Oz ODIN_COMPILER_HAS_OZ)
set(small $<IF:$<BOOL:${ODIN_COMPILER_HAS_OZ}>,-Oz,-Os>)
add_compile_options(${small} -ffunction-sections -fdata-sections
                    $<$<COMPILE_LANGUAGE:C>:-fno-asynchronous-unwind-tables>)
add_link_options(${small} -static -Wl,--gc-sections -s)

# gold leaves out functions that are the same as others, but for those whose addresses are compared.
include(CheckCXXSourceCompiles)
set(folding -fuse-ld=gold -Wl,--icf=safe -Wl,-O2 -Wl,--build-id=none -Wl,-z,norelro)
set(CMAKE_REQUIRED_LINK_OPTIONS ${folding})
check_cxx_source_compiles("int main() {}" ODIN_LINKER_FOLDS)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
if(ODIN_LINKER_FOLDS)
  add_link_options(${folding})
endif()

# What one target defines and another calls is known when both are compiled, at the end.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT WIN32)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  set(CMAKE_POLICY_DEFAULT_CMP0069 NEW)  # so does libzip
  add_link_options(-fno-pie -no-pie)  # at the end too, where the compiler makes movable programs unless told
endif()
