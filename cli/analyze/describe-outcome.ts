import type { Result, VideoResult } from '../../client/index.ts';
import { describeResult } from '../detect/describe-result.ts';

/** What was found in one input, in a line for people. */
export function describeOutcome(name: string, result: Result | VideoResult): string {
  if ('image' in result) return describeResult({ ...result, image: { ...result.image, id: name } });
  const { video, frames, timeline } = result;
  const found = timeline.map((each) => `up to ${each.maxCount} ${each.class}`).join(', ') || 'nothing';
  return `${name}  ${video.width} x ${video.height}  ${video.durationSeconds.toFixed(1)} s, ${frames.count} frames  ${found}`;
}
