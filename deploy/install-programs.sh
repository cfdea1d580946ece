#!/bin/sh
# Installs what tools run inside their walls into an image of Debian, and takes out again what nobody calls there. Arguments: packages.
set -eu
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/*
# Read by people and by tests.
rm -rf /usr/share/doc /usr/share/man /usr/share/locale /usr/share/unicode \
  /usr/lib/python3*/test /usr/lib/python3/dist-packages/*/tests
# pandas draws in scipy, scipy a compiler of Python, and that one a C compiler. None is called.
rm -rf /usr/lib/gcc /usr/bin/*-lto-dump-* /usr/lib/*/*.a /usr/lib/*/lib?san.so* \
  /usr/lib/python3/dist-packages/sympy /usr/lib/python3/dist-packages/pythran /usr/lib/python3/dist-packages/mpmath
