# Configures the project beside this file in an empty folder.
file(REMOVE_RECURSE ${WORK})
execute_process(COMMAND ${CMAKE_COMMAND} -D ODIN_SOURCE_DIR=${SOURCE_DIR} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}
                COMMAND_ERROR_IS_FATAL ANY)
