import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { createDocumentClient } from '../../core/adapters/dynamodb/document-client.ts';
import { createModelRecords } from '../../core/adapters/dynamodb/model-records.ts';
import { openTable } from '../../core/adapters/dynamodb/segmentry-table.ts';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { createObjectStore } from '../../core/adapters/s3/object-store.ts';
import { DomainError } from '../../core/domain/errors.ts';
import type { RegisteredModel } from '../../core/domain/model.ts';
import { registerModel } from '../../core/domain/register-model.ts';
import { clientConfiguration } from '../client-configuration.ts';
import type { Deployment } from '../deploy/bring-up.ts';
import { SetupError } from '../setup-error.ts';

export interface ModelFile {
  /** An ONNX file with weights. */
  readonly path: string;
  readonly id: string;
  readonly version: string;
}

/**
 * Puts a model into a deployment, with a manifest made from the file itself.
 * @throws SetupError where the file is no model that can be run.
 */
export async function installModel(
  { path, id, version }: ModelFile,
  { endpointUrl, account, outputs }: Pick<Deployment, 'endpointUrl' | 'account' | 'outputs'>,
): Promise<RegisteredModel> {
  const weights = await readFile(path);
  const manifest = await describe(weights, { path, id, version });
  const configuration = clientConfiguration(endpointUrl, account);
  const table = openTable(
    createDocumentClient(new DynamoDBClient(configuration)),
    outputs.Segmentry.TableName,
  );
  return registerModel(
    { manifest, weights },
    {
      objects: createObjectStore(
        new S3Client({ ...configuration, forcePathStyle: true }),
        outputs.Segmentry.BucketName,
      ),
      models: createModelRecords(table),
      now: () => new Date(),
    },
  );
}

async function describe(weights: Uint8Array, { path, id, version }: ModelFile) {
  try {
    return await describeModel(weights, { id, version });
  } catch (error) {
    if (error instanceof DomainError) throw new SetupError(`${path} can't be used: ${error.message}`);
    throw error;
  }
}
