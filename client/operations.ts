import type { Operations } from './contracts.ts';

export type OperationName = keyof Operations;
export type RequestOf<Name extends OperationName> = Operations[Name]['request'];
export type AnswerOf<Name extends OperationName> = Operations[Name]['answer'];

/** Where each operation is served. The type holds every line to the contract of its name, and misses none. */
export const ROUTES: { readonly [Name in OperationName]: Operations[Name]['route'] } = {
  registerUser: 'POST /v1/users',
  signIn: 'POST /v1/sessions',
  refreshSession: 'POST /v1/sessions/refresh',
  signOut: 'DELETE /v1/sessions/current',
  getMe: 'GET /v1/users/me',
  changeMe: 'PATCH /v1/users/me',
  deleteMe: 'DELETE /v1/users/me',
  listUsers: 'GET /v1/users',
  changeUser: 'PATCH /v1/users/{id}',
  createInvite: 'POST /v1/invites',
  createPasswordReset: 'POST /v1/users/{id}/password-reset',
  resetPassword: 'POST /v1/password-resets/{token}',
  createApiKey: 'POST /v1/api-keys',
  listApiKeys: 'GET /v1/api-keys',
  deleteApiKey: 'DELETE /v1/api-keys/{id}',
  createBatch: 'POST /v1/batches',
  listBatches: 'GET /v1/batches',
  getBatch: 'GET /v1/batches/{id}',
  listBatchJobs: 'GET /v1/batches/{id}/jobs',
  cancelBatch: 'POST /v1/batches/{id}/cancel',
  retryBatch: 'POST /v1/batches/{id}/retry',
  getBatchResults: 'GET /v1/batches/{id}/results',
  getCredits: 'GET /v1/credits',
  listCreditEntries: 'GET /v1/credits/entries',
  grantCredits: 'POST /v1/users/{id}/credits',
  createDataset: 'POST /v1/datasets',
  listDatasets: 'GET /v1/datasets',
  getDataset: 'GET /v1/datasets/{id}',
  changeDataset: 'PATCH /v1/datasets/{id}',
  deleteDataset: 'DELETE /v1/datasets/{id}',
  listDatasetItems: 'GET /v1/datasets/{id}/items',
  addDatasetImage: 'PUT /v1/datasets/{id}/images/{imageId}',
  removeDatasetImage: 'DELETE /v1/datasets/{id}/images/{imageId}',
  addDatasetVideo: 'PUT /v1/datasets/{id}/videos/{videoId}',
  removeDatasetVideo: 'DELETE /v1/datasets/{id}/videos/{videoId}',
  uploadImage: 'POST /v1/images',
  listImages: 'GET /v1/images',
  getImage: 'GET /v1/images/{id}',
  changeImage: 'PATCH /v1/images/{id}',
  deleteImage: 'DELETE /v1/images/{id}',
  getImageFile: 'GET /v1/images/{id}/file',
  getImageThumbnail: 'GET /v1/images/{id}/thumbnail.webp',
  listJobs: 'GET /v1/jobs',
  getJob: 'GET /v1/jobs/{id}',
  cancelJob: 'POST /v1/jobs/{id}/cancel',
  getJobResult: 'GET /v1/jobs/{id}/result',
  getJobFrames: 'GET /v1/jobs/{id}/frames',
  getJobOverlay: 'GET /v1/jobs/{id}/overlay.png',
  listModels: 'GET /v1/models',
  getModel: 'GET /v1/models/{id}',
  getModelVersion: 'GET /v1/models/{id}/versions/{version}',
  addModel: 'POST /v1/models',
  changeModelStatus: 'PUT /v1/models/{id}/versions/{version}/status',
  health: 'GET /v1/health',
  openApi: 'GET /v1/openapi.json',
  jwks: 'GET /.well-known/jwks.json',
  docs: 'GET /docs',
  createUpload: 'POST /v1/uploads',
  getUpload: 'GET /v1/uploads/{id}',
  listRefusedEntries: 'GET /v1/uploads/{id}/refused',
  listVideos: 'GET /v1/videos',
  getVideo: 'GET /v1/videos/{id}',
  changeVideo: 'PATCH /v1/videos/{id}',
  deleteVideo: 'DELETE /v1/videos/{id}',
  getVideoFile: 'GET /v1/videos/{id}/file',
  createWebhook: 'POST /v1/webhooks',
  listWebhooks: 'GET /v1/webhooks',
  getWebhook: 'GET /v1/webhooks/{id}',
  changeWebhook: 'PATCH /v1/webhooks/{id}',
  deleteWebhook: 'DELETE /v1/webhooks/{id}',
  rotateWebhookSecret: 'POST /v1/webhooks/{id}/rotate-secret',
  testWebhook: 'POST /v1/webhooks/{id}/test',
  listDeliveries: 'GET /v1/webhooks/{id}/deliveries',
  getDelivery: 'GET /v1/webhooks/{id}/deliveries/{deliveryId}',
  replayDelivery: 'POST /v1/webhooks/{id}/deliveries/{deliveryId}/replay',
};

type Answering<Answer> = {
  [Name in OperationName]: [AnswerOf<Name>] extends [Answer] ? Name : never;
}[OperationName];

/** Operations that answer a file, whatever its type. */
const FILES: { readonly [Name in Answering<Response>]: true } = {
  getBatchResults: true,
  getImageFile: true,
  getImageThumbnail: true,
  getJobFrames: true,
  getJobOverlay: true,
  getVideoFile: true,
  docs: true,
};
export const answersFile = (name: OperationName): boolean => name in FILES;

/** What must not be sent twice, because its answer is a secret that the server does not keep. */
const ONCE: readonly OperationName[] = [
  'signIn',
  'refreshSession',
  'createApiKey',
  'createInvite',
  'createPasswordReset',
  'createWebhook',
  'rotateWebhookSecret',
];
export const isRepeatable = (name: OperationName): boolean => !ONCE.includes(name);

/** Lists that come in pages; one that is always whole takes no `limit`. */
type Listing = {
  [Name in OperationName]: AnswerOf<Name> extends { items: unknown[]; next: string | null }
    ? 'limit' extends keyof RequestOf<Name>
      ? Name
      : never
    : never;
}[OperationName];
export type ListName = Listing;
export type ItemOf<Name extends ListName> = AnswerOf<Name>['items'][number];
