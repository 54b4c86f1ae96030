import { useEffect, useRef, useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import { useIsNear } from './use-is-near.ts';

/** Twice the height of a row, for sharp screens. */
const HEIGHT_PX = 400;
const known = new Map<string, Promise<string>>();

/** An image, made small once and kept for the visit: the grid shows many, the service gives them whole. */
export function Thumbnail({ id, alt }: { id: string; alt: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const [url, setUrl] = useState<string>();
  const [failed, setFailed] = useState(false);
  const isNear = useIsNear(frame);
  useEffect(() => {
    if (isNear) thumbnailOf(id).then(setUrl, () => setFailed(true));
  }, [id, isNear]);
  return (
    <div ref={frame} class="thumbnail">
      {url !== undefined && <img src={url} alt={alt} />}
      {failed && <span class="muted">Can't be shown</span>}
    </div>
  );
}

export async function loadImage(id: string, signal?: AbortSignal): Promise<ImageBitmap> {
  const file = await segmentry.api.getImageFile({ id }, { signal });
  return createImageBitmap(await file.blob());
}

function thumbnailOf(id: string): Promise<string> {
  const before = known.get(id);
  if (before !== undefined) return before;
  const made = makeThumbnail(id);
  known.set(id, made);
  made.catch(() => known.delete(id));
  return made;
}

async function makeThumbnail(id: string): Promise<string> {
  const whole = await loadImage(id);
  const scale = Math.min(1, HEIGHT_PX / whole.height);
  const canvas = new OffscreenCanvas(Math.max(1, whole.width * scale), Math.max(1, whole.height * scale));
  canvas.getContext('2d')?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 }));
}
