import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { createModelRecords } from '../../core/adapters/dynamodb/records/model-records.ts';
import { describeModel } from '../../core/adapters/onnx/describe-model.ts';
import { now } from '../../core/composition/clock.ts';
import { composeObjects } from '../../core/composition/objects.ts';
import { readShippedWeights, type ShippedModel } from '../../core/composition/shipped-models.ts';
import { composeTable } from '../../core/composition/table.ts';
import type { ModelManifest } from '../../core/contracts/model-manifest.ts';
import { DomainError } from '../../core/domain/entities/errors.ts';
import { registerModel } from '../../core/domain/models/register-model.ts';
import { clientConfiguration } from '../client-configuration.ts';
import type { Deployment } from '../deploy/bring-up.ts';
import { readExistingFile } from '../read-existing-file.ts';
import { UsageError } from '../setup-error.ts';

export interface ModelFile {
  /** An ONNX file with weights. */
  readonly path: string;
  readonly id: string;
  readonly version: string;
}

/** A model that can be run, as its manifest says. */
export interface CheckedModel {
  readonly manifest: ModelManifest;
  readonly weights: Uint8Array;
}

/**
 * Makes a model's manifest from the file itself.
 * @throws UsageError where the file is no model that can be run.
 */
export async function checkModel({ path, id, version }: ModelFile): Promise<CheckedModel> {
  const weights = readExistingFile(path);
  try {
    return { weights, manifest: await describeModel(weights, { id, version }) };
  } catch (error) {
    if (error instanceof DomainError) throw new UsageError(`${path} can't be used: ${error.message}`);
    throw error;
  }
}

/** A model that ships has its manifest, so that nothing is to be tried; any other one is looked at. */
export const prepareModel = async (model: ModelFile | ShippedModel): Promise<CheckedModel> =>
  'manifest' in model ? { weights: readShippedWeights(model), manifest: model.manifest } : checkModel(model);

/** Puts a model into a deployment. */
export async function installModel(
  model: CheckedModel,
  { endpointUrl, account, outputs }: Pick<Deployment, 'endpointUrl' | 'account' | 'outputs'>,
): Promise<void> {
  const configuration = clientConfiguration(endpointUrl, account);
  const { TableName, BucketName } = outputs.Segmentry;
  const s3 = new S3Client({ ...configuration, forcePathStyle: true });
  const table = composeTable({ TABLE_NAME: TableName }, new DynamoDBClient(configuration));
  await registerModel(model, {
    objects: composeObjects({ BUCKET_NAME: BucketName }, s3),
    models: createModelRecords(table),
    now,
  });
}
