import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Service } from 'electrodb';
import { batchCounterEntity, batchEntity, batchPartEntity } from '../entities/batch-entity.ts';
import { cachedResultEntity } from '../entities/cached-result-entity.ts';
import { connectionEntity, connectionOwnerEntity } from '../entities/connection-entity.ts';
import {
  creditAccountEntity,
  creditChargeEntity,
  creditEntryEntity,
  creditHoldEntity,
} from '../entities/credit-entity.ts';
import { datasetEntity, datasetItemEntity, datasetNameEntity } from '../entities/dataset-entity.ts';
import { deletedMediaEntity } from '../entities/deleted-media-entity.ts';
import { deliveryEntity } from '../entities/delivery-entity.ts';
import { idempotencyEntity } from '../entities/idempotency-entity.ts';
import { imageContentEntity, imageEntity } from '../entities/image-entity.ts';
import { jobEntity, resultEntity } from '../entities/job-entity.ts';
import { modelEntity } from '../entities/model-entity.ts';
import { openJobCountEntity } from '../entities/open-job-count-entity.ts';
import { openUploadCountEntity } from '../entities/open-upload-count-entity.ts';
import { requestCountEntity } from '../entities/request-count-entity.ts';
import { uploadChunkEntity, uploadEntity } from '../entities/upload-entity.ts';
import {
  apiKeyEntity,
  attemptsEntity,
  credentialEntity,
  deletedUserEntity,
  oneTimeLinkEntity,
  sessionEntity,
  userEmailEntity,
  userEntity,
} from '../entities/user-entity.ts';
import { videoEntity, videoSegmentEntity } from '../entities/video-entity.ts';
import { webhookEntity } from '../entities/webhook-entity.ts';

/** The one table, as typed entities; docs/data-model.md lists the access patterns. */
export function openTable(client: DynamoDBDocumentClient, tableName: string) {
  const service = new Service(
    {
      image: imageEntity(),
      imageContent: imageContentEntity(),
      job: jobEntity(),
      result: resultEntity(),
      upload: uploadEntity(),
      uploadChunk: uploadChunkEntity(),
      video: videoEntity(),
      videoSegment: videoSegmentEntity(),
      deletedMedia: deletedMediaEntity(),
      model: modelEntity(),
      dataset: datasetEntity(),
      datasetName: datasetNameEntity(),
      datasetItem: datasetItemEntity(),
      webhook: webhookEntity(),
      delivery: deliveryEntity(),
      idempotency: idempotencyEntity(),
      user: userEntity(),
      credential: credentialEntity(),
      userEmail: userEmailEntity(),
      deletedUser: deletedUserEntity(),
      session: sessionEntity(),
      apiKey: apiKeyEntity(),
      oneTimeLink: oneTimeLinkEntity(),
      attempts: attemptsEntity(),
      requestCount: requestCountEntity(),
      cachedResult: cachedResultEntity(),
      openJobCount: openJobCountEntity(),
      openUploadCount: openUploadCountEntity(),
      connection: connectionEntity(),
      connectionOwner: connectionOwnerEntity(),
      batch: batchEntity(),
      batchPart: batchPartEntity(),
      batchCounter: batchCounterEntity(),
      creditAccount: creditAccountEntity(),
      creditHold: creditHoldEntity(),
      creditEntry: creditEntryEntity(),
      creditCharge: creditChargeEntity(),
    },
    { client, table: tableName },
  );
  /** What ElectroDB has no call for goes through the client itself. */
  return Object.assign(service, { client, tableName });
}

export type SegmentryTable = ReturnType<typeof openTable>;

/** What the parts of a transaction are made of. */
export type TransactionEntities = Parameters<Parameters<SegmentryTable['transaction']['write']>[0]>[0];
