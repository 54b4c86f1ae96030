import { useEffect, useRef, useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import { useIsNear } from './use-is-near.ts';

const known = new Map<string, Promise<string>>();

/** An image, as small as the service makes it; fetched once in a visit. */
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
  const fetched = fetchThumbnail(id);
  known.set(id, fetched);
  fetched.catch(() => known.delete(id));
  return fetched;
}

async function fetchThumbnail(id: string): Promise<string> {
  const file = await segmentry.api.getImageThumbnail({ id });
  return URL.createObjectURL(await file.blob());
}
