import type { VideoResult } from '../../client/index.ts';
import { formatClock } from '../app/format.ts';
import { Icon } from '../components/icon.tsx';
import { Timeline } from './timeline.tsx';
import type { VideoFile } from './use-video-file.ts';

interface PlayerProps {
  readonly file: VideoFile;
  readonly durationSeconds: number;
  readonly result: VideoResult | undefined;
  /** Where frames were looked at. */
  readonly times: readonly number[];
  readonly colours: ReadonlyMap<string, string>;
  readonly hidden: ReadonlySet<string>;
}

/** Plays the video, goes to any moment, and from one analysed frame to the next. */
export function Player({ file, durationSeconds, result, times, colours, hidden }: PlayerProps) {
  const { time, isPlaying, seek, toggle, picture } = file;
  const before = times.findLast((each) => each < time - CLOSE_SECONDS);
  const after = times.find((each) => each > time + CLOSE_SECONDS);
  return (
    <div class="player">
      <div class="player-line">
        <Control
          icon="step-back"
          name="Previous analysed frame"
          onClick={before === undefined ? undefined : () => seek(before)}
        />
        <Control
          icon={isPlaying ? 'pause' : 'play'}
          name={isPlaying ? 'Pause' : 'Play'}
          onClick={picture === undefined ? undefined : toggle}
        />
        <Control
          icon="step-on"
          name="Next analysed frame"
          onClick={after === undefined ? undefined : () => seek(after)}
        />
        <input
          type="range"
          min={0}
          max={durationSeconds}
          step={0.01}
          value={time}
          aria-label="Moment"
          aria-valuetext={formatClock(time)}
          onInput={({ currentTarget }) => seek(currentTarget.valueAsNumber)}
        />
        <span class="number muted">
          {formatClock(time)} / {formatClock(durationSeconds)}
        </span>
      </div>
      {result !== undefined && (
        <Timeline
          timeline={result.timeline}
          stepSeconds={1 / result.framesPerSecond}
          onSeek={seek}
          durationSeconds={durationSeconds}
          time={time}
          colours={colours}
          hidden={hidden}
        />
      )}
    </div>
  );
}

const CLOSE_SECONDS = 0.02;

function Control({
  icon,
  name,
  onClick,
}: {
  icon: 'play' | 'pause' | 'step-back' | 'step-on';
  name: string;
  onClick: (() => void) | undefined;
}) {
  return (
    <button
      type="button"
      class="tool"
      title={name}
      aria-label={name}
      disabled={onClick === undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
