import type { RegisteredModel } from '../../domain/model.ts';
import type { SegmentryTable } from './segmentry-table.ts';

export function createModelRecords(table: SegmentryTable) {
  return {
    async list(): Promise<RegisteredModel[]> {
      const { data } = await table.entities.model.query.all({}).go({ pages: 'all', consistent: true });
      return data;
    },

    async put(model: RegisteredModel): Promise<void> {
      await table.entities.model.put(model).go();
    },
  };
}
