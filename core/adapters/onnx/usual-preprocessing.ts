import type { InferenceSession } from 'onnxruntime-node';
import type { ModelFamily, Preprocessing } from '../../contracts/model-manifest.ts';
import { SIZES_INPUT } from './float-tensors.ts';

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

/** How images come to a model of a family, where it differs from YOLO's way; a manifest may say otherwise. */
export function usualPreprocessing(
  family: ModelFamily,
  session: InferenceSession,
): Preprocessing | undefined {
  if (family === 'yolox') return { place: 'top-left', divisor: 1, channels: 'bgr' };
  if (family.startsWith('rtdetr')) return { fit: 'stretch' };
  // RF-DETR calls its boxes "dets"; D-FINE, DEIM and RT-DETR do not, and are trained on shares of 255 as they are.
  if (family === 'detr') {
    const isRfDetr = session.outputNames.includes('dets');
    return isRfDetr
      ? { fit: 'stretch', mean: [...IMAGENET.mean], std: [...IMAGENET.std] }
      : { fit: 'stretch' };
  }
  return session.inputNames.includes(SIZES_INPUT) ? { fit: 'stretch' } : undefined;
}
