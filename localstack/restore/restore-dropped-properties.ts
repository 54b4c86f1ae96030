import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { clientConfiguration } from '../client-configuration.ts';
import { listDeployedStacks } from '../deploy/deployed-stacks.ts';
import type { EmulatorAccount } from '../emulator.ts';
import { SetupError } from '../setup-error.ts';
import {
  type DroppedProperty,
  findDroppedProperties,
  type HonouredProperties,
  isLiteral,
} from './dropped-properties.ts';
import { type EmulatorClients, RESTORERS } from './property-restorers.ts';

/** An emulator that answers, and what it makes of templates. */
export interface ForgetfulEmulator {
  /** As people know it. */
  readonly name: string;
  readonly endpointUrl: string;
  readonly account: EmulatorAccount;
  readonly honoured: HonouredProperties;
}

/**
 * Sets by API what an emulator has forgotten of the deployed templates.
 * @throws SetupError naming what it forgets and nobody here can set.
 */
export async function restoreDroppedProperties(
  assembly: string,
  { name, endpointUrl, account, honoured }: ForgetfulEmulator,
): Promise<void> {
  const configuration = clientConfiguration(endpointUrl, account);
  const clients: EmulatorClients = {
    s3: new S3Client({ ...configuration, forcePathStyle: true }),
    dynamodb: new DynamoDBClient(configuration),
    lambda: new LambdaClient(configuration),
  };
  const arnOf = (service: string, path: string) =>
    `arn:aws:${service}:${account.region}:${account.accountId}:${path}`;
  for (const { template, physicalIds } of await listDeployedStacks(assembly, configuration)) {
    const dropped = findDroppedProperties(template, honoured);
    refuseWhatCannotBeRestored(dropped, name);
    for (const property of dropped) {
      const physicalId = physicalIds.get(property.logicalId);
      if (physicalId === undefined) continue;
      await restorerOf(property)?.({ physicalId, arnOf }, property.value, clients);
    }
  }
}

const restorerOf = ({ type, property }: DroppedProperty) => RESTORERS[type]?.[property];

function refuseWhatCannotBeRestored(dropped: readonly DroppedProperty[], emulator: string): void {
  const lost = dropped.filter((property) => restorerOf(property) === undefined || !canBeSet(property));
  if (lost.length === 0) return;
  const names = lost
    .map(({ logicalId, type, property }) => `  ${logicalId} (${type}): ${property}`)
    .join('\n');
  throw new SetupError(
    `${emulator} drops these properties without a word, and localstack/restore/property-restorers.ts does not ` +
      `set them. Add a restorer there, or leave the property out on the emulator in lib/target.ts:\n${names}`,
  );
}

/** A table's replica names its region by reference; its region is not set, so that is no hindrance. */
function canBeSet({ property, value }: DroppedProperty): boolean {
  if (property !== 'Replicas' || !Array.isArray(value)) return isLiteral(value);
  return value.every((replica: object) => isLiteral({ ...replica, Region: undefined }));
}
