import { setMaxListeners } from 'node:events';
import { EXIT } from '../exit-codes.ts';

/** Turns Ctrl-C into a signal that ends what is under way in order; a second Ctrl-C ends at once. */
export function catchInterrupts() {
  const interrupted = new AbortController();
  // Every request listens to it.
  setMaxListeners(0, interrupted.signal);
  const stop = () => {
    if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
    interrupted.abort();
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    signal: interrupted.signal,
    end: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
