/* Places against their cells. */
#include <string.h>

#include "check.h"
#include "dpp_place.h"
#include "place_vectors.h"
#include "places.h"
#include "tests.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void test_place(int32_t latitude, int32_t longitude, const char *expected) {
  char cell[DPP_CELL_BYTES];
  check_status("place is coarsened", expected, dpp_place_coarsen(latitude, longitude, cell), DPP_OK);
  record((const uint8_t *)cell, sizeof cell);
  check(memcmp(cell, expected, sizeof cell) == 0, "place", expected);
}

void test_places(void) {
  char cell[DPP_CELL_BYTES];
  for (size_t i = 0; i < COUNT(PLACES); i++) test_place(PLACES[i].latitude, PLACES[i].longitude, PLACES[i].cell);
  for (size_t i = 0; i < COUNT(CELLS); i++) test_place(CELLS[i].latitude, CELLS[i].longitude, CELLS[i].cell);
  check_status("place", "north of the pole", dpp_place_coarsen(90000001, 0, cell), DPP_ERR_PLACE);
  check_status("place", "south of the pole", dpp_place_coarsen(-90000001, 0, cell), DPP_ERR_PLACE);
  check_status("place", "east of 180 degrees", dpp_place_coarsen(0, 180000001, cell), DPP_ERR_PLACE);
  check_status("place", "west of -180 degrees", dpp_place_coarsen(0, -180000001, cell), DPP_ERR_PLACE);
  check_status("place", "the least integer", dpp_place_coarsen(INT32_MIN, INT32_MIN, cell), DPP_ERR_PLACE);
}
