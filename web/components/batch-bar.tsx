import type { Batch } from '../../client/index.ts';
import { formatCount } from '../app/format.ts';

const ORDER = ['succeeded', 'failed', 'canceled', 'running', 'queued'] as const;

/** How the jobs of a batch stand, as one bar and in figures. */
export function BatchBar({ counts }: { counts: Batch['counts'] }) {
  const total = Math.max(
    1,
    ORDER.reduce((sum, status) => sum + counts[status], 0),
  );
  let at = 0;
  return (
    <div class="batch-bar">
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        {ORDER.map((status) => {
          const width = (100 * counts[status]) / total;
          at += width;
          return <rect key={status} class={`bar-${status}`} x={at - width} width={width} height="4" />;
        })}
      </svg>
      <p class="legend">
        {ORDER.filter((status) => counts[status] > 0).map((status) => (
          <span key={status} class={`legend-item legend-${status}`}>
            <span class="number">{formatCount(counts[status])}</span> {status}
          </span>
        ))}
      </p>
    </div>
  );
}
