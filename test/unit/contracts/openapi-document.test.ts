import { expect, it } from 'vitest';
import { ROUTES } from '../../../client/operations.ts';
import { getImageThumbnailRoute, uploadImageRoute } from '../../../core/contracts/http/images.ts';
import { getJobOverlayRoute } from '../../../core/contracts/http/jobs.ts';
import { openApiDocument } from '../../../core/contracts/http/openapi-document.ts';
import { lintOpenApi } from '../../../localstack/check/lint-openapi.ts';
import { createMemoryApi } from '../../helpers/memory-api.ts';

const document = openApiDocument();
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    ...operation,
    route: `${method.toUpperCase()} ${path}`,
  })),
);
const find = (id: string) => operations.find(({ operationId }) => operationId === id);

it('is clean to the linter, which finds what is planted', async () => {
  expect(await lintOpenApi()).toEqual({ passed: true, output: '' });
  const planted = { ...document, servers: [] };
  expect((await lintOpenApi(planted)).output).toContain('no-empty-servers');
});

it('has each route that is served, under the name that the client calls it by', async () => {
  const { app } = await createMemoryApi();
  const routes = [...app.contracts, uploadImageRoute, getImageThumbnailRoute, getJobOverlayRoute].map(
    ({ method, path }) => `${method.toUpperCase()} ${path}`,
  );
  expect(operations.map(({ route }) => route).sort()).toEqual(routes.sort());
  expect(Object.fromEntries(operations.map(({ operationId, route }) => [operationId, route]))).toEqual(
    ROUTES,
  );
});

it('requires of a sender what the server requires, and nothing that may be left away', () => {
  const required = Object.fromEntries(
    Object.entries(document.components.schemas).map(([name, schema]) => [name, schema.required ?? []]),
  );
  expect(required).toMatchObject({
    CreateBatch: ['models'],
    CreateUpload: ['kind', 'filename', 'contentType', 'sizeBytes'],
    CreateDataset: ['name'],
    ChangeDataset: [],
    ChangeWebhook: [],
    AnalysisOptions: [],
  });
});

it('says of answers which fields are always there, defaults among them, and leaves room for new ones', () => {
  const { AppliedOptions: options, Job: job } = document.components.schemas;
  expect(options?.required).toContain('confidence');
  expect(options?.required).not.toContain('classes');
  expect(job).not.toHaveProperty('additionalProperties');
});

it('describes how a picture is sent, options and all', () => {
  const { requestBody, parameters = [] } = find('uploadImage') ?? {};
  const binary = { type: 'string', format: 'binary' };
  expect(requestBody).toMatchObject({
    required: true,
    content: {
      'image/*': { schema: binary },
      'application/octet-stream': { schema: binary },
      'multipart/form-data': { schema: { properties: { image: binary } } },
    },
  });
  const byName = Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter]));
  expect(byName['X-Filename']).toMatchObject({ in: 'header', required: false });
  expect(byName.options?.schema).toMatchObject({
    contentSchema: { $ref: '#/components/schemas/AnalysisOptions' },
  });
});

it('tells of the idempotency key wherever it is honoured, and nowhere else', () => {
  const keyed = operations
    .filter(({ parameters }) => parameters.some(({ name }) => name === 'Idempotency-Key'))
    .map(({ operationId }) => operationId);
  expect(keyed).toEqual(expect.arrayContaining(['uploadImage', 'createBatch', 'createUpload']));
  for (const id of ['createWebhook', 'createApiKey', 'signIn', 'getJob']) expect(keyed).not.toContain(id);
});

it('has tokens and keys sent as Bearer, and nothing where a route is public', () => {
  expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  expect(find('health')?.security).toEqual([]);
  expect(find('createApiKey')?.security).toEqual([{ bearer: ['account'] }]);
});
