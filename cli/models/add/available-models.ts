import { COCO_80 } from '../../../core/adapters/onnx/coco-names.ts';
import { COMMON_OBJECTS } from '../../../core/composition/common-objects.ts';
import type { Size } from '../../../core/vision/geometry.ts';
import { UsageError } from '../../usage-error.ts';
import { requireTrusted } from './official-weights.ts';

/** A model that is offered as ONNX: nothing is to be exported, and no code of it is run. */
export interface DirectModel {
  readonly id: string;
  readonly url: string;
  /** Of the file. */
  readonly sha256: string;
  readonly licence: string;
  readonly megabytes: number;
  /** In label order; where absent, the file itself shows them. */
  readonly classes?: readonly string[] | undefined;
  /** Of a file with dynamic axes: the size it was trained at. */
  readonly inputSize?: Size | undefined;
}

/**
 * SHA-256 and size of each. They are those that projects that pin the same files have published, independently of one another: the
 * files themselves were never seen here, so a wrong one would be refused, not taken. `docs/models.md` says where they stand.
 */
const YOLOX: Record<string, [sha256: string, megabytes: number]> = {
  nano: ['c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d', 4],
  tiny: ['427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7', 20],
  s: ['c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063', 36],
  m: ['21ff6cfdeb53b013bac2249599e55f00bff3cfdfdab37ed7a4620818c1d15b3f', 101],
  l: ['7860ae79de6c89a3c1eb72ae9a2756c0ccfbe04b7791bb5880afabd97855a411', 217],
  x: ['c892d7aaf1c4746d8a4d675bec669a4db4f434b4ee1efb654bc9b353379c7c55', 396],
};
const YOLOX_RELEASE = 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0';

/** Exports of the ONNX community for transformers.js, at one commit each. */
const COMMUNITY = 'https://huggingface.co/onnx-community';
const COMMUNITY_MODELS: readonly Omit<DirectModel, 'licence'>[] = [
  {
    id: 'd-fine-s',
    url: `${COMMUNITY}/dfine_s_coco-ONNX/resolve/a3cf03147a9b86c78475139115c8ac142577352d/onnx/model.onnx`,
    sha256: 'cd8a49a945feda6d28c6304ae8ae85c2759ba1d78a5a83a22c5ce8db82ef7238',
    megabytes: 42,
    classes: COCO_80,
    inputSize: { width: 640, height: 640 },
  },
  {
    id: 'rf-detr-nano',
    url: `${COMMUNITY}/rfdetr_nano-ONNX/resolve/eae21cee0687a91bcf9fa071605c48d7705d2d91/onnx/model.onnx`,
    sha256: '9cbac6b11ce34a03034e4d5a24cfac5f18632fd6761d1311dd640232088d7fee',
    megabytes: 108,
    inputSize: { width: 384, height: 384 },
  },
  {
    id: 'rf-detr-small',
    url: `${COMMUNITY}/rfdetr_small-ONNX/resolve/63463b68b200177d1fea7015f11f3cebb0ba4eeb/onnx/model.onnx`,
    sha256: '121cc1476a7b69d865ca4bdc2bca59a3239020d227e4c3f35a811bef81aeb7f1',
    megabytes: 115,
    inputSize: { width: 512, height: 512 },
  },
];

export const DIRECT_MODELS: readonly DirectModel[] = [
  ...Object.entries(YOLOX).map(([size, [sha256, megabytes]]) => ({
    id: `yolox-${size}`,
    url: `${YOLOX_RELEASE}/yolox_${size}.onnx`,
    sha256,
    megabytes,
    licence: 'Apache-2.0',
    classes: COCO_80,
  })),
  ...COMMUNITY_MODELS.map((model) => ({ ...model, licence: 'Apache-2.0' })),
];

/** What somebody says of the file instead: where a mirror has it, as `ID.onnx`, and which hash it has there. */
export interface DirectSource {
  readonly from?: string | undefined;
  readonly sha256?: string | undefined;
}

/** @throws UsageError where the mirror is not to be trusted, or what is given is no hash. */
export function findDirectModel(id: string, { from, sha256 }: DirectSource = {}): DirectModel | undefined {
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw new UsageError('--sha256 takes 64 digits, 0 to 9 and a to f.');
  }
  const model = DIRECT_MODELS.find((one) => one.id === id);
  if (model === undefined) return undefined;
  const url = from === undefined ? model.url : `${requireTrusted(from)}/${id}.onnx`;
  return { ...model, url, sha256: sha256 ?? model.sha256 };
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
