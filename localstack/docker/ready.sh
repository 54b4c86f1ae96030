#!/bin/sh
# LocalStack runs this once it is ready; compose.yaml waits for what it leaves.
set -eu
if ! [ -S /var/run/docker.sock ]; then
  echo 'LocalStack has no Docker socket, so it can run no functions.' >&2
  exit 1
fi
touch /tmp/segmentry-ready
