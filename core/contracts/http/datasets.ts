import * as z from 'zod';
import { DatasetId, DatasetName, DatasetReference } from '../ids.ts';
import { createRoute } from './create-route.ts';
import { pageOf, pageQuery } from './paging.ts';
import { problemResponses } from './problem.ts';

const datasetParams = z.object({ id: DatasetReference.describe('Its id or its name') });

const DatasetTags = z.array(z.string().trim().min(1).max(50)).max(20);

export const CreateDatasetBody = z
  .strictObject({
    name: DatasetName.describe('Unique among your datasets; upper and lower case are the same'),
    tags: DatasetTags.default([]),
  })
  .meta({ id: 'CreateDataset' });
export type CreateDatasetBody = z.infer<typeof CreateDatasetBody>;

export const ChangeDatasetBody = z
  .strictObject({ name: DatasetName.exactOptional(), tags: DatasetTags.exactOptional() })
  .meta({ id: 'ChangeDataset' });
export type ChangeDatasetBody = z.infer<typeof ChangeDatasetBody>;

export const DatasetBody = z
  .object({
    id: DatasetId,
    name: z.string(),
    tags: z.array(z.string()),
    imageCount: z.int().nonnegative(),
    videoCount: z.int().nonnegative(),
    cost: z.number().nonnegative().describe('Credits that its images and videos have cost'),
    createdAt: z.iso.datetime(),
    modifiedAt: z.iso.datetime(),
  })
  .meta({ id: 'Dataset' });
export type DatasetBody = z.infer<typeof DatasetBody>;

export const DatasetItemType = z.enum(['image', 'video']);
export type DatasetItemType = z.infer<typeof DatasetItemType>;

export const DatasetItemBody = z
  .object({
    type: DatasetItemType,
    id: z.uuid(),
    addedAt: z.iso.datetime(),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'DatasetItem' });
export type DatasetItemBody = z.infer<typeof DatasetItemBody>;

const tags = ['Datasets'];
const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });
const changed = { 204: { description: 'Done' }, ...problemResponses };

export const createDatasetRoute = createRoute({
  method: 'post',
  path: '/v1/datasets',
  tags,
  summary: 'Make a dataset',
  request: { body: { required: true, content: json(CreateDatasetBody) } },
  responses: { 201: { description: 'Made', content: json(DatasetBody) }, ...problemResponses },
});

export const listDatasetsRoute = createRoute({
  method: 'get',
  path: '/v1/datasets',
  tags,
  summary: 'Your datasets, newest first',
  request: { query: z.object(pageQuery) },
  responses: { 200: { description: 'A page', content: json(pageOf(DatasetBody)) }, ...problemResponses },
});

export const getDatasetRoute = createRoute({
  method: 'get',
  path: '/v1/datasets/{id}',
  tags,
  summary: 'A dataset',
  request: { params: datasetParams },
  responses: { 200: { description: 'The dataset', content: json(DatasetBody) }, ...problemResponses },
});

export const changeDatasetRoute = createRoute({
  method: 'patch',
  path: '/v1/datasets/{id}',
  tags,
  summary: 'Rename a dataset, or change its tags',
  request: { params: datasetParams, body: { required: true, content: json(ChangeDatasetBody) } },
  responses: { 200: { description: 'The dataset', content: json(DatasetBody) }, ...problemResponses },
});

export const deleteDatasetRoute = createRoute({
  method: 'delete',
  path: '/v1/datasets/{id}',
  tags,
  summary: 'Delete a dataset; its images and videos stay',
  request: { params: datasetParams },
  responses: changed,
});

export const listDatasetItemsRoute = createRoute({
  method: 'get',
  path: '/v1/datasets/{id}/items',
  tags,
  summary: 'What is in a dataset, latest added first',
  request: { params: datasetParams, query: z.object(pageQuery) },
  responses: { 200: { description: 'A page', content: json(pageOf(DatasetItemBody)) }, ...problemResponses },
});

const imageParams = datasetParams.extend({ imageId: z.string().min(1).max(128) });

export const addDatasetImageRoute = createRoute({
  method: 'put',
  path: '/v1/datasets/{id}/images/{imageId}',
  tags,
  summary: 'Put an image into a dataset',
  request: { params: imageParams },
  responses: changed,
});

const videoParams = datasetParams.extend({ videoId: z.string().min(1).max(128) });

export const addDatasetVideoRoute = createRoute({
  method: 'put',
  path: '/v1/datasets/{id}/videos/{videoId}',
  tags,
  summary: 'Put a video into a dataset',
  request: { params: videoParams },
  responses: changed,
});

export const removeDatasetVideoRoute = createRoute({
  method: 'delete',
  path: '/v1/datasets/{id}/videos/{videoId}',
  tags,
  summary: 'Take a video out of a dataset; the video stays',
  request: { params: videoParams },
  responses: changed,
});

export const removeDatasetImageRoute = createRoute({
  method: 'delete',
  path: '/v1/datasets/{id}/images/{imageId}',
  tags,
  summary: 'Take an image out of a dataset; the image stays',
  request: { params: imageParams },
  responses: changed,
});
