/* A place, coarsened to a cell of 0.1 degrees before anything is made of it. Spec: docs/spec/event.md "Places". */
#ifndef DPP_PLACE_H
#define DPP_PLACE_H

#include <stdint.h>

#include "dpp_status.h"

/** `cell:+09.3-000.8`; no zero byte at the end. */
#define DPP_CELL_BYTES 16

/**
 * Latitude and longitude in millionths of a degree, rounded down. The north pole lies on the edge of the last row, and 180 degrees is the
 * meridian of -180. DPP_ERR_PLACE beyond ±90 and ±180 degrees.
 */
dpp_status_t dpp_place_coarsen(int32_t latitude, int32_t longitude, char cell[DPP_CELL_BYTES]);

#endif
