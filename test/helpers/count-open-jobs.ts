import type { SegmentryTable } from '../../core/adapters/dynamodb/table/segmentry-table.ts';

/** How many jobs of a user the table counts as queued or running. */
export async function countOpenJobs({ entities }: SegmentryTable, userId: string): Promise<number> {
  const { data } = await entities.openJobCount.query.byUser({ userId }).go({ pages: 'all' });
  return data.reduce((sum, { openJobs }) => sum + openJobs, 0);
}
