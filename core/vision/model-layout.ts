import type { ModelFamily } from '../contracts/model-manifest.ts';

/** Where numbers of each prediction stand in one of the model's outputs. */
export interface Place {
  readonly output: number;
  /**
   * `rows`: `[…, predictions, numbers]`, a prediction's numbers side by side. `columns`: `[…, numbers, predictions]`,
   * which a list `[…, predictions]` of one number each is too.
   */
  readonly along: 'rows' | 'columns';
  /** The first of the numbers. */
  readonly at: number;
}

/**
 * What a box's four numbers are: its corners, its centre and size, or (YOLOX) its centre in cells of a grid from the
 * prediction's own cell and the logarithm of its size in cells.
 */
export type BoxForm = 'corners' | 'centre' | 'cell-offsets';

export interface BoxPlace extends Place {
  readonly form: BoxForm;
  /** Shares of the input's sides instead of its pixels. */
  readonly inShares?: true;
}

/** A score for each class, or one class and its score. */
export type ScorePlace =
  | (Place & {
      readonly kind: 'all-classes';
      /** Multiplies every class's score. */
      readonly objectness?: Place;
      /** Logarithms of odds, not yet probabilities. */
      readonly areLogits?: true;
      /** Each class above the threshold is a detection of its own, not the best one alone. */
      readonly eachClass?: true;
    })
  | { readonly kind: 'one-class'; readonly score: Place; readonly classId: Place };

/** Masks mixed from prototypes by coefficients, or one drawn for each prediction. */
export type MaskPlace =
  | {
      readonly kind: 'prototypes';
      readonly protos: number;
      readonly count: number;
      readonly coefficients: Place;
    }
  | { readonly kind: 'drawn'; readonly maps: number; readonly areProbabilities: boolean };

/** How a model's outputs are read: all that decoding knows of a family. */
export interface ModelLayout {
  readonly family: ModelFamily;
  readonly classCount: number;
  readonly boxes: BoxPlace;
  readonly scores: ScorePlace;
  /** How many predictions count, where a list is longer. */
  readonly length?: Place;
  /** Overlaps are still to be suppressed. */
  readonly overlaps: boolean;
  readonly masks?: MaskPlace;
}
