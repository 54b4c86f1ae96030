import { COCO_80 } from '../../../core/adapters/onnx/coco-names.ts';
import { COMMON_OBJECTS } from '../../../core/composition/common-objects.ts';
import { UsageError } from '../../usage-error.ts';

/** A model that its publisher offers as ONNX: nothing is to be exported, and no code of it is run. */
export interface DirectModel {
  readonly id: string;
  readonly url: string;
  readonly classes: readonly string[];
  readonly licence: string;
  readonly megabytes: number;
  /** Of the file; absent where its publisher names none and nobody has checked it here. */
  readonly sha256?: string | undefined;
}

const YOLOX = 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0';
const YOLOX_MEGABYTES = { nano: 4, tiny: 20, s: 36, m: 101, l: 217, x: 397 };

export const DIRECT_MODELS: readonly DirectModel[] = Object.entries(YOLOX_MEGABYTES).map(
  ([size, megabytes]) => ({
    id: `yolox-${size}`,
    url: `${YOLOX}/yolox_${size}.onnx`,
    classes: COCO_80,
    licence: 'Apache-2.0',
    megabytes,
  }),
);

export function findDirectModel(id: string, sha256?: string): DirectModel | undefined {
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new UsageError('--sha256 takes 64 digits, 0 to 9 and a to f.');
  }
  const model = DIRECT_MODELS.find((one) => one.id === id);
  return model && { ...model, sha256: sha256 ?? model.sha256 };
}

/** What `models add` knows, a row each. */
export interface AvailableModel {
  readonly id: string;
  readonly task: string;
  readonly licence: string;
  readonly size: string;
  readonly needs: string;
}

export const AVAILABLE_MODELS: readonly AvailableModel[] = [
  {
    id: COMMON_OBJECTS.id,
    task: 'detect',
    licence: COMMON_OBJECTS.licence,
    size: `${COMMON_OBJECTS.megabytes} MB`,
    needs: 'nothing',
  },
  ...DIRECT_MODELS.map(({ id, licence, megabytes }) => ({
    id,
    task: 'detect',
    licence,
    size: `${megabytes} MB`,
    needs: 'nothing',
  })),
  ...['yolov8', 'yolo11', 'yolo26'].flatMap((family) =>
    (['', '-seg'] as const).map((kind) => ({
      id: `${family}{n,s,m,l,x}${kind}`,
      task: kind === '' ? 'detect' : 'segment',
      licence: 'AGPL-3.0',
      size: '6 to 140 MB',
      needs: 'Python 3.11',
    })),
  ),
];
