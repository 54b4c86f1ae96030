import { formatPercent } from '../app/format.ts';

const BINS = 20;

/** Hides what is less sure; behind it, how many are how sure. */
export function ConfidenceSlider({
  confidences,
  value,
  onChange,
}: {
  confidences: readonly number[];
  value: number;
  onChange: (value: number) => void;
}) {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const each of confidences) {
    const bin = Math.min(BINS - 1, Math.floor(each * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  return (
    <label class="field confidence">
      <span class="panel-line">
        Confidence from <span class="number">{formatPercent(value)}</span>
      </span>
      <svg class="histogram" viewBox={`0 0 ${BINS} 10`} preserveAspectRatio="none" aria-hidden="true">
        {counts
          .map((count, bin) => ({ count, bin }))
          .map(({ count, bin }) => (
            <rect
              key={bin}
              class={bin / BINS >= value ? 'is-in' : ''}
              x={bin + 0.1}
              y={10 - (10 * count) / most}
              width={0.8}
              height={(10 * count) / most}
            />
          ))}
      </svg>
      <input
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.valueAsNumber)}
      />
    </label>
  );
}
