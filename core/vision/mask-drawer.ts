import { createMaskPainter } from './draw-mask.ts';
import type { Box } from './geometry.ts';
import type { Letterbox } from './letterbox.ts';
import type { MaskPlace } from './model-layout.ts';
import {
  dimension,
  type FloatTensor,
  locate,
  type ModelOutputs,
  outputAt,
  readNumbers,
} from './model-outputs.ts';
import type { RunMask } from './run-mask.ts';

/** Draws the mask of one prediction. @param box in image pixels. */
export type DrawMask = (prediction: number, box: Box) => RunMask;

const WEIGHT_OF_ONE = Float32Array.of(1);
/** Half a chance is where a probability's logit would be 0. */
const EVEN = 0.5;

export function createMaskDrawer(outputs: ModelOutputs, masks: MaskPlace, letterbox: Letterbox): DrawMask {
  if (masks.kind === 'prototypes') {
    const painter = createMaskPainter(outputAt(outputs, masks.protos), letterbox);
    const coefficients = locate(outputs, masks.coefficients);
    return (prediction, box) => painter.draw(readNumbers(coefficients, prediction, masks.count), box);
  }
  const maps = outputAt(outputs, masks.maps);
  const { width, height } = letterbox.image;
  // What is drawn for a prediction is its mask, wherever its box ends.
  const everywhere = { x1: 0, y1: 0, x2: width, y2: height };
  return (prediction) => {
    const map = mapOf(maps, prediction);
    if (masks.areProbabilities) map.data.set(map.data.map((value) => value - EVEN));
    return createMaskPainter(map, letterbox).draw(WEIGHT_OF_ONE, everywhere);
  };
}

/** One prediction's map, copied, as a prototype of its own. */
function mapOf(maps: FloatTensor, prediction: number): FloatTensor {
  const [height, width] = [dimension(maps, -2), dimension(maps, -1)];
  const size = height * width;
  return { data: maps.data.slice(prediction * size, (prediction + 1) * size), dims: [1, 1, height, width] };
}
