# What `cmake --install` puts where: program, domain, manual page and shell completions.
install(TARGETS tenfold)
if(TENFOLD_MPI)
  install(TARGETS tenfold-mpi)
endif()
foreach(folder models scenarios plots)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder} DESTINATION ${CMAKE_INSTALL_DATADIR}/tenfold)
endforeach()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/tests/validation DESTINATION ${CMAKE_INSTALL_DATADIR}/tenfold FILES_MATCHING PATTERN "*.csv")
set(generated ${PROJECT_BINARY_DIR}/generated)
set(shells_bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions tenfold)
set(shells_zsh ${CMAKE_INSTALL_DATADIR}/zsh/site-functions _tenfold)
set(shells_fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d tenfold.fish)
foreach(shell bash zsh fish)
  list(GET shells_${shell} 0 destination)
  list(GET shells_${shell} 1 file)
  add_custom_command(OUTPUT ${generated}/${shell}/${file}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}/${shell}
    COMMAND tenfold completion ${shell} > ${generated}/${shell}/${file} DEPENDS tenfold VERBATIM)
  list(APPEND products ${generated}/${shell}/${file})
  install(FILES ${generated}/${shell}/${file} DESTINATION ${destination})
endforeach()
add_custom_command(OUTPUT ${generated}/tenfold.1
  COMMAND tenfold completion man > ${generated}/commands.roff
  COMMAND sed -e "/^@COMMANDS@/r ${generated}/commands.roff" -e "/^@COMMANDS@/d" ${PROJECT_SOURCE_DIR}/docs/tenfold.1.in > ${generated}/tenfold.1
  DEPENDS tenfold ${PROJECT_SOURCE_DIR}/docs/tenfold.1.in VERBATIM)
install(FILES ${generated}/tenfold.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
add_custom_target(documents ALL DEPENDS ${products} ${generated}/tenfold.1)
