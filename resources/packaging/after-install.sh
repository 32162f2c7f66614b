#!/bin/sh
# Runs as root after the deb is unpacked; electron-builder fills in the names.
set -e

# The window, and the command line on the Node that the app carries.
ln -sf '/opt/${sanitizedProductName}/${executable}' '/usr/bin/${executable}'
ln -sf '/opt/${sanitizedProductName}/resources/crivo/bin/crivo' /usr/bin/crivo

# Chromium's sandbox needs user namespaces, else a helper that may become root.
if [ -e '/opt/${sanitizedProductName}/chrome-sandbox' ]; then
    if [ -L /proc/self/ns/user ] && unshare --user true 2>/dev/null; then
        chmod 0755 '/opt/${sanitizedProductName}/chrome-sandbox'
    else
        chmod 4755 '/opt/${sanitizedProductName}/chrome-sandbox'
    fi
fi

if command -v update-mime-database >/dev/null; then
    update-mime-database /usr/share/mime || true
fi
if command -v update-desktop-database >/dev/null; then
    update-desktop-database /usr/share/applications || true
fi

# Ubuntu from 24 on allows user namespaces only to programs with a profile. An AppArmor that is too old for the profile needs none.
profile='/opt/${sanitizedProductName}/resources/apparmor-profile'
if command -v apparmor_status >/dev/null && apparmor_status --enabled >/dev/null 2>&1 &&
    apparmor_parser --skip-kernel-load --debug "$profile" >/dev/null 2>&1; then
    cp -f "$profile" '/etc/apparmor.d/${executable}'
    # In a chroot the kernel is another system's.
    if ! { command -v ischroot >/dev/null && ischroot; }; then
        apparmor_parser --replace --write-cache --skip-read-cache '/etc/apparmor.d/${executable}' || true
    fi
fi
