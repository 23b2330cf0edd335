#!/usr/bin/env bash
# Ten measures of Qingdao 2012 No. 46 in CEL, in an environment of its own outside the checkout.
#   run.sh --register DIR --as-of 2013-06-30 [--answers FILE] --rows 100000
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../common/environment.sh"
