import type { ModelRefusal, ModelState } from '../../../contracts/http/models.ts';
import type { ModelVersion } from '../../../domain/entities/job.ts';
import type { RegisteredModel } from '../../../domain/entities/model.ts';
import type { ProposedModel } from '../../../domain/models/add-model.ts';
import type { SegmentryTable } from '../table/segmentry-table.ts';
import { unlessConditionFailed } from '../table/transaction.ts';

export function createModelRecords(table: SegmentryTable) {
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
          ({ state }, { eq, notExists }) =>
            `${notExists(state)} OR ${eq(state, 'pending')} OR ${eq(state, 'checking')} OR ${eq(state, 'refused')}`,
        )
        .go()
        .catch(unlessConditionFailed);
      return data !== undefined;
    },

    async claim(
      { id, version, proposal }: Pick<ProposedModel, 'id' | 'version' | 'proposal'>,
      objectVersion: string,
    ): Promise<ProposedModel | undefined> {
      const { data } = await models
        .patch({ id, version })
        .set({ state: 'checking', objectVersion })
        .where(({ state, proposal: current, objectVersion: claimed }, { eq }) => {
          const isFree = eq(state, 'pending');
          const isOurs = `${eq(state, 'checking')} AND ${eq(claimed, objectVersion)}`;
          return `${eq(current, proposal)} AND (${isFree} OR (${isOurs}))`;
        })
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data as ProposedModel | undefined;
    },

    async settle({ id, version, proposal }: ProposedModel, refusal: ModelRefusal | undefined): Promise<void> {
      await models
        .patch({ id, version })
        .set(refusal === undefined ? { state: 'available' } : { state: 'refused', refusal })
        .where(
          ({ state, proposal: current }, { eq }) => `${eq(current, proposal)} AND ${eq(state, 'checking')}`,
        )
        .go()
        .catch(unlessConditionFailed);
    },

    async setState(
      { id, version }: ModelVersion,
      state: Extract<ModelState, 'available' | 'disabled'>,
    ): Promise<RegisteredModel | undefined> {
      const { data } = await models
        .patch({ id, version })
        .set({ state })
        .where(({ state: current }, { eq }) => `${eq(current, 'available')} OR ${eq(current, 'disabled')}`)
        .go({ response: 'all_new' })
        .catch(unlessConditionFailed);
      return data;
    },
  };
}
