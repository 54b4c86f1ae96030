import type { ModelFamily, OutputValues } from '../contracts/model-manifest.ts';
import type { Size } from './geometry.ts';
import { countAnchors } from './grid.ts';

export type Shape = readonly number[];

/** One of a model's outputs, without symbolic dimensions, at the input size it is looked at. */
export interface SeenOutput {
  readonly name: string;
  readonly shape: Shape;
}

/** What is known of a model besides its outputs. */
export interface LayoutHints {
  /** How many names there are; some heads do not show it in their shape. */
  readonly classCount?: number | undefined;
  /** The family itself, where somebody says so. */
  readonly family?: ModelFamily | undefined;
  /** Whether its outputs are final; absent where nobody says. */
  readonly isEndToEnd?: boolean | undefined;
  /** Its boxes are an RT-DETR's: shares of the stretched image. */
  readonly isRtDetr?: boolean | undefined;
  readonly values?: OutputValues | undefined;
}

const nameOutputs = (outputs: readonly SeenOutput[]) =>
  outputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(' and ');

/** The outputs fit no known family. */
export class UnknownModelLayoutError extends Error {
  constructor(outputs: readonly SeenOutput[], input: Size, reason = '') {
    super(
      `The model's outputs fit no known family. ${reason}Seen at input ${input.width} x ${input.height}: ${nameOutputs(outputs)}. ` +
        'Known: YOLOv8/9/11/12/26 [1, 4+classes(+32), anchors], YOLOv5/7 [1, 3*anchors, 5+classes(+32)], ' +
        'YOLOv6/YOLOX [1, anchors, 5+classes], end-to-end [1, up to 3000, 6(+32)], each but YOLOv6 and YOLOX with [1, 32, height/4, width/4] for masks; ' +
        'YOLOv7 end-to-end [detections, 7]; RT-DETR [1, queries, 4+classes]; RF-DETR, D-FINE, DEIM and RT-DETR as boxes [1, queries, 4] and ' +
        'logits [1, queries, classes] (RF-DETR also masks [1, queries, height, width]); boxes, scores and classes as outputs of their own; ' +
        `anchors here is ${countAnchors(input)} with strides 8, 16 and 32.`,
    );
    this.name = 'UnknownModelLayoutError';
  }
}

/** The shapes fit several layouts, and only the values would tell which it is. */
export class AmbiguousLayoutError extends Error {
  constructor(outputs: readonly SeenOutput[], rivals: string) {
    super(
      `The model's outputs ${nameOutputs(outputs)} may be ${rivals}. Say which they are with --family: ` +
        'yolo-end2end for rows of x1, y1, x2, y2, score, class in pixels, rtdetr for shares of the image and a score for each class.',
    );
    this.name = 'AmbiguousLayoutError';
  }
}
