/* A canvas as a picture for a page: what a terminal with 256 colours shows. */
#pragma once

#include "tui/canvas.h"

void svg_print(const struct canvas *canvas, FILE *file);
