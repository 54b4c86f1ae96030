import { useEffect, useRef } from 'preact/hooks';
import { useIsNear } from './use-is-near.ts';

/** Where a list goes on: before its reader comes here, more is asked for. Give it a key that changes with the list. */
export function LoadOn({ onNear }: { onNear: () => void }) {
  const end = useRef<HTMLParagraphElement>(null);
  const isNear = useIsNear(end);
  useEffect(() => {
    if (isNear) onNear();
  }, [isNear]);
  return (
    <p ref={end} class="loading" role="status">
      More are being listed.
    </p>
  );
}
