; Puts the folder of crivo.cmd on the user's PATH where they want it, and takes it off again.
!macro changePath SCRIPT
  nsExec::ExecToLog `powershell -NoProfile -ExecutionPolicy Bypass -Command "$$d='$INSTDIR\resources\crivo\bin'; $$p=@([Environment]::GetEnvironmentVariable('Path','User') -split ';' | Where-Object { $$_ -and $$_ -ne $$d }); ${SCRIPT} [Environment]::SetEnvironmentVariable('Path', ($$p -join ';'), 'User')"`
  Pop $0
!macroend
!macro customInstall
  MessageBox MB_YESNO|MB_ICONQUESTION "Add the command crivo to your PATH?" /SD IDYES IDNO withoutPath
  !insertmacro changePath `$$p += $$d;`
  withoutPath:
!macroend
!macro customUnInstall
  !insertmacro changePath ``
!macroend
