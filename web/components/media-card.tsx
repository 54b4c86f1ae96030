import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Job } from '../../client/index.ts';
import { Link } from '../app/router.tsx';
import { StatusChip, When } from './common.tsx';
import { MediaGrid } from './media-grid.tsx';

interface MediaCardProps {
  readonly to: string;
  readonly filename: string;
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
export function MediaCard({ to, filename, jobs, ...props }: MediaCardProps) {
  const [isPointedAt, setPointedAt] = useState(false);
  const status = jobs[0]?.status;
  return (
    <>
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
    </>
  );
}

const SKELETONS = [1.5, 1, 0.75, 1.4, 1.8, 1.1, 1.3, 0.8];

export function GridSkeleton({ label }: { label: string }) {
  return (
    <MediaGrid
      items={SKELETONS}
      label={label}
      isWhole={false}
      class="skeleton"
      keyOf={String}
      ratioOf={(ratio) => ratio}
      render={() => <div class="thumbnail" />}
    />
  );
}
