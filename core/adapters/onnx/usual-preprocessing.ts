import type { InferenceSession } from 'onnxruntime-node';
import type { Preprocessing } from '../../contracts/model-manifest.ts';
import type { ModelLayout } from '../../vision/model-layout.ts';
import { COCO_91 } from './coco-names.ts';
import { SIZES_INPUT } from './float-tensors.ts';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** How images come to a model of a family, where it differs from YOLO's way; a manifest may say otherwise. */
export function usualPreprocessing(
  { family, classCount }: Pick<ModelLayout, 'family' | 'classCount'>,
  session: InferenceSession,
): Preprocessing | undefined {
  if (family === 'yolox') return { place: 'top-left', divisor: 1, channels: 'bgr' };
  if (family.startsWith('rtdetr')) return { fit: 'stretch' };
  // RF-DETR calls its boxes "dets", or has the 91 numbers of COCO's own where transformers exported it; D-FINE, DEIM and
  // RT-DETR have neither, and are trained on shares of 255 as they are.
  if (family === 'detr') {
    const isRfDetr = session.outputNames.includes('dets') || classCount === COCO_91.length;
    return isRfDetr
      ? { fit: 'stretch', mean: [...IMAGENET.mean], std: [...IMAGENET.std] }
      : { fit: 'stretch' };
  }
  return session.inputNames.includes(SIZES_INPUT) ? { fit: 'stretch' } : undefined;
}
