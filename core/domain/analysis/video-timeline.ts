/** How many objects of each class one frame shows. */
export interface FrameCounts {
  readonly timeSeconds: number;
  readonly counts: Readonly<Record<string, number>>;
}

export interface ClassTimeline {
  readonly class: string;
  /** The most objects of the class in one frame. */
  readonly maxCount: number;
  /** Stretches `[from, to]` in seconds in which every analysed frame shows the class. */
  readonly ranges: [number, number][];
}

/**
 * When each class is to be seen.
 * @param frames of the whole video, in order, including those that show nothing.
 */
export function composeTimeline(frames: Iterable<FrameCounts>): ClassTimeline[] {
  const timelines = new Map<string, ClassTimeline & { maxCount: number }>();
  let previousSeconds = Number.NEGATIVE_INFINITY;
  for (const { timeSeconds, counts } of frames) {
    for (const [name, count] of Object.entries(counts)) {
      const timeline = timelines.get(name) ?? { class: name, maxCount: 0, ranges: [] };
      timelines.set(name, timeline);
      timeline.maxCount = Math.max(timeline.maxCount, count);
      const open = timeline.ranges.at(-1);
      if (open !== undefined && open[1] === previousSeconds) open[1] = timeSeconds;
      else timeline.ranges.push([timeSeconds, timeSeconds]);
    }
    previousSeconds = timeSeconds;
  }
  return [...timelines.values()].sort((a, b) => b.maxCount - a.maxCount || a.class.localeCompare(b.class));
}
