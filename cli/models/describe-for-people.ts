import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { ReadModel } from './read-model.ts';

const FAMILIES: Record<ModelManifest['family'], string> = {
  yolov5: 'YOLOv5 (rows of anchors, objectness x class, overlaps suppressed here)',
  yolov8: 'YOLOv8, 11 or 26 (columns of anchors, overlaps suppressed here)',
  'yolo-end2end': 'end-to-end (YOLO26, or YOLOv8 exported with nms=True; overlaps suppressed in the model)',
};

const TASKS: Record<ModelManifest['task'], string> = {
  detect: 'detect (boxes)',
  segment: 'segment (boxes and masks)',
};

export function describeForPeople({ bytes, manifest, manifestPath }: ReadModel): string {
  const { family, task, classes, inputSize, licence, sha256 } = manifest;
  const shown = classes.slice(0, 10).join(', ');
  const rows = [
    ['family', FAMILIES[family]],
    ['task', TASKS[task]],
    ['input', `${inputSize.width} x ${inputSize.height}`],
    ['classes', `${classes.length}: ${shown}${classes.length > 10 ? ', …' : ''}`],
    ['licence', licence],
    ['size', `${(bytes.byteLength / 1e6).toFixed(1)} MB`],
    ['sha256', sha256],
    ['manifest', manifestPath ?? 'none beside the weights; read from the file itself'],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(9)} ${value}`).join('\n');
}
