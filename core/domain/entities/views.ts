import type { AnalysisOptions } from '../../contracts/analysis-options.ts';
import type { Size } from '../../vision/geometry.ts';
import { countTiles } from '../../vision/tiles.ts';
import type { CreditPrices } from './credits.ts';
import { DomainError } from './errors.ts';

/** How often one model may look at one image: each look costs the worker the same time. */
export const IMAGE_VIEW_LIMIT = 500;
/** The same for one frame of a video, which has many. */
export const FRAME_VIEW_LIMIT = 50;

/** Side of a tile where neither the options nor the model say it: what most models are made for. */
const USUAL_INPUT_SIDE = 640;

/** The most looks that an image may cost whose size is not known yet. */
const mostViews = ({ tiles }: Pick<AnalysisOptions, 'tiles'>): number =>
  tiles === undefined ? 1 : IMAGE_VIEW_LIMIT;

/** What an image may cost at most whose size is not known yet. */
export const mostCostOf = (
  { jobs, options }: { jobs: readonly unknown[]; options: Pick<AnalysisOptions, 'tiles'> },
  prices: Pick<CreditPrices, 'image' | 'analysis'>,
): number => prices.image + jobs.length * mostViews(options) * prices.analysis;

/** The tiles of an image would be more than a job may have. */
export class TooManyViewsError extends DomainError {
  readonly code = 'too_many_views';
  readonly kind = 'unprocessable';

  constructor({ width, height }: Size, { views, limit }: { views: number; limit: number }) {
    super(
      `The tiles would have a model look ${views.toLocaleString('en')} times at ${width} x ${height} pixels; ` +
        `it may ${limit} times. Choose larger tiles, or a smaller overlap.`,
    );
  }
}

/**
 * How often a model looks at an image: once, and once for each tile.
 * @throws TooManyViewsError
 */
export function countViews(
  image: Size,
  { tiles }: Pick<AnalysisOptions, 'tiles'>,
  {
    inputSide = USUAL_INPUT_SIDE,
    limit = IMAGE_VIEW_LIMIT,
  }: { inputSide?: number | undefined; limit?: number },
): number {
  if (tiles === undefined) return 1;
  const count = countTiles(image, { size: tiles.size ?? inputSide, overlap: tiles.overlap });
  // A single tile would be the whole image again.
  const views = count > 1 ? 1 + count : 1;
  if (views > limit) throw new TooManyViewsError(image, { views, limit });
  return views;
}
