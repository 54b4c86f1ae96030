import type { Page, PageRequest } from '../../../contracts/http/paging.ts';
import type { Job, JobFilter, JobRepository } from '../../../domain/entities/job.ts';
import { getAll } from '../table/get-all.ts';
import { readPage } from '../table/read-page.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';

export function createJobRecords(table: SegmentryTable): JobRepository {
  return {
    async find(jobId: string): Promise<Job | undefined> {
      const { data } = await table.entities.job.get({ id: jobId }).go({ consistent: true });
      return data ?? undefined;
    },

    async findAll(jobIds: readonly string[]): Promise<Job[]> {
      const keys = [...new Set(jobIds)].map((id) => ({ id }));
      const found = await getAll(keys, (some) => table.entities.job.get(some).go({ consistent: true }));
      const byId = new Map(found.map((job) => [job.id, job]));
      return jobIds.flatMap((id) => byId.get(id) ?? []);
    },

    list({ userId, status, mediaId }: JobFilter, page: PageRequest): Promise<Page<Job>> {
      const { byUser, byMedia } = table.entities.job.query;
      const query = mediaId === undefined ? byUser({ userId }) : byMedia({ mediaId });
      const filtered = query.where((job, { eq }) =>
        [eq(job.userId, userId), ...(status === undefined ? [] : [eq(job.status, status)])].join(' AND '),
      );
      return readPage(filtered, page);
    },

    async listOfMedia(mediaId: string): Promise<Job[]> {
      const { data } = await table.entities.job.query.byMedia({ mediaId }).go({ pages: 'all' });
      return data;
    },
  };
}
