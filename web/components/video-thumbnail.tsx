import { useEffect, useRef, useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import { useIsNear } from './use-is-near.ts';

/** The first frame of a video, of which the browser fetches no more than it needs. */
export function VideoThumbnail({ id }: { id: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const isNear = useIsNear(frame);
  const [address, setAddress] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!isNear) return;
    const controller = new AbortController();
    segmentry.api
      .getVideoFile({ id }, { signal: controller.signal })
      .then(async (answer) => {
        await answer.body?.cancel();
        // A moment in, because many a video begins in black.
        setAddress(`${answer.url}#t=0.1`);
      })
      .catch(() => setFailed(true));
    return () => controller.abort();
  }, [id, isNear]);
  return (
    <div ref={frame} class="thumbnail">
      {failed ? (
        <span class="muted">Can't be shown</span>
      ) : (
        address !== undefined && (
          <video
            src={address}
            muted
            playsInline
            preload="metadata"
            tabIndex={-1}
            onError={() => setFailed(true)}
          />
        )
      )}
    </div>
  );
}
