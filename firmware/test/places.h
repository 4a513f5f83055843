/* Places and their cells, with those next to an edge. More of them than vectors/event-payload.json has. */
#ifndef DPP_TEST_PLACES_H
#define DPP_TEST_PLACES_H

#include <stdint.h>

typedef struct {
  int32_t latitude; /* micro-degrees */
  int32_t longitude;
  const char *cell;
} place_t;

static const place_t CELLS[] = {
    {9312345, -754321, "cell:+09.3-000.8"},       {0, 0, "cell:+00.0+000.0"},
    {-1, -1, "cell:-00.1-000.1"},                 {1, 1, "cell:+00.0+000.0"},
    {99999, 99999, "cell:+00.0+000.0"},           {100000, 100000, "cell:+00.1+000.1"},
    {-100000, -100000, "cell:-00.1-000.1"},       {-100001, -100001, "cell:-00.2-000.2"},
    {-99999, 999999, "cell:-00.1+000.9"},         {89999999, 179999999, "cell:+89.9+179.9"},
    {-89999999, -179999999, "cell:-90.0-180.0"},  {-90000000, -180000000, "cell:-90.0-180.0"},
    {90000000, 180000000, "cell:+89.9-180.0"},    {-33924870, 18424055, "cell:-34.0+018.4"},
    {64128288, -21827774, "cell:+64.1-021.9"},    {-54801912, -68302951, "cell:-54.9-068.4"},
};

#endif
