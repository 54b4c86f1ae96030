import type { VideoResult } from '../../client/index.ts';
import { formatClock, formatCount } from '../app/format.ts';
import { ClassSwatch } from '../image/class-swatch.tsx';

interface TimelineProps {
  readonly timeline: VideoResult['timeline'];
  readonly durationSeconds: number;
  /** How long one analysed frame stands for the next. */
  readonly stepSeconds: number;
  readonly time: number;
  readonly colours: ReadonlyMap<string, string>;
  readonly hidden: ReadonlySet<string>;
  onSeek(seconds: number): void;
}

/** A line for each class: when it is to be seen. A press goes there. */
export function Timeline({ timeline, durationSeconds, time, ...props }: TimelineProps) {
  const share = (seconds: number) => (1000 * Math.min(seconds, durationSeconds)) / durationSeconds;
  const seekBy = (event: MouseEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    props.onSeek(((event.clientX - left) / width) * durationSeconds);
  };
  return (
    <ul class="lanes" aria-label="When each class is to be seen">
      {timeline.map(({ class: name, maxCount, ranges }) => (
        <li key={name} class={props.hidden.has(name) ? 'lane is-hidden' : 'lane'}>
          <span class="lane-name">
            <ClassSwatch colour={props.colours.get(name)} />
            <bdi class="truncate">{name}</bdi>
            <span class="number muted" title="Most at once">
              {formatCount(maxCount)}
            </span>
          </span>
          <svg
            class="lane-line"
            viewBox="0 0 1000 10"
            preserveAspectRatio="none"
            aria-hidden="true"
            onClick={seekBy}
          >
            <rect class="lane-ground" width="1000" height="10" />
            {ranges.map(([from, to]) => (
              <rect
                key={from}
                x={share(from)}
                width={Math.max(2, share(to + props.stepSeconds) - share(from))}
                height="10"
                fill={props.colours.get(name)}
              />
            ))}
            <rect class="lane-now" x={share(time) - 1} width="2" height="10" />
          </svg>
          <button type="button" class="link number" onClick={() => props.onSeek(ranges[0]?.[0] ?? 0)}>
            from {formatClock(ranges[0]?.[0] ?? 0)}
          </button>
        </li>
      ))}
    </ul>
  );
}
