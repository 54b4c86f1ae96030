import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Job } from '../../client/index.ts';
import { Link } from '../app/router.tsx';
import { StatusChip, When } from './common.tsx';

interface MediaCardProps {
  readonly to: string;
  readonly filename: string;
  readonly ratio: number;
  readonly uploadedAt: string;
  /** Newest first. */
  readonly jobs: readonly Job[];
  readonly facts: ComponentChildren;
  readonly isSelected?: boolean;
  readonly children: ComponentChildren;
  /** Over the thumbnail while the card is pointed at. */
  hovered?(): ComponentChildren;
  onToggle?: () => void;
}

/** An image or a video in a grid: what it looks like, how it is called, and how its newest analysis stands. */
export function MediaCard({ to, filename, ratio, jobs, ...props }: MediaCardProps) {
  const [isPointedAt, setPointedAt] = useState(false);
  const status = jobs[0]?.status;
  return (
    <li class="card" ref={shapedAs(ratio)}>
      <Link
        to={to}
        class="card-link"
        onPointerEnter={() => setPointedAt(true)}
        onPointerLeave={() => setPointedAt(false)}
        onFocus={() => setPointedAt(true)}
        onBlur={() => setPointedAt(false)}
      >
        <div class="card-picture">
          {props.children}
          {isPointedAt && props.hovered?.()}
          {status !== undefined && status !== 'succeeded' && <StatusChip status={status} />}
        </div>
        <bdi class="card-name truncate" title={filename}>
          {filename}
        </bdi>
        <span class="card-facts muted">
          <When at={props.uploadedAt} /> · {props.facts}
        </span>
      </Link>
      {props.onToggle !== undefined && (
        <label class="card-check">
          <input
            type="checkbox"
            checked={props.isSelected}
            onChange={props.onToggle}
            aria-label={`Select ${filename}`}
          />
        </label>
      )}
    </li>
  );
}

/** A justified row needs to know each picture's shape. */
export const shapedAs = (ratio: number) => (element: HTMLElement | null) =>
  element?.style.setProperty('--ratio', String(Math.min(3, Math.max(0.5, ratio))));

const SKELETONS = [1.5, 1, 0.75, 1.4, 1.8, 1.1, 1.3, 0.8];

export function GridSkeleton({ label }: { label: string }) {
  return (
    <ul class="grid" aria-label={label} aria-busy="true">
      {SKELETONS.map((ratio) => (
        <li key={ratio} class="card skeleton" ref={shapedAs(ratio)}>
          <div class="thumbnail" />
        </li>
      ))}
    </ul>
  );
}
