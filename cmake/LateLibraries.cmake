# Libraries that few files need are loaded when such a file is read (nn/io/late_library.h): one detection
# with a model of odin's own would otherwise start with a dozen libraries that it does not use.

# Sets <result> to the SONAME of a shared library that the system's loader finds by itself, and to nothing
# for what has to be linked: archives, and what lies elsewhere.
function(odin_late_soname result library)
  set(${result} "" PARENT_SCOPE)
  cmake_path(GET library PARENT_PATH folder)
  if(NOT ODIN_LATE_LIBRARIES OR NOT CMAKE_READELF OR NOT folder IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
    return()
  endif()
  execute_process(COMMAND ${CMAKE_READELF} -d ${library} OUTPUT_VARIABLE dynamic ERROR_QUIET)
  if(dynamic MATCHES "\\(SONAME\\)[^\n]*\\[([^]\n]+)\\]")
    set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
  endif()
endfunction()

# odin_link_late(odin_nn libzip::zip ODIN_LIBZIP): the target compiles with the library's headers. Where
# the library can be loaded late, the definition is its SONAME; otherwise it is linked.
function(odin_link_late target library definition)
  get_target_property(type ${library} TYPE)
  set(soname "")
  if(NOT type STREQUAL STATIC_LIBRARY)
    get_target_property(file ${library} IMPORTED_LOCATION)
    odin_late_soname(soname "${file}")
  endif()
  if(NOT soname)
    target_link_libraries(${target} PRIVATE ${library})
    return()
  endif()
  get_target_property(headers ${library} INTERFACE_INCLUDE_DIRECTORIES)
  target_include_directories(${target} SYSTEM PRIVATE ${headers})
  target_compile_definitions(${target} PRIVATE ${definition}="${soname}")
  set_property(GLOBAL APPEND PROPERTY odin_late_sonames ${soname})
  set_property(GLOBAL APPEND PROPERTY odin_late_targets ${library})
endfunction()

# The packages of Debian that have them, for those of odin to recommend.
function(odin_late_packages result)
  get_property(sonames GLOBAL PROPERTY odin_late_sonames)
  set(packages "")
  foreach(soname IN LISTS sonames)
    execute_process(COMMAND dpkg-query -S "*/${soname}" OUTPUT_VARIABLE found ERROR_QUIET)
    if(found MATCHES "^([a-z0-9.+-]+)")
      list(APPEND packages ${CMAKE_MATCH_1})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES packages)
  list(JOIN packages ", " packages)
  set(${result} ${packages} PARENT_SCOPE)
endfunction()
