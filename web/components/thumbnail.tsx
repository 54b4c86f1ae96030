import { useEffect, useRef, useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import { useIsNear } from './use-is-near.ts';

const known = new Map<string, Promise<string>>();
/** Those that are there: a card that comes into view again shows its image at once. */
const fetched = new Map<string, string>();

/** An image, as small as the service makes it; fetched once in a visit. */
export function Thumbnail({ id, alt }: { id: string; alt: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const [url, setUrl] = useState(fetched.get(id));
  const [failed, setFailed] = useState(false);
  const isNear = useIsNear(frame);
  useEffect(() => {
    if (isNear && url === undefined) thumbnailOf(id).then(setUrl, () => setFailed(true));
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
  const begun = fetchThumbnail(id);
  known.set(id, begun);
  begun.catch(() => known.delete(id));
  return begun;
}

async function fetchThumbnail(id: string): Promise<string> {
  const file = await segmentry.api.getImageThumbnail({ id });
  const url = URL.createObjectURL(await file.blob());
  fetched.set(id, url);
  return url;
}
