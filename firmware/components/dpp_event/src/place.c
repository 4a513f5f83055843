#include "dpp_place.h"

#include <string.h>

#define MICRODEGREES_PER_TENTH 100000
#define TENTHS_PER_DEGREE 10

static char digit(int32_t number) { return (char)('0' + number % 10); }

/* C rounds towards zero; a cell's corner lies below. */
static int32_t floor_tenths(int32_t microdegrees) {
  int32_t tenths = microdegrees / MICRODEGREES_PER_TENTH;
  return microdegrees % MICRODEGREES_PER_TENTH < 0 ? tenths - 1 : tenths;
}

/* Sign, `whole` digits, point, one digit. */
static char *write_tenths(int32_t tenths, unsigned whole, char *out) {
  int32_t size = tenths < 0 ? -tenths : tenths;
  *out = tenths < 0 ? '-' : '+';
  int32_t degrees = size / TENTHS_PER_DEGREE;
  for (unsigned i = whole; i > 0; i--) {
    out[i] = digit(degrees);
    degrees /= 10;
  }
  out[whole + 1U] = '.';
  out[whole + 2U] = digit(size);
  return out + whole + 3U;
}

dpp_status_t dpp_place_coarsen(int32_t latitude, int32_t longitude, char cell[DPP_CELL_BYTES]) {
  if (latitude < -90000000 || latitude > 90000000 || longitude < -180000000 || longitude > 180000000)
    return DPP_ERR_PLACE;
  int32_t row = floor_tenths(latitude), column = floor_tenths(longitude);
  if (row == 900) row = 899;
  if (column == 1800) column = -1800;
  memcpy(cell, "cell:", 5);
  (void)write_tenths(column, 3, write_tenths(row, 2, cell + 5));
  return DPP_OK;
}
