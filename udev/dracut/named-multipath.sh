#!/bin/bash
# dracut module "multipath", the name that guides use (dracut --add multipath): adds multipath-maps.
# dracut uses the first directory of a name, so its own module of this name, which requires
# multipathd, is not used.

check() { module_check multipath-maps; }

depends() { echo multipath-maps; }
