#!/bin/bash
# dracut module "multipath", the name that guides use (dracut --add multipath): brings in multipath-maps. dracut takes the
# first folder of a name, so that its own module of this name, which needs multipathd, stays out.

check() { module_check multipath-maps; }

depends() { echo multipath-maps; }
