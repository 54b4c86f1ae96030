import { UsageError } from '../../usage-error.ts';

export interface OfficialWeights {
  /** The model's id, and its file's name without `.pt`. */
  readonly id: string;
  readonly url: string;
  readonly licence: string;
  readonly licenceUrl: string;
  readonly publisher: string;
}

/** Where the publisher keeps its files; a mirror may be given instead. */
export const PUBLISHER_URL = 'https://github.com/ultralytics/assets/releases/download';

/** The publisher's release that holds each family. */
const RELEASES: Record<string, string> = { yolov8: 'v8.3.0', yolo11: 'v8.3.0', yolo26: 'v8.4.0' };

const NAME = /^(yolov8|yolo11|yolo26)[nsmlx](-seg)?$/;

/** @param baseUrl the publisher's, or a mirror's. @throws UsageError where the publisher has no such weights, or the mirror is not to be trusted. */
export function findOfficialWeights(id: string, baseUrl = PUBLISHER_URL): OfficialWeights {
  const [, family = ''] = NAME.exec(id) ?? [];
  const release = RELEASES[family];
  if (release === undefined) {
    throw new UsageError(
      `"${id}" is no model that can be added; "models available" lists them. Of Ultralytics there are yolov8, yolo11 and yolo26, each in the sizes n s m l x, ` +
        'for boxes (yolo11n) or with masks (yolo11n-seg).',
    );
  }
  return {
    id,
    url: `${requireTrusted(baseUrl)}/${release}/${id}.pt`,
    licence: 'AGPL-3.0',
    licenceUrl: 'https://www.gnu.org/licenses/agpl-3.0.html',
    publisher: 'Ultralytics',
  };
}

/**
 * Opening PyTorch's weights runs code that came with them, so they must be exactly what the publisher released.
 * @throws UsageError
 */
export function requireTrusted(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  const isLocal = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || isLocal) return baseUrl.replace(/\/+$/, '');
  throw new UsageError(`Weights are downloaded over https only. Give an https:// URL instead of ${baseUrl}.`);
}
