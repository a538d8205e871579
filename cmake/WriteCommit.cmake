# cmake -DGIT=PROGRAM -DSOURCE=DIR -DHEADER=FILE -P WriteCommit.cmake: a header with the commit of DIR,
# "-dirty" behind it where files differ from that. It is not touched where it says so already.
cmake_minimum_required(VERSION 3.22)
set(commit unknown)
if(GIT AND EXISTS ${SOURCE}/.git)
  execute_process(COMMAND ${GIT} describe --always --dirty WORKING_DIRECTORY ${SOURCE}
                  OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(described)
    set(commit ${described})
  endif()
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define ODIN_COMMIT \"@commit@\"\n" @ONLY)
