# Run by `cmake --install`, which alone knows the prefix: the systemd unit, which names the program and its settings, and
# those settings, which lie in /etc for a program in /usr, and else below the prefix like everything. DecimaInstall.cmake
# sets source, build and unit_folder.
get_filename_component(prefix "${CMAKE_INSTALL_PREFIX}" ABSOLUTE)
set(settings_folder "${prefix}/etc/default")
if(prefix STREQUAL "/usr")
  set(settings_folder /etc/default)
endif()

file(READ "${source}/deploy/systemd/decima.service" unit)
# In a unit %% is a percent sign, and a command with spaces in its name stands in quotes. No variable here may have
# a component's name: the script that runs this one would take the one for the other.
string(REPLACE "%" "%%" unit_command "${prefix}/bin/decima")
string(REPLACE "%" "%%" unit_settings "${settings_folder}/decima")
if(unit_command MATCHES " ")
  set(unit_command "\"${unit_command}\"")
endif()
string(REPLACE "/usr/bin/decima" "${unit_command}" unit "${unit}")
string(REPLACE "/etc/default/decima" "${unit_settings}" unit "${unit}")
file(WRITE "${build}/decima.service" "${unit}")
file(INSTALL "${build}/decima.service" DESTINATION "${prefix}/${unit_folder}")
# All settings with their defaults, each behind a #: what an administrator edits.
file(INSTALL "${source}/.env.example" DESTINATION "${settings_folder}" RENAME decima)
