import type { ModelRefusal, ModelStatus } from '../../../contracts/http/models.ts';
import type { ModelVersion } from '../../../domain/entities/job.ts';
import type {
  ModelProposal,
  ModelRepository,
  ProposedModel,
  RegisteredModel,
} from '../../../domain/entities/model.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

export function createModelRecords(table: SegmentryTable): ModelRepository {
  const { model: models } = table.entities;

  return {
    async list(): Promise<RegisteredModel[]> {
      const { data } = await models.query.all({}).go({ pages: 'all', consistent: true });
      return data;
    },

    async find({ id, version }: ModelVersion): Promise<RegisteredModel | undefined> {
      const { data } = await models.get({ id, version }).go({ consistent: true });
      return data ?? undefined;
    },

    async put(model: RegisteredModel): Promise<void> {
      await models.put(model).go();
    },

    async propose(model: ProposedModel): Promise<boolean> {
      const { data } = await models
        .put(model)
        .where(
          ({ status }, { eq, notExists }) =>
            `${notExists(status)} OR ${eq(status, 'pending')} OR ${eq(status, 'checking')} OR ${eq(status, 'refused')}`,
        )
        .go()
        .catch(unlessConditionFailed);
      return data !== undefined;
    },

    async claim(
      { id, version, proposal }: ModelProposal,
      objectVersion: string,
    ): Promise<ProposedModel | undefined> {
      const { data } = await models
        .patch({ id, version })
        .set({ status: 'checking', objectVersion })
        .where(({ status, proposal: current, objectVersion: claimed }, { eq }) => {
          const isFree = eq(status, 'pending');
          const isOurs = `${eq(status, 'checking')} AND ${eq(claimed, objectVersion)}`;
          return `${eq(current, proposal)} AND (${isFree} OR (${isOurs}))`;
        })
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data as ProposedModel | undefined;
    },

    async settle({ id, version, proposal }: ProposedModel, refusal: ModelRefusal | undefined): Promise<void> {
      await models
        .patch({ id, version })
        .set(refusal === undefined ? { status: 'available' } : { status: 'refused', refusal })
        .where(
          ({ status, proposal: current }, { eq }) => `${eq(current, proposal)} AND ${eq(status, 'checking')}`,
        )
        .go()
        .catch(unlessConditionFailed);
    },

    async setStatus(
      { id, version }: ModelVersion,
      status: Extract<ModelStatus, 'available' | 'disabled'>,
    ): Promise<RegisteredModel | undefined> {
      const { data } = await models
        .patch({ id, version })
        .set({ status })
        .where(({ status: current }, { eq }) => `${eq(current, 'available')} OR ${eq(current, 'disabled')}`)
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data;
    },
  };
}
