import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import type { ReadModel } from './read-model.ts';

const FAMILIES: Record<ModelManifest['family'], string> = {
  yolov5: 'YOLOv5 or 7 (rows of anchors, objectness x class, overlaps suppressed here)',
  yolov8: 'YOLOv8, 9, 11, 12 or 26 (columns of anchors, overlaps suppressed here)',
  'yolo-end2end':
    'end-to-end (YOLO26, YOLOv10, or YOLOv8 exported with nms=True; overlaps suppressed in the model)',
  yolov6:
    'YOLOv6, or YOLOX decoded in the model (a row a cell, objectness x class, overlaps suppressed here)',
  yolox: 'YOLOX (a row a cell, offsets decoded here, overlaps suppressed here)',
  'yolov7-end2end': 'YOLOv7 end-to-end (rows of seven numbers; overlaps suppressed in the model)',
  detr: 'RF-DETR, D-FINE, DEIM or RT-DETR (queries with logits; nothing to suppress)',
  rtdetr: 'RT-DETR in one output (queries with scores; nothing to suppress)',
  'rtdetr-end2end': 'RT-DETR in rows of six numbers (nothing to suppress)',
  nms: 'boxes, scores and classes as lists (overlaps suppressed in the model)',
};

const TASKS: Record<ModelManifest['task'], string> = {
  detect: 'detect (boxes)',
  segment: 'segment (boxes and masks)',
};

export function describeForPeople({ bytes, manifest, manifestPath }: ReadModel): string {
  const { family, task, classes, inputSize, preprocessing, licence, sha256 } = manifest;
  const shown = classes.slice(0, 10).join(', ');
  const rows = [
    ['family', FAMILIES[family]],
    ['task', TASKS[task]],
    ['input', `${inputSize.width} x ${inputSize.height}${describePreprocessing(preprocessing)}`],
    ['classes', `${classes.length}: ${shown}${classes.length > 10 ? ', …' : ''}`],
    ['licence', licence],
    ['size', `${(bytes.byteLength / 1e6).toFixed(1)} MB`],
    ['sha256', sha256],
    ['manifest', manifestPath ?? 'none beside the weights; read from the file itself'],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(9)} ${value}`).join('\n');
}

function describePreprocessing(preprocessing: ModelManifest['preprocessing'] = {}): string {
  const { fit, place, padding, divisor, mean, std, channels } = preprocessing;
  const said = [
    ...(fit === 'stretch' ? ['stretched'] : []),
    ...(place === 'top-left' ? ['placed at the top left'] : []),
    ...(padding === undefined ? [] : [`padded with ${padding}`]),
    ...(divisor === undefined ? [] : [`bytes divided by ${divisor}`]),
    ...(mean === undefined ? [] : [`less ${mean.join(', ')}`]),
    ...(std === undefined ? [] : [`divided by ${std.join(', ')}`]),
    ...(channels === 'bgr' ? ['blue, green, red'] : []),
  ];
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}
