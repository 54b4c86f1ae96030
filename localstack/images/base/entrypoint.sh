#!/bin/sh
# As in AWS's own base images: the one argument is the handler.
export _HANDLER="$1"
exec /var/lang/bin/node /var/runtime/index.mjs
