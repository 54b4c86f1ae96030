import { useEffect, useRef, useState } from 'preact/hooks';
import { segmentry } from '../app/session.ts';
import type { Picture } from '../image/picture-levels.ts';

export interface VideoFile {
  /** What it shows now; a new one for each frame that comes. */
  readonly picture: Picture | undefined;
  readonly time: number;
  readonly isPlaying: boolean;
  readonly error: unknown;
  seek(seconds: number): void;
  toggle(): void;
}

/** A signed address ends; a video that is looked at for longer asks for another. */
const MOST_RENEWALS = 5;

/** The video itself, played outside the page: the canvas shows its frames. */
export function useVideoFile(id: string): VideoFile {
  const [video] = useState(() => document.createElement('video'));
  const [shown, setShown] = useState<{ picture?: Picture; time: number; isPlaying: boolean }>(START);
  const [error, setError] = useState<unknown>();
  const renewals = useRef(0);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const show = () => setShown(snapshotOf(video));
    const fetchAddress = () =>
      addressOf(id, signal).then(
        (address) => {
          const { currentTime } = video;
          video.src = address;
          video.currentTime = currentTime;
        },
        (failure) => signal.aborted || setError(failure),
      );
    const renew = () => {
      renewals.current += 1;
      if (renewals.current <= MOST_RENEWALS && video.error?.code !== MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED)
        void fetchAddress();
      else setError(new Error(UNPLAYABLE));
    };
    Object.assign(video, { crossOrigin: 'anonymous', muted: true, playsInline: true, preload: 'auto' });
    for (const event of ['loadeddata', 'seeked', 'play', 'pause', 'ended'])
      video.addEventListener(event, show, { signal });
    video.addEventListener('error', renew, { signal });
    const follow = () => {
      if (signal.aborted) return;
      show();
      video.requestVideoFrameCallback(follow);
    };
    video.requestVideoFrameCallback(follow);
    void fetchAddress();
    return () => {
      controller.abort();
      video.pause();
      video.removeAttribute('src');
      video.load();
    };
  }, [id]);
  return {
    picture: shown.picture,
    time: shown.time,
    isPlaying: shown.isPlaying,
    error,
    seek: (seconds) => {
      video.currentTime = Math.max(0, Math.min(seconds, video.duration || 0));
    },
    toggle: () => void (video.paused ? video.play().catch(setError) : video.pause()),
  };
}

const START = { time: 0, isPlaying: false };
const UNPLAYABLE =
  'This browser can’t play the video’s format. What was found stands beside it all the same; to see the frames, send it as MP4 (H.264) or WebM.';

function snapshotOf(video: HTMLVideoElement) {
  const { videoWidth: width, videoHeight: height, currentTime: time, paused, ended } = video;
  return {
    ...(width > 0 && { picture: { source: video, width, height, levels: [] } }),
    time,
    isPlaying: !paused && !ended,
  };
}

/** Where the bucket serves it: the browser asks there for the parts that it needs. */
async function addressOf(id: string, signal: AbortSignal): Promise<string> {
  const answer = await segmentry.api.getVideoFile({ id }, { signal });
  await answer.body?.cancel();
  return answer.url;
}
