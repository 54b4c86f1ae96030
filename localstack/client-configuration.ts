import type { EmulatorAccount } from './emulator.ts';

/** What every SDK client needs to speak to an emulator. S3 clients add `forcePathStyle: true`. */
export function clientConfiguration(endpoint: string, account: EmulatorAccount) {
  const { accessKeyId, secretAccessKey, region } = account;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

export type ClientConfiguration = ReturnType<typeof clientConfiguration>;
