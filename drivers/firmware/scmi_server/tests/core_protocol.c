// SPDX-License-Identifier: GPL-2.0
/*
 * The pure core once more, for its test module: there it works on arrays of
 * resources instead of the engine's agents.
 */

#include "own_core.h"

#include "../protocol/dispatch.c"
#include "../protocol/base.c"
#include "../protocol/power.c"
#include "../protocol/clock.c"
#include "../protocol/reset.c"
#include "../protocol/voltage.c"
#include "../protocol/guest.c"
