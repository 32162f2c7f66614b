#!/bin/sh
# Runs as root after the deb is removed, or replaced by another version, which then links anew.
set -e

# Links to another program of that name are not ours.
unlink_ours() {
    if [ "$(readlink "$1")" = "$2" ]; then rm -f "$1"; fi
}
if [ "$1" = remove ] || [ "$1" = purge ]; then
    unlink_ours '/usr/bin/${executable}' '/opt/${sanitizedProductName}/${executable}'
    unlink_ours /usr/bin/crivo '/opt/${sanitizedProductName}/resources/crivo/bin/crivo'
    if [ -f '/etc/apparmor.d/${executable}' ]; then
        if command -v apparmor_status >/dev/null && apparmor_status --enabled >/dev/null 2>&1 &&
            ! { command -v ischroot >/dev/null && ischroot; }; then
            apparmor_parser --remove '/etc/apparmor.d/${executable}' || true
        fi
        rm -f '/etc/apparmor.d/${executable}'
    fi
    if command -v update-mime-database >/dev/null; then
        update-mime-database /usr/share/mime || true
    fi
    if command -v update-desktop-database >/dev/null; then
        update-desktop-database /usr/share/applications || true
    fi
fi
