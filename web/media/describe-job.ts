import type { Job } from '../../client/index.ts';
import { formatCount, formatPercent, formatRelative } from '../app/format.ts';

/** What tells an analysis from others of the same picture: model and version, options of its own, how it stands, when. */
export const describeJob = ({ model, options, status, createdAt }: Job): string =>
  [
    model,
    ...describeOptions(options),
    ...(status === 'succeeded' ? [] : [status]),
    formatRelative(createdAt),
  ].join(' · ');

/** Those that were asked for, where they change what is found. */
function describeOptions({ confidence, classes, regions, tiles, scale }: Job['options']): string[] {
  const count = (things: readonly unknown[], one: string, many: string) =>
    things.length === 1 ? one : `${formatCount(things.length)} ${many}`;
  return [
    confidence !== undefined && `≥ ${formatPercent(confidence)}`,
    classes !== undefined && count(classes, `only ${classes[0]}`, 'classes'),
    regions !== undefined && count(regions, 'one region', 'regions'),
    tiles !== undefined && 'part by part',
    scale !== undefined && 'scale',
  ].filter((text) => text !== false);
}
