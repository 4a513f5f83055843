/* Places against their cells. */
#include <string.h>

#include "check.h"
#include "dpp_place.h"
#include "places.h"
#include "tests.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

void test_places(void) {
  char cell[DPP_CELL_BYTES];
  for (size_t i = 0; i < COUNT(CELLS); i++) {
    check_status("place is coarsened", CELLS[i].cell,
                 dpp_place_coarsen(CELLS[i].latitude, CELLS[i].longitude, cell), DPP_OK);
    record((const uint8_t *)cell, sizeof cell);
    check(memcmp(cell, CELLS[i].cell, sizeof cell) == 0, "place", CELLS[i].cell);
  }
  check_status("place", "north of the pole", dpp_place_coarsen(90000001, 0, cell), DPP_ERR_PLACE);
  check_status("place", "south of the pole", dpp_place_coarsen(-90000001, 0, cell), DPP_ERR_PLACE);
  check_status("place", "east of 180 degrees", dpp_place_coarsen(0, 180000001, cell), DPP_ERR_PLACE);
  check_status("place", "west of -180 degrees", dpp_place_coarsen(0, -180000001, cell), DPP_ERR_PLACE);
  check_status("place", "the least integer", dpp_place_coarsen(INT32_MIN, INT32_MIN, cell), DPP_ERR_PLACE);
}
