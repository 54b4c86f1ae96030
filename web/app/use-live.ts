import { useEffect, useRef } from 'preact/hooks';
import type { LiveState, Topic } from '../../client/index.ts';
import { segmentry } from './session.ts';

const POLL_MS = 3_000;

/**
 * Hears of changes as they happen. Where no connection can be had, `onPoll` is called every few seconds instead.
 */
export function useLive(
  topics: readonly Topic[],
  onState: (state: LiveState) => void,
  onPoll: () => void,
): void {
  const hear = useRef({ onState, onPoll });
  hear.current = { onState, onPoll };
  const key = topics.join(' ');
  useEffect(() => {
    if (key === '' || segmentry.live === undefined) return;
    let isOpen = false;
    const stop = segmentry.live.listen(key.split(' ') as Topic[], {
      onState: (state) => hear.current.onState(state),
      onConnection: (open) => {
        isOpen = open;
      },
    });
    const timer = setInterval(() => {
      if (!isOpen && !document.hidden) hear.current.onPoll();
    }, POLL_MS);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [key]);
}
